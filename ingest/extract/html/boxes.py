"""Makes of a page's boxes what the main text is looked for in: paragraphs, and one article."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from ingest.extract.html.page import INLINE

# Of a part of an article: cards that lead to other pages are links for the most part.
_MOST_LINKS = 0.5
_LEAST = 40
# A page of more line ends is no article; its paragraphs are not worth the time.
_MOST_BREAKS = 5000
_LOOSE = ("body", "article", "main", "section", "div", "td", "center")


def join_articles(tree: HtmlElement) -> None:
    """Make one article of those that a page is cut into, in place.

    They stand side by side below the page's own heading; an article that holds the heading is the
    page's article by itself, and the others are comments or lead to other pages.
    """
    boxes = list(tree.iter("article"))
    if len(boxes) < 2 or any(box.find(".//h1") is not None for box in boxes):
        return
    longest = max(boxes, key=lambda box: len(box.text_content()))
    around = longest.getparent()
    if around is None:
        return
    parts = [box for box in around.iterchildren("article") if _is_part(box)]
    if len(parts) < 2:
        return
    whole = etree.Element("article")
    around.insert(around.index(parts[0]), whole)
    for part in parts:
        part.tag = "div"
        whole.append(part)


def _is_part(box: HtmlElement) -> bool:
    words = len(box.text_content().strip())
    linked = sum(len(link.text_content()) for link in box.iter("a"))
    return words >= _LEAST and linked < _MOST_LINKS * words


def paragraphs_of_breaks(tree: HtmlElement) -> None:
    """Make paragraphs of loose text that empty lines (two `br` together) divide, in place."""
    if sum(1 for _ in tree.iter("br")) > _MOST_BREAKS:
        return
    for box in list(tree.iter(*_LOOSE)):
        if _has_empty_lines(box):
            _divide(box)


def _has_empty_lines(box: HtmlElement) -> bool:
    return any(_is_empty_line(child) for child in box.iterchildren("br"))


def _is_empty_line(element: HtmlElement) -> bool:
    after = element.getnext()
    is_pair = element.tag == "br" and after is not None and after.tag == "br"
    return is_pair and not (element.tail or "").strip()


def _divide(box: HtmlElement) -> None:
    children = list(box)
    first, box.text = box.text, None
    for child in children:
        box.remove(child)
    for piece in _pieces(first, children):
        box.append(piece)


def _pieces(first: str | None, children: list[HtmlElement]) -> Iterator[HtmlElement]:
    """The blocks among the children as they are, and what stands between them as paragraphs."""
    paragraph = etree.Element("p")
    paragraph.text = first
    breaks = 0
    for child in children:
        tail, child.tail = child.tail, None
        is_break = child.tag == "br"
        # One line end stays within its paragraph until a second one follows at once.
        breaks = breaks + 1 if is_break else 0
        if breaks == 2 or not (is_break or child.tag in INLINE):
            if _says_something(paragraph):
                yield paragraph
            paragraph = etree.Element("p")
            if not is_break:
                yield child
            paragraph.text = tail
        elif breaks < 2:
            paragraph.append(child)
            child.tail = tail
        else:
            paragraph.text = tail
        if (tail or "").strip():
            breaks = 0
    if _says_something(paragraph):
        yield paragraph


def _says_something(paragraph: HtmlElement) -> bool:
    return bool("".join(paragraph.itertext()).strip()) or paragraph.find(".//img") is not None
