"""Where a passage of an article is, and the address that opens it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urldefrag

from ingest.articles.layout import Unit
from ingest.articles.text_fragments import PageText
from rag.locators import at_second
from rag.text.sentences import sentence_spans
from rag.types import Kind, Locator


class Addresses:
    """Makes locators and addresses of passages, asked for in the order of the article."""

    def __init__(self, url: str, kind: Kind, page: Sequence[str]) -> None:
        """`page` is all visible text of a web page, as in `Extracted`."""
        self._url = urldefrag(url).url
        self._kind = kind
        self._page = PageText(page)

    def of(self, text: str, units: Sequence[Unit], anchor: str) -> tuple[Locator, str]:
        """The locator of a passage and an address that opens the article there.

        Args:
            text: the article's text.
            units: what the passage consists of.
            anchor: the id of the heading it stands under, or empty.
        """
        block = units[0].block
        if self._kind == "pdf" and block.page is not None:
            return Locator(page=block.page), f"{self._url}#page={block.page}"
        if self._kind == "video" and block.seconds is not None:
            return Locator(seconds=block.seconds), at_second(self._url, block.seconds)
        phrases = [phrase for unit in units for phrase in shown(text[unit.start : unit.end], unit)]
        fragment = anchor + self._page.directive(phrases)
        if not fragment:
            return Locator(), self._url
        return Locator(fragment=fragment), f"{self._url}#{fragment}"


def shown(text: str, unit: Unit) -> Iterator[str]:
    """What a reader sees of a unit in the page, without the marks of lists and tables."""
    kind = unit.block.kind
    if kind == "table":
        yield from text.split(" | ")
    elif kind == "list":
        item = text.lstrip().removeprefix("- ")
        for start, end in sentence_spans(item):
            yield item[start:end]
    else:
        yield text.strip()
