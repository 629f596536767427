"""Turns the bytes of a file or page into text, or refuses: never a text with wrong characters.

The order of evidence: a byte order mark; escape sequences of ISO-2022-JP; valid UTF-8 with
characters beyond ASCII, which other encodings do not form by chance; what the document declares;
and for undeclared bytes the Japanese reading that looks like Japanese.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from ingest.encoding import japanese
from rag.errors import ShioriError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JAPANESE: dict[str, Callable[[bytes], str]] = {
    "cp932": japanese.decode_cp932,
    "euc-jp": japanese.decode_euc_jp,
    "iso-2022-jp": japanese.decode_iso_2022_jp,
}
# Labels that mean more than they say, after the WHATWG Encoding Standard.
_LABELS = {
    **dict.fromkeys(
        ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji", "csshiftjis"),
        "cp932",
    ),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "euc_jp", "eucjp"), "euc-jp"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp", "iso2022-jp", "jis"), "iso-2022-jp"),
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "latin1", "latin-1", "l1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode", "utf16"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    "tis-620": "cp874",
}
# Python has codecs that are no character encodings (rot13, unicode_escape, utf-7): these are.
_KNOWN = re.compile(
    r"utf-8|utf-16-[lb]e|utf-32-[lb]e|cp(125\d|8\d\d|932|949|950)|iso8859-\d+|koi8-[ru]"
    r"|gb18030|big5hkscs|mac-\w+|euc-jp|iso-2022-jp"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL = 0.01
_SAMPLE = 200_000


class UndecodableError(ShioriError):
    """Bytes that are no text in an encoding that can be told."""


def decode(data: bytes, declared: str | None = None, *, damage: float = 0.0) -> tuple[str, str]:
    """The text of some bytes and the name of their encoding.

    Args:
        data: a whole file or page.
        declared: the encoding it claims (`charset=` of a header or meta element); checked, as both
            are often wrong.
        damage: the share of bytes that may be broken, which are left out; for pages, where one
            cut character should not cost the article.

    Returns:
        The text without a byte order mark, and one of `utf-8`, `utf-16-le`, `cp932`, `euc-jp`,
        `iso-2022-jp`, or the name of another encoding that was declared.

    Raises:
        UndecodableError: binary data, broken text, or an encoding that cannot be told.
    """
    if not data:
        return "", "utf-8"
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _checked(_read(data[len(mark) :], name, damage), name)
    found = _unmarked(data, name_of(declared), damage)
    if found is None:
        raise UndecodableError(_why(data))
    return _checked(*found)


def name_of(label: str | None) -> str | None:
    """The encoding that a label such as `Shift_JIS` means, or None when it is unknown."""
    if not label:
        return None
    plain = label.strip().strip("\"'").lower()
    name = _LABELS.get(plain)
    if name is None:
        try:
            name = codecs.lookup(plain).name
        except (LookupError, ValueError):
            return None
    return name if _KNOWN.fullmatch(name) else None


def _unmarked(data: bytes, declared: str | None, damage: float) -> tuple[str, str] | None:
    if data.isascii() and b"\x1b" in data and (text := _try(data, "iso-2022-jp")) is not None:
        return text, "iso-2022-jp"
    if b"\0" in data:
        return _utf16(data, declared)
    if (text := _try(data, "utf-8")) is not None and not _rather_declared(data, declared):
        return text, "utf-8"
    ranked = _ranked(data, declared)
    if ranked is not None:
        return ranked
    if damage:
        return _damaged(data, declared, damage)
    return None


def _rather_declared(data: bytes, declared: str | None) -> bool:
    """Whether valid UTF-8 is rather the declared EUC-JP or Shift_JIS: a few kanji can be both."""
    if declared not in ("euc-jp", "cp932") or re.search(rb"[\xe0-\xf4]", data) or data.isascii():
        return False
    text = _try(data, declared)
    return text is not None and japanese.japanese_score(text) >= 0.5


def _ranked(data: bytes, declared: str | None) -> tuple[str, str] | None:
    """The best strict reading of bytes that are not UTF-8."""
    if declared is not None and declared not in _JAPANESE and declared != "utf-8":
        text = _try(data, declared)
        # Servers that add `iso-8859-1` to everything are common; kana never come of other text.
        # Chinese and Korean codes hold kana as well: those are believed.
        single = declared not in ("gb18030", "big5hkscs", "cp949")
        if text is not None and not (single and _japanese(data, None, kana=True)):
            return text, declared
    return _japanese(data, declared)


def _japanese(data: bytes, declared: str | None, *, kana: bool = False) -> tuple[str, str] | None:
    """The more plausible of EUC-JP and Shift_JIS, if any; with `kana`, only one that has."""
    if declared != "euc-jp" and not kana and japanese.only_half_width(data[:_SAMPLE]):
        return data.decode("cp932"), "cp932"
    best: tuple[float, str, str] | None = None
    for name in ("euc-jp", "cp932"):
        text = _try(data, name)
        if text is None or (kana and not japanese.has_kana(text)):
            continue
        sample = text[:_SAMPLE]
        told = name == declared
        score = japanese.japanese_score(sample) + (0.2 if told else 0.0)
        if not japanese.is_japanese(sample) and not (told and score > 0):
            continue
        if best is None or score > best[0]:
            best = (score, text, name)
    return best[1:] if best else None


def _utf16(data: bytes, declared: str | None) -> tuple[str, str] | None:
    """UTF-16 without a mark shows by its zero bytes; in other text there are none."""
    order = ["utf-16-le", "utf-16-be"]
    if declared in order:
        order.sort(key=lambda name: name != declared)
    elif data[::2].count(0) > data[1::2].count(0):
        order.reverse()
    for name in order:
        text = _try(data, name)
        if text is not None and japanese.is_wide_text(text[:_SAMPLE]):
            return text, name
    return None


def _damaged(data: bytes, declared: str | None, damage: float) -> tuple[str, str] | None:
    for name in dict.fromkeys((declared or "utf-8", "utf-8", "cp932", "euc_jp")):
        codec = "euc_jp" if name == "euc-jp" else name
        text = data.decode(codec, "replace")
        broken = text.count("\ufffd")
        if broken <= damage * len(data) and (codec == "utf-8" or japanese.is_japanese(text)):
            return text.replace("\ufffd", ""), name.replace("_", "-")
    return None


def _read(data: bytes, name: str, damage: float) -> str:
    text = _try(data, name)
    if text is not None:
        return text
    text = data.decode(name, "replace")
    if text.count("\ufffd") <= damage * len(data):
        return text.replace("\ufffd", "")
    raise UndecodableError(f"The text starts as {name.upper()} and is broken further on.")


def _try(data: bytes, name: str) -> str | None:
    try:
        reader = _JAPANESE.get(name)
        return reader(data) if reader else data.decode(name)
    except UnicodeDecodeError:
        return None


def _checked(text: str, name: str) -> tuple[str, str]:
    controls = len(_CONTROL.findall(text[:_SAMPLE]))
    if "\0" in text or controls > max(1, _MAX_CONTROL * min(len(text), _SAMPLE)):
        raise UndecodableError("The content is binary data, not text.")
    return text, name


def _why(data: bytes) -> str:
    if b"\0" in data or len(_CONTROL.findall(data[:_SAMPLE].decode("latin-1"))) > len(data) / 100:
        return "The content is binary data, not text."
    return (
        "The encoding cannot be told: it is not UTF-8, UTF-16, Shift_JIS or EUC-JP. "
        "Save it as UTF-8."
    )
