"""The whole of a page's own article box, for short pages, which heuristics tend to misjudge."""

from __future__ import annotations

from copy import deepcopy

from lxml.html import HtmlElement

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


def own_article(tree: HtmlElement, found: int) -> HtmlElement | None:
    """The box of a short article, as a tree like trafilatura's, if most of it was not found.

    Args:
        tree: a repaired page.
        found: how many characters of main text were found in it.

    Returns:
        None when the page names no article of its own, or it is long, or enough was found.
    """
    boxes = tree.findall(".//article") or tree.findall(".//main")
    if len(boxes) != 1:
        return None
    box = deepcopy(boxes[0])
    box.tail = None
    for element in box.xpath("|".join(f".//{name}" for name in _AROUND)):
        element.drop_tree()
    for element in list(box.iter("section", "div", "ul", "ol", "p")):
        if element is not box and _is_links(element):
            element.drop_tree()
    length = len("".join(box.itertext()).strip())
    if length > _SHORT or found >= (_MOST if length <= _TINY else _SHARE) * length:
        return None
    for element in box.iter():
        _rename(element)
    box.tag = "body"
    return box


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
