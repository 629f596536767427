"""Puts right in a parsed page what its main text would be spoilt by."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from ingest.extract.html.boxes import join_articles, paragraphs_of_breaks
from ingest.extract.html.headings import HEADINGS
from ingest.extract.html.page import folded, join_lines

_GUTTER = ".//*[contains(@class,'lineno') or contains(@class,'line-number') or @class='gutter']"
_TABLE_PARTS = ("table", "tbody", "thead", "tfoot", "tr", "td", "th", "center", "font")
# What boxes around and within an article are called; words of class and id attributes.
_NOISE = frozenset(
    (
        *("ad", "ads", "adsbygoogle", "advert", "advertisement", "advertising", "sponsor"),
        *("sponsored", "newsletter", "subscribe", "share", "sharing", "sns", "social", "feedback"),
        *(
            "cookie",
            "cookies",
            "consent",
            "breadcrumb",
            "breadcrumbs",
            "pagination",
            "pager",
            "toc",
        ),
        *("related", "relatedposts", "recommend", "recommended", "recommendations"),
        *("promo", "promotion", "cta", "engagement", "creator"),
    )
)
# Lines that lead on to another article, in the midst of one.
_LEADS_ON = re.compile(
    r"(related( (articles?|posts?|stories|reading))?|read (more|next|also)"
    r"|you (may|might) also like|関連(記事|リンク)?"
    r"|(あわせて|合わせて|こちらも)(読みたい|おすすめ|どうぞ)?)\s*[:：»>]",
    re.I,
)
_MOST_LED = 120
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MOST_NOISE = 600
_AROUND = frozenset(("header", "footer", "nav", "aside", "form", "address", "script", "style"))


def repair(tree: HtmlElement) -> None:
    """Prepare a page for trafilatura, in place; the text that a reader sees stays the same."""
    # trafilatura loses the text that follows a comment.
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    join_lines(tree)
    for element in tree.xpath(".//rt | .//rp | .//noscript"):
        element.drop_tree()
    for element in tree.xpath(_GUTTER):
        if next(element.iterancestors("pre", "figure", "table"), None) is not None:
            element.drop_tree()
    join_articles(tree)
    _drop_noise(tree)
    _drop_leads(tree)
    paragraphs_of_breaks(tree)
    _plain_code(tree)
    _undo_layout_tables(tree)
    _contain(tree)


def _drop_noise(tree: HtmlElement) -> None:
    """Take out small boxes whose names say that they are advertising, buttons or the like."""
    for element in list(
        tree.iter("div", "section", "aside", "ins", "form", "ul", "ol", "p", "span")
    ):
        names = element.get("class") or ""
        if not _is_named_by_heading(element):
            names += f" {element.get('id') or ''}"
        words = {word.lower() for word in _WORDS.findall(names)}
        if words.isdisjoint(_NOISE) or element.getparent() is None:
            continue
        if len(element.text_content()) <= _MOST_NOISE and element.find(".//h1") is None:
            element.drop_tree()


def _is_named_by_heading(element: HtmlElement) -> bool:
    """Whether the id of a section is its heading's text, as documentation is generated.

    Then a chapter about cookies is no request to accept some.
    """
    name = _letters(element.get("id") or "")
    heading = next(element.iter(*HEADINGS), None)
    return heading is not None and name != "" and _letters(heading.text_content()) == name


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _drop_leads(tree: HtmlElement) -> None:
    """Take out short paragraphs that are a link to another article and say so."""
    for element in list(tree.iter("p")):
        text = folded(element.text_content())
        if len(text) > _MOST_LED or not _LEADS_ON.match(text) or element.getparent() is None:
            continue
        linked = sum(len(folded(link.text_content())) for link in element.iter("a"))
        if 2 * linked >= len(text):
            element.drop_tree()


def _plain_code(tree: HtmlElement) -> None:
    """Highlighted code comes as many spans; trafilatura keeps a plain `code` as it is."""
    for element in list(tree.iter("pre")):
        for line_end in element.iter("br"):
            line_end.tail = "\n" + (line_end.tail or "")
        words, tail = element.text_content(), element.tail
        element.clear(keep_tail=False)
        element.tail = tail
        etree.SubElement(element, "code").text = words


def _undo_layout_tables(tree: HtmlElement) -> None:
    """Make boxes of tables that only lay out the page: in real tables trafilatura drops lists."""
    for table in list(tree.iter("table")):
        cells = table.xpath("./tr/td | ./tbody/tr/td")
        if any(_is_layout(cell) for cell in cells):
            inside = table.xpath(".//table/descendant-or-self::*")
            for element in [table, *table.iterdescendants()]:
                if element.tag in _TABLE_PARTS and element not in inside:
                    element.tag = "div" if element.tag != "font" else "span"


def _is_layout(cell: HtmlElement) -> bool:
    return bool(cell.xpath("boolean(.//h1|.//h2|.//h3|.//table) or count(.//p) > 2"))


def _contain(tree: HtmlElement) -> None:
    """Make the box that holds most paragraphs an article, where the page itself names none.

    trafilatura looks for an article's box by names; without one it keeps paragraphs only.
    """
    body = tree.find("body")
    if body is None or tree.find(".//article") is not None or tree.find(".//main") is not None:
        return
    lengths: dict[HtmlElement, int] = {}
    for paragraph in body.iter("p"):
        parent = paragraph.getparent()
        lengths[parent] = lengths.get(parent, 0) + len(paragraph.text_content())
    box = max(lengths, key=lengths.__getitem__, default=None)
    if box is None or lengths[box] <= 0.5 * sum(lengths.values()):
        return
    if box is not body:
        if box.tag in ("div", "section"):
            box.tag = "article"
        return
    article = etree.Element("article")
    article.text, body.text = body.text, None
    for child in list(body):
        if child.tag not in _AROUND:
            article.append(child)
    body.append(article)
