"""HTML of citations: the numbers in an answer, the list of sources, and the panel of each passage.

A panel is a native popover: its number is a button that names it, so it opens at once, without the
server and without a script, closes with Esc or a click beside it, and can be open while the next
answer is being written. The style sheet lays it to the right, or over the whole of a phone.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Chunk, Provenance
from ui.components.cited_passage import Passage, clock
from ui.components.escaping import safe, safe_address
from ui.components.markdown import plain_text
from ui.components.source_lines import Line, Piece, plain_lines
from ui.i18n.locale import Strings

_MOST_ROWS = 400  # lines of a topic
_PATH = ' <span class="shiori-step" aria-hidden="true">›</span> '


def panel_id(turn: str, number: int) -> str:
    """The id of the panel of a citation; unique in the page, as turns are."""
    return f"shiori-{turn}-{number}"


def mark(turn: str, passage: Passage, words: Strings) -> str:
    """The number in an answer that opens a passage."""
    name = words.source_number.format(number=passage.number, title=passage.title)
    return (
        f'<button type="button" class="shiori-mark" popovertarget="'
        f'{panel_id(turn, passage.number)}" aria-label="{safe(name)}"'
        f' title="{safe(_hint(passage, words))}">{passage.number}</button>'
    )


def source_list(turn: str, passages: Sequence[Passage], words: Strings) -> str:
    """The sources of an answer; each opens its passage, and its original where there is one."""
    rows = "".join(
        f'<li><button type="button" class="shiori-source" popovertarget='
        f'"{panel_id(turn, passage.number)}"><span class="shiori-number">{passage.number}</span>'
        f'<span class="shiori-source-text"><span class="shiori-source-title">'
        f"{safe(passage.title)}</span> "
        f'<span class="shiori-source-place">{_place_line(passage, words)}</span></span></button>'
        f"{_link(passage.url, words, short=True)}</li>"
        for passage in passages
    )
    return (
        f'<section class="shiori-sources"><h3>{safe(words.sources)}</h3><ol>{rows}</ol></section>'
        if rows
        else ""
    )


def panel(turn: str, passage: Passage, words: Strings) -> str:
    """The panel that shows a passage in its context."""
    name = panel_id(turn, passage.number)
    heading = safe(words.passage.format(number=passage.number))
    return (
        f'<aside id="{name}" popover class="shiori-panel" role="dialog"'
        f' aria-labelledby="{name}-title"><header><span id="{name}-title">{heading}</span>'
        f'<button type="button" class="shiori-close" popovertarget="{name}"'
        f' popovertargetaction="hide" aria-label="{safe(words.close)}">✕</button></header>'
        f'<div class="shiori-panel-body"><h2>{safe(passage.title)}</h2>{_about(passage, words)}'
        f"{_breadcrumb(passage)}{_text(passage, words)}{_provenance(passage, words)}"
        f"{_link(passage.url, words)}</div></aside>"
    )


def chunks_html(chunks: Sequence[Chunk], words: Strings) -> str:
    """Passages of one source as they stand in it, one after the other, and where that is."""
    rows: list[str] = []
    start, end = 0, 0
    for chunk in chunks:
        first = chunk.locator.start_line or 1
        rows += [_row(line) for line in plain_lines(chunk.text, first)]
        start, end = start or first, chunk.locator.end_line or first
        if len(rows) >= _MOST_ROWS:
            rows.append('<p class="shiori-quiet">…</p>')
            break
    about = f"{chunks[0].source} · {line_range(start, end, words)}"
    rows.append(f'<p class="shiori-quiet">{safe(about)}</p>')
    return f'<section class="shiori-passage">{"".join(rows)}</section>'


def line_range(start: int, end: int, words: Strings) -> str:
    """Lines in words."""
    if start == end:
        return words.line.format(start=start)
    return words.lines.format(start=start, end=end)


def place(passage: Passage, words: Strings) -> str:
    """Where in its source the passage stands, in words; empty where it has no such place."""
    if passage.page is not None:
        return words.page.format(page=passage.page)
    if passage.seconds is not None:
        return words.at_time.format(time=clock(passage.seconds))
    if passage.kind != "note" or not passage.start_line:
        return ""
    return line_range(passage.start_line, passage.end_line, words)


def _about(passage: Passage, words: Strings) -> str:
    """One line: site, dates, file, place."""
    dates = [passage.published[:10]]
    if passage.kind != "note" and passage.fetched:
        dates.append(words.saved_on.format(date=passage.fetched[:10]))
    source = passage.site if passage.url else passage.source
    facts = [fact for fact in (source, *dates, place(passage, words)) if fact]
    return f'<p class="shiori-about">{safe(" · ".join(facts))}</p>' if facts else ""


def _breadcrumb(passage: Passage) -> str:
    steps = _PATH.join(safe(step) for step in _steps(passage))
    return f'<p class="shiori-path">{steps}</p>' if steps else ""


def _steps(passage: Passage) -> tuple[str, ...]:
    """The breadcrumb below the title."""
    path = passage.path[1:] if passage.path[:1] == (passage.title,) else passage.path
    return tuple(plain_text(step) for step in path)


def _text(passage: Passage, words: Strings) -> str:
    """The lines around the passage, or the quote alone with the reason why."""
    lang = f' lang="{safe(passage.language)}"' if passage.language else ""
    if passage.state != "standing":
        why = words.removed_since if passage.state == "removed" else words.changed_since
        return (
            f'<p class="shiori-note">{safe(why)}</p>'
            f"<blockquote{lang}>{safe(passage.quote)}</blockquote>"
        )
    numbered = " shiori-numbered" if passage.kind == "note" else ""
    rows = "".join(_row(line) for line in passage.lines)
    doubt = "" if passage.verified else f'<p class="shiori-note">{safe(words.not_verbatim)}</p>'
    return f'{doubt}<div class="shiori-context{numbered}"{lang}>{rows}</div>'


def _row(line: Line) -> str:
    kind = "shiori-line shiori-cited" if line.marked else "shiori-line"
    text = "".join(_piece(piece) for piece in line.pieces) or "&nbsp;"
    return (
        f'<div class="{kind}"><span class="shiori-line-number">{line.number}</span>'
        f'<span class="shiori-line-text" style="--indent:{min(line.indent, 24)}">{text}</span>'
        "</div>"
    )


def _piece(piece: Piece) -> str:
    text = safe(piece.text)
    text = f"<strong>{text}</strong>" if piece.bold else text
    return f"<mark>{text}</mark>" if piece.marked else text


def _provenance(passage: Passage, words: Strings) -> str:
    rows = "".join(f"<li>{safe(_linked(where, words))}</li>" for where in passage.linked_from)
    return f'<ul class="shiori-linked">{rows}</ul>' if rows else ""


def _linked(where: Provenance, words: Strings) -> str:
    path = " › ".join(plain_text(step) for step in where.path) or where.source
    return words.linked_from.format(path=path, source=where.source, line=where.line)


def _link(url: str, words: Strings, *, short: bool = False) -> str:
    if not url:
        return ""
    text = "↗" if short else f"{safe(words.open_original)} ↗"
    name = f' aria-label="{safe(words.open_original)}"' if short else ""
    kind = "shiori-out" if short else "shiori-original"
    return f'<a class="{kind}" href="{safe_address(url)}" target="_blank"{name}>{text}</a>'


def _place_line(passage: Passage, words: Strings) -> str:
    where = place(passage, words)
    steps = _PATH.join(safe(step) for step in _steps(passage))
    where = f'<span class="shiori-place">{safe(where)}</span>' if where else ""
    return f"{steps} · {where}" if steps and where else steps or where


def _hint(passage: Passage, words: Strings) -> str:
    where = place(passage, words)
    steps = " › ".join(_steps(passage))
    return " · ".join(part for part in (passage.title, steps, where) if part)
