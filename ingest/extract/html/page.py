"""What a browser shows of a whole page, as runs of text that a link to a passage may quote.

Chromium matches a text fragment within one block, over inline elements and folded white space, but
not over line breaks, images or ruby (found by trial in a real browser). A run is text between such
places, in the order of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

# fmt: off
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "output", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
_UNSEEN = frozenset((
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "embed",
    "video", "audio", "canvas", "svg", "math", "select", "textarea", "datalist", "option", "rp",
    "rt", "meter", "progress", "map",
))
# fmt: on
_SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")
_LINE_IN_CJK = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]\s*(?=[\u3000-\u9fff\uff00-\uffef])"
)
_BREAK = "\0"
_KEPT = "\1"  # a space of preformatted text: each of them counts


def visible_runs(tree: HtmlElement) -> tuple[str, ...]:
    """The runs of visible text of a page, white space folded, in order."""
    whole = "".join(_texts(tree))
    runs = (_SPACES.sub(" ", run).strip(" " + _KEPT) for run in whole.split(_BREAK))
    return tuple(run.replace(_KEPT, " ") for run in runs if run)


def _texts(tree: HtmlElement) -> Iterator[str]:
    """All visible text with breaks, without recursion: pages may be nested deeply."""
    body = tree.find("body")
    root = tree if body is None else body
    stack: list[HtmlElement | str] = [root]
    preformatted = 0
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if item == "/pre":
                preformatted -= 1
            yield _BREAK if item == "/pre" else item
            continue
        tail = item.tail if item is not root else None
        if tail:
            stack.append(_broken(tail, preformatted > 0))
        if not isinstance(item.tag, str) or item.tag in _UNSEEN or is_hidden(item):
            if item.tag in _UNSEEN:
                yield _BREAK
            continue
        inline = item.tag in INLINE
        if item.tag in ("pre", "listing"):
            preformatted += 1
            stack.append("/pre")
        elif not inline:
            stack.append(_BREAK)
        stack.extend(reversed(item))
        yield "" if inline else _BREAK
        if item.text:
            yield _broken(item.text, preformatted > 0)


def _broken(text: str, preformatted: bool) -> str:
    if preformatted:
        return re.sub(r"[\r\n\t]+", _BREAK, text).replace(" ", _KEPT)
    return _LINE_IN_CJK.sub(_BREAK, text)


def is_hidden(element: HtmlElement) -> bool:
    """Whether an element says of itself that it is not shown."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return (
        style is not None
        and re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", style) is not None
    )


def heading_anchors(tree: HtmlElement) -> dict[str, str]:
    """The ids that links to headings use, by the heading's text; the first of a text counts."""
    found: dict[str, str] = {}
    for element in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        text = folded(element.text_content())
        anchor = _anchor(element)
        if text and anchor:
            found.setdefault(text, anchor)
    return found


def _anchor(heading: HtmlElement) -> str:
    inside = (element.get("id") or element.get("name") for element in heading.iter("a", "span"))
    before = heading.getprevious()
    near = (
        before.get("id") or before.get("name") if before is not None and before.tag == "a" else ""
    )
    parent = heading.getparent()
    around = parent.get("id") if parent is not None and parent.tag == "section" else ""
    for name in (heading.get("id"), *inside, near, around):
        if name and not re.search(r"\s", name):
            return str(name)
    return ""


def folded(text: str) -> str:
    """A text with runs of white space as one space, trimmed."""
    return _SPACES.sub(" ", text).strip()


def join_lines(tree: HtmlElement) -> None:
    """Undo the line ends of the file, which browsers show as spaces, between kanji and kana not."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        kept = element.tag in ("pre", "textarea", "script", "style") or _in_pre(element)
        if element.text and "\n" in element.text and not kept:
            element.text = _one_line(element.text)
        if element.tail and "\n" in element.tail and not _in_pre(element):
            element.tail = _one_line(element.tail)


def _one_line(text: str) -> str:
    return re.sub(r"[ \t]*[\r\n][ \t\r\n]*", " ", _LINE_IN_CJK.sub("", text))


def _in_pre(element: HtmlElement) -> bool:
    return next(element.iterancestors("pre"), None) is not None
