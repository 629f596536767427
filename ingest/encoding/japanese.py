"""Japanese legacy encodings as browsers read them, and how plausible a reading is.

Python's `euc_jp` and `iso2022_jp` know only JIS X 0208: they refuse the vendor characters that real
files hold (circled digits, Roman numerals, 髙) and map a few symbols (〜 − ‖) to other code points
than browsers do. The WHATWG Encoding Standard (https://encoding.spec.whatwg.org/, index jis0208)
maps all three encodings alike, as Python's `cp932` does; so everything is read through `cp932`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

_EUC = re.compile(
    rb"[\x00-\x7f]+|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe][\xa1-\xfe]|(?:[\xa1-\xfe][\xa1-\xfe])+"
)
# Escape sequence -> what its bytes are: how many make a character, and the EUC-JP prefix of each.
_ESCAPES = {
    b"\x1b(B": (1, b""),
    b"\x1b(J": (1, b""),
    b"\x1b$@": (2, b""),
    b"\x1b$B": (2, b""),
    b"\x1b(I": (1, b"\x8e"),
    b"\x1b$(D": (2, b"\x8f"),
}
_ESCAPE = re.compile(rb"(\x1b\$\(D|\x1b[(][BJI]|\x1b\$[@B])")
_HALF_WIDTH_ONLY = re.compile(rb"[\x00-\x7f\xa6-\xdf]*")
# A lone kanji after a Latin letter: what a curly quote of windows-1252 looks like in cp932.
_WEDGED = re.compile(r"(?<=[A-Za-z])[\u4e00-\u9fff](?![\u3040-\u30ff\u4e00-\u9fff])")
_KANJI_RUN = re.compile(r"[\u4e00-\u9fff]+")
_KANA = re.compile(r"[\u3041-\u30fe]")
_AS_BROWSERS = str.maketrans(
    "\u301c\u2212\u2016\u00a2\u00a3\u00ac", "\uff5e\uff0d\u2225\uffe0\uffe1\uffe2"
)
_FEW = 12
_MIN_SCORE = 0.3
_MIN_KANA = 0.03


def decode_cp932(data: bytes) -> str:
    """Read Shift_JIS with Microsoft's characters.

    Raises:
        UnicodeDecodeError: the bytes are not Shift_JIS.
    """
    return data.decode("cp932")


def decode_euc_jp(data: bytes) -> str:
    """Read EUC-JP, vendor characters included.

    Raises:
        UnicodeDecodeError: the bytes are not EUC-JP.
    """
    parts: list[str] = []
    at = 0
    while at < len(data):
        match = _EUC.match(data, at)
        if match is None:
            raise UnicodeDecodeError("euc-jp", data, at, at + 1, "not an EUC-JP sequence")
        run = match[0]
        try:
            parts.append(run.decode("euc_jp").translate(_AS_BROWSERS))
        except UnicodeDecodeError:
            parts.append(_vendor(run))
        at = match.end()
    return "".join(parts)


def _vendor(run: bytes) -> str:
    """A run of two-byte characters of which some are NEC's or IBM's."""
    if run[0] == 0x8F:
        raise UnicodeDecodeError("euc-jp", run, 0, 3, "not in JIS X 0212")
    shifted = bytearray()
    for lead, trail in zip(run[::2], run[1::2], strict=True):
        shifted += _shift(lead - 0xA0, trail - 0xA0)
    return shifted.decode("cp932")


def _shift(row: int, cell: int) -> bytes:
    """A JIS X 0208 row and cell (from 1) as two bytes of Shift_JIS."""
    lead = (row - 1) // 2 + (0x81 if row <= 62 else 0xC1)
    if row % 2 == 0:
        return bytes((lead, cell + 0x9E))
    return bytes((lead, cell + (0x3F if cell <= 63 else 0x40)))


def decode_iso_2022_jp(data: bytes) -> str:
    """Read ISO-2022-JP, half-width kana and vendor characters included.

    Raises:
        UnicodeDecodeError: the bytes are not ISO-2022-JP.
    """
    width, prefix = 1, b""
    euc = bytearray()
    for piece in _ESCAPE.split(data):
        if piece in _ESCAPES:
            width, prefix = _ESCAPES[piece]
        elif width == 1 and not prefix:
            if not piece.isascii() or b"\x1b" in piece:
                raise UnicodeDecodeError("iso-2022-jp", data, 0, 1, "an unknown sequence")
            euc += piece
        else:
            euc += _raise_bits(piece, width, prefix)
    return decode_euc_jp(bytes(euc))


def _raise_bits(piece: bytes, width: int, prefix: bytes) -> bytes:
    out = bytearray()
    for line in re.split(rb"([\r\n]+)", piece):
        # Line ends end the double-byte state in practice; they are never half of a character.
        if not line or line[0] in b"\r\n":
            out += line
            continue
        if len(line) % width or not all(0x21 <= byte <= 0x7E for byte in line):
            raise UnicodeDecodeError("iso-2022-jp", piece, 0, 1, "half a character")
        for at in range(0, len(line), width):
            out += prefix + bytes(byte | 0x80 for byte in line[at : at + width])
    return bytes(out)


def only_half_width(data: bytes) -> bool:
    """Whether all bytes beyond ASCII are half-width katakana of cp932, and too many for chance.

    Kanji of EUC-JP have second bytes over all of A1-FE, so eight in a row rarely stay below E0.
    """
    wide = sum(byte >= 0x80 for byte in data)
    return wide >= 16 and _HALF_WIDTH_ONLY.fullmatch(data) is not None


def japanese_score(text: str) -> float:
    """How much a text looks like written Japanese, -5..1; 0 and less is another encoding misread.

    The mean weight of its characters beyond ASCII: kana speak for it, common kanji too, rare kanji
    and half-width katakana do not, and characters that nobody types speak against it.
    """
    counts = Counter(text)
    total = sum(count for char, count in counts.items() if char > "\x7f")
    if not total:
        return 0.0
    points = sum(_weight(char) * count for char, count in counts.items() if char > "\x7f")
    return points / total


def has_kana(text: str) -> bool:
    """Whether there is hiragana or full-width katakana in a text."""
    return _KANA.search(text) is not None


def is_japanese(text: str) -> bool:
    """Whether a reading is plausible enough to be taken without being told the encoding."""
    if japanese_score(text) < _MIN_SCORE:
        return False
    kana = len(_KANA.findall(text))
    wide = sum(char > "\x7f" for char in text)
    if kana < _MIN_KANA * wide and wide > _FEW:
        return False  # Chinese and Korean fit EUC-JP as kanji; Japanese prose has kana.
    runs = len(_KANJI_RUN.findall(text))
    return bool(kana) or not runs or 2 * len(_WEDGED.findall(text)) < runs


def is_wide_text(text: str) -> bool:
    """Whether a text is letters, kana and kanji as people write them, not bytes taken in pairs."""
    simple = typed = 0
    for char, count in Counter(text).items():
        if " " <= char <= "~" or char in "\t\n\r" or "\u3000" <= char <= "\u30fe":
            simple += count
        elif _weight(char) > 0.3:
            typed += count
    return simple + typed >= 0.9 * len(text) and simple >= 0.2 * len(text)


@lru_cache(maxsize=16384)
def _weight(char: str) -> float:
    if "\u3041" <= char <= "\u30fe":
        return 1.0
    if "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5d":
        return 0.8
    if "\uff61" <= char <= "\uff9f":
        return 0.0
    if "\ue000" <= char <= "\uf8ff" or "\x80" <= char <= "\xa0":
        return -5.0
    try:
        lead = char.encode("euc_jp")[0]
    except UnicodeEncodeError:
        return 0.0
    if lead == 0x8F:
        return -0.5
    if lead >= 0xD0:
        return -0.3  # JIS level 2: about one kanji in a hundred
    return 0.6 if lead >= 0xB0 else 0.2
