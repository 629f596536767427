"""The steps from a page's text to its blocks."""

from __future__ import annotations

import re

from lxml import etree, html
from lxml.html import HtmlElement

from ingest.extract.html.blocks import blocks_of
from ingest.extract.html.headings import tidy_headings
from ingest.extract.html.metadata import page_meta
from ingest.extract.html.page import heading_anchors, visible_runs
from ingest.extract.html.plain import better, own_article
from ingest.extract.html.repair import repair
from ingest.extract.html.walls import wall
from ingest.extract.language import language_of
from ingest.extract.types import Block, Extracted, ExtractError

# A doctype that declares things itself: browsers ignore that, lxml takes its end for text.
_OWN_RULES = re.compile(r"\A\s*<!doctype\s[^\[>]{0,300}\[.*?\]\s*>", re.I | re.S)


def extract_tree(text: str, url: str) -> Extracted:
    """The main text of a page that has been decoded.

    Raises:
        ExtractError: `empty` or `needs_login` when the page shows no text of its own.
    """
    tree = _parse(text, url)
    if tree is None:
        raise ExtractError("empty", f"{url} is an empty page.")
    runs = visible_runs(tree)  # of the page as a browser shows it
    tidy_headings(tree)
    meta = page_meta(tree, url)
    anchors = heading_anchors(tree)
    hints = " ".join(element.text_content() for element in tree.iter("noscript"))
    repair(tree)
    blocks = _main_text(tree, anchors)
    words = "\n".join(block.text for block in blocks)
    problem = wall(tree, meta.title, words, runs, hints)
    if problem is not None:
        raise ExtractError(problem[0], f"{url} {problem[1]}")
    return Extracted(
        kind="html",
        title=meta.title,
        blocks=blocks,
        site=meta.site,
        author=meta.author,
        published=meta.published,
        language=language_of(words, meta.language),
        page=runs,
    )


def _parse(text: str, url: str) -> HtmlElement | None:
    # A declaration of the encoding is of the bytes, and lxml refuses it in decoded text.
    if text.lstrip().startswith("<?xml"):
        text = text.partition("?>")[2]
    text = _OWN_RULES.sub("", text, count=1)
    if not text.strip():
        return None
    try:
        return html.document_fromstring(text)
    except etree.XMLSyntaxError:  # libxml2 repairs everything; only memory may fail it
        raise ExtractError(
            "too_large", f"{url} needs more memory than reading it may take."
        ) from None
    except etree.ParserError:
        return None


def _main_text(tree: HtmlElement, anchors: dict[str, str]) -> tuple[Block, ...]:
    import trafilatura

    document = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_formatting=True,
        include_tables=True,
        with_metadata=False,
    )
    found: tuple[Block, ...] = ()
    if document is not None and not isinstance(document, dict) and document.body is not None:
        found = blocks_of(document.body, anchors)
    box = own_article(tree)
    return found if box is None else tuple(better(found, blocks_of(box, anchors)))
