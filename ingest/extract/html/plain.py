"""The whole of a page's own article box, for short pages, which heuristics tend to misjudge."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from lxml.html import HtmlElement

from ingest.extract.types import Block

# In characters, and as shares of the box: below `_TINY` trafilatura keeps whole paragraphs only.
_TINY, _SHORT = 600, 3000
_MOST, _SHARE, _LINKS = 0.9, 0.6, 0.6
_AROUND = ("header", "footer", "nav", "aside", "form", "script", "style", "noscript", "button")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NAMES = {
    **dict.fromkeys(_HEADINGS, "head"),
    **dict.fromkeys(("ul", "ol", "dl"), "list"),
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("tr",), "row"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("blockquote",), "quote"),
    **dict.fromkeys(("br",), "lb"),
    **dict.fromkeys(("section", "figure", "figcaption", "details", "summary", "main"), "div"),
}


def own_article(tree: HtmlElement) -> HtmlElement | None:
    """The box of a short article as a tree like trafilatura's; None when the page names no one box.

    Args:
        tree: a repaired page.
    """
    boxes = tree.findall(".//article") or tree.findall(".//main")
    if len(boxes) != 1 or len(boxes[0].text_content()) > 2 * _SHORT:
        return None
    box = deepcopy(boxes[0])
    box.tail = None
    for element in box.xpath("|".join(f".//{name}" for name in _AROUND)):
        element.drop_tree()
    for element in list(box.iter("section", "div", "ul", "ol", "p")):
        if element is not box and _is_links(element):
            element.drop_tree()
    for element in box.iter():
        _rename(element)
    box.tag = "body"
    return box


def better(found: Sequence[Block], own: Sequence[Block]) -> Sequence[Block]:
    """Of what trafilatura found and the page's own article, which is to be taken."""
    length = sum(len(block.text) for block in own)
    if length > _SHORT:
        return found
    share = _MOST if length <= _TINY else _SHARE
    missing = sum(len(block.text) for block in found) < share * length
    # Of very short pages trafilatura gives all text in one paragraph.
    flat = 2 * len(found) <= len(own)
    return own if missing or flat else found


def _is_links(element: HtmlElement) -> bool:
    """Whether a box is a list of ways to go on rather than text with links in it."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    return linked > 0 and linked >= _LINKS * len(element.text_content().strip())


def _rename(element: HtmlElement) -> None:
    if element.tag in _HEADINGS:
        element.set("rend", element.tag)
    elif element.tag == "pre":
        element.tag = "quote"  # its `code` becomes a block of its own
        return
    elif element.tag in ("dt", "dd"):
        element.set("rend", element.tag)
    element.tag = _NAMES.get(element.tag, element.tag)
