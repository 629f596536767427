"""Text of a PDF by page, with its headings, as pdfium reads it.

pypdfium2 (https://pypdfium2.readthedocs.io) is called on files from anywhere: it is meant to run in
the child process of `Extractor`, which has bounds and may crash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.extract.html.metadata import iso_date
from ingest.extract.language import language_of
from ingest.extract.pdf.layout import Line, blocks_of, without_margins
from ingest.extract.pdf.text import clean, is_garbled
from ingest.extract.plain_text import title_from
from ingest.extract.types import Block, Extracted, ExtractError

MAX_PAGES = 2000
_NO_TITLE = re.compile(
    r"^(untitled|無題|presentation|powerpoint\b.*|slide ?\d*|スライド ?\d*|document\d*"
    r"|microsoft \w+ - .*|.*\.(docx?|pptx?|xlsx?|indd|pdf|key|tex|dvi|qxd|ai))$",
    re.I,
)


def extract_pdf(data: bytes, *, url: str) -> Extracted:
    """The text of a PDF as blocks that carry their page.

    Raises:
        ExtractError: `needs_login` when it is encrypted, `too_large` when it has too many pages,
            `empty` when it holds pictures of text only, `error` when it is damaged.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ExtractError(
                "needs_login", f"{url} is protected by a password. Save a copy without one."
            ) from None
        raise ExtractError("error", f"{url} is a damaged PDF that cannot be opened.") from None
    try:
        return _read(document, url)
    finally:
        document.close()


def _read(document: Any, url: str) -> Extracted:
    count = len(document)
    if count > MAX_PAGES:
        raise ExtractError("too_large", f"{url} has {count} pages, more than {MAX_PAGES}.")
    pages = [list(_page_lines(document, number)) for number in range(count)]
    blocks = tuple(blocks_of(without_margins(pages)))
    words = "\n".join(block.text for block in blocks)
    if not re.search(r"\w", words):
        raise ExtractError("empty", f"{url} has {count} pages without text, only pictures perhaps.")
    told = document.get_metadata_dict()
    return Extracted(
        kind="pdf",
        title=_title(clean(told.get("Title", "")), blocks, url),
        blocks=blocks,
        author=_told(clean(told.get("Author", ""))),
        published=_date(told.get("CreationDate", "")),
        language=language_of(words),
    )


def _page_lines(document: Any, number: int) -> Iterator[Line]:
    """The lines of a page, in pdfium's order; a page that cannot be loaded has none."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return
    try:
        text = page.get_textpage()
        lines = list(_lines(text, number + 1, page.get_height()))
        text.close()
    except pypdfium2.PdfiumError:
        return
    finally:
        page.close()
    if not is_garbled("".join(line.text for line in lines)):
        yield from lines


def _lines(text: Any, page: int, height: float) -> Iterator[Line]:
    from pypdfium2 import raw

    units: list[int] = []
    first = 0
    count = text.count_chars()
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, index) if index < count else 0x0A
        if code not in (0x0A, 0x0D):
            units.append(code)
            continue
        words = clean(_from_units(units))
        if words.strip():
            yield _line(text, words, (first, index - 1), page, height)
        units = []
        first = index + 1


def _from_units(units: list[int]) -> str:
    """UTF-16 code units (and whole code points) as text; what is neither falls out."""
    raw = b"".join(
        unit.to_bytes(2, "little") if unit < 0x10000 else chr(unit).encode("utf-16-le")
        for unit in units
        if 0 < unit < 0x110000
    )
    return raw.decode("utf-16-le", "ignore")


def _line(text: Any, words: str, span: tuple[int, int], page: int, height: float) -> Line:
    boxes = []
    for index in (span[0], (span[0] + span[1]) // 2, span[1]):
        boxes.append(text.get_charbox(index, loose=True))
    sizes = sorted(top - bottom for _, bottom, _, top in boxes)
    return Line(
        text=words,
        page=page,
        size=sizes[1],
        left=boxes[0][0],
        right=boxes[2][2],
        middle=(boxes[0][1] + boxes[0][3]) / 2,
        last=(boxes[2][1] + boxes[2][3]) / 2,
        height=height,
    )


def _title(told: str, blocks: tuple[Block, ...], url: str) -> str:
    if told and not _NO_TITLE.match(told) and not is_garbled(told):
        return told
    opening = (block for block in blocks if block.page == 1)
    heading = next((block for block in opening if block.kind == "heading"), None)
    return heading.text if heading is not None else title_from(url)


def _told(text: str) -> str:
    return "" if is_garbled(text) or text.lower() in ("user", "owner", "admin", "unknown") else text


def _date(text: str) -> str:
    match = re.match(r"D:(\d{4})(\d{2})(\d{2})", text)
    return iso_date("-".join(match.groups())) if match else ""
