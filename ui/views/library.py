"""What answers are taken from: the sources, and what became of the links in the notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

import streamlit as st

from rag.errors import ShioriError
from rag.storage.link_ledger import LedgerRow, count_outcomes, read_ledger
from rag.storage.skipped_files import SkippedFile, read_skipped
from rag.text.visible import visible
from rag.types import Source
from ui.components.answer import error_html
from ui.components.cited_passage import safe_url
from ui.components.escaping import safe, safe_address
from ui.components.filters import kind_name
from ui.components.ingest_control import ingest_control
from ui.components.loading import index_or_wait
from ui.i18n.locale import Strings
from ui.state.backend import Backend, Index, backend
from ui.state.session import session

_SHOWN = 200
_LONGEST_URL = 70
_KINDS = 6


def show() -> None:
    """Draw the page."""
    words, shared = session().words, backend()
    st.html(f'<div class="shiori-head"><h1>{words.library}</h1><p>{words.library_intro}</p></div>')
    index = index_or_wait(shared)
    if not index:
        return
    ingest_control(shared, words.update_index)
    query = st.text_input(
        words.search_list,
        key="library-query",
        placeholder=words.search_list,
        label_visibility="collapsed",
        icon=":material/search:",
    )
    _sources(index, query.strip())
    _left_out(shared, query.strip())
    _links(shared, query.strip())


def _sources(index: Index, query: str) -> None:
    words = session().words
    passages = Counter(chunk.source for chunk in index.chunks)
    found = [source for source in index.sources.values() if _matches(source_text(source), query)]
    rows = "".join(_source_row(source, passages[source.id], words) for source in found[:_SHOWN])
    _listing(words.library_sources, rows, len(found), query)


def _left_out(shared: Backend, query: str) -> None:
    """The files beside the notes that the last ingest did not read, and why."""
    words = session().words
    try:
        rows = read_skipped(shared.settings.data_dir)
    except ShioriError as error:
        st.html(error_html(str(error)))
        return
    if not rows:
        return
    found = [row for row in rows if _matches(f"{row.source} {row.reason}", query)]
    body = "".join(_file_row(row, words) for row in found[:_SHOWN])
    kinds = ", ".join(f"{count} {kind}" for kind, count in _endings(rows).most_common(_KINDS))
    summary = words.left_out_summary.format(count=len(rows), kinds=kinds)
    _listing(words.left_out_files, body, len(found), query, summary)


def _endings(rows: Sequence[SkippedFile]) -> Counter[str]:
    return Counter(PurePath(row.source).suffix.lower() or "…" for row in rows)


def _file_row(row: SkippedFile, words: Strings) -> str:
    reason = words.file_reasons.get(row.reason, row.reason)
    return _row(row.source, "", [reason], words.left_out, "skipped")


def _links(shared: Backend, query: str) -> None:
    words = session().words
    try:
        rows = read_ledger(shared.settings.data_dir)
    except ShioriError as error:
        st.html(error_html(str(error)))
        return
    if not rows:
        return
    found = [row for row in rows if _matches(link_text(row, words), query)]
    found.sort(key=lambda row: row.kind == "image")  # what holds text first
    body = "".join(_link_row(row, words) for row in found[:_SHOWN])
    _listing(words.links, body, len(found), query, words.links_summary.format(**_counts(rows)))


def _counts(rows: Sequence[LedgerRow]) -> dict[str, int]:
    return {str(outcome): count for outcome, count in count_outcomes(rows).items()}


def _listing(title: str, rows: str, count: int, query: str, summary: str = "") -> None:
    words = session().words
    head = f'<h2>{safe(title)}</h2><p class="shiori-quiet">{safe(summary)}</p>'
    if not rows:
        none = words.no_match.format(query=query)
        rows = f'<li class="shiori-quiet">{safe(none)}</li>' if query else ""
    if count > _SHOWN:
        more = words.and_more.format(count=count - _SHOWN)
        rows += f'<li class="shiori-quiet">{safe(more)}</li>'
    st.html(f'<section class="shiori-list">{head}<ul>{rows}</ul></section>')


def _source_row(source: Source, passages: int, words: Strings) -> str:
    date = (source.published or source.fetched)[:10]
    facts = [kind_name(source.kind, words), source.site, date]
    facts.append(words.passages.format(count=passages))
    place = "" if source.url else source.id
    return _row(source.title, source.url, [place, *facts], words.indexed, "ok")


def _link_row(row: LedgerRow, words: Strings) -> str:
    state = words.link_states.get(row.status, row.status)
    where = row.linked_from[0] if row.linked_from else None
    facts = [words.link_reasons.get(row.reason, row.reason)]
    if where:
        path = " › ".join(where.path) or where.source
        facts.append(words.linked_from.format(path=path, source=where.source, line=where.line))
    return _row(short_url(row.url), row.url, facts, state, row.outcome)


def short_url(url: str) -> str:
    """An address as people read it: without scheme and query, its middle left out when long."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if not parts.netloc:
        return url
    readable = parts.netloc + parts.path.rstrip("/")
    if parts.query and len(readable) + len(parts.query) < _LONGEST_URL:
        readable += f"?{parts.query}"
    plain = unquote(readable)
    if plain.isprintable() and visible(plain) == plain:  # nothing that turns or hides
        readable = plain
    if len(readable) <= _LONGEST_URL:
        return readable
    head = len(parts.netloc) + 2
    return f"{readable[:head]}…{readable[-max(_LONGEST_URL - head, 20) :]}"


def _row(title: str, url: str, facts: Sequence[str], state: str, outcome: str) -> str:
    name = safe(title)
    if safe_url(url):
        name = f'<a href="{safe_address(url)}" title="{safe(url)}" target="_blank">{name}</a>'
    about = safe(" · ".join(fact for fact in facts if fact))
    return (
        f'<li><div><span class="shiori-list-title">{name}</span>'
        f'<span class="shiori-quiet">{about}</span></div>'
        f'<span class="shiori-state shiori-state-{outcome}">{safe(state)}</span></li>'
    )


def source_text(source: Source) -> str:
    """What a search in the list looks at."""
    return " ".join((source.title, source.id, source.site, source.author, source.published))


def link_text(row: LedgerRow, words: Strings) -> str:
    """What a search in the links looks at."""
    where = " ".join(f"{place.source} {' '.join(place.path)}" for place in row.linked_from)
    return " ".join((row.url, row.reason, words.link_states.get(row.status, ""), where))


def _matches(text: str, query: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in query.casefold().split())
