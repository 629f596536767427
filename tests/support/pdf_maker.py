"""Writes small PDFs by hand: any Unicode text, at any place and size, without font files.

Text is shown with a composite font whose codes are UTF-16 units and whose ToUnicode map says so, as
PDF 32000-1 (9.10.3) has it; nothing is embedded, as nobody looks at these pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""


@dataclass
class PdfPage:
    """Lines as (text, left, bottom, size), in points from the lower left corner."""

    lines: list[tuple[str, float, float, float]] = field(default_factory=list)

    def write(
        self, *texts: str, left: float = 60, top: float = 760, size: float = 11, lead: float = 1.5
    ) -> float:
        """Add lines below each other; gives the height at which the next one would stand."""
        for text in texts:
            self.lines.append((text, left, top, size))
            top -= size * lead
        return top

    def content(self) -> bytes:
        shown = (
            f"BT /F0 {size} Tf 1 0 0 1 {left} {bottom} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
            for text, left, bottom, size in self.lines
        )
        return "\n".join(shown).encode()


def make_pdf(pages: list[PdfPage], info: dict[str, str] | None = None, trailer: str = "") -> bytes:
    """A PDF of these pages; `info` is the metadata, `trailer` further entries."""
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    told = " ".join(f"/{key} <{_marked(value).hex()}>" for key, value in (info or {}).items())
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /FontDescriptor 5 0 R /DW 1000"
        b" /W [0 255 500] /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        5: b"<< /Type /FontDescriptor /FontName /Plain /Flags 4 /FontBBox [0 -200 1000 800]"
        b" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
        6: stream(_TO_UNICODE),
        7: f"<< {told} >>".encode(),
    }
    for number, page in enumerate(pages):
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}]"
            f" /Resources << /Font << /F0 3 0 R >> >> /Contents {11 + 2 * number} 0 R >>"
        ).encode()
        objects[11 + 2 * number] = stream(page.content())
    return _written(objects, trailer)


def _marked(text: str) -> bytes:
    return b"\xfe\xff" + text.encode("utf-16-be")


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def _written(objects: dict[int, bytes], trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    count = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        known = number in places
        out += b"%010d %05d %s \n" % (
            places.get(number, 0),
            0 if known else 65535,
            b"n" if known else b"f",
        )
    out += f"trailer\n<< /Size {count} /Root 1 0 R /Info 7 0 R {trailer} >>\n".encode()
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
