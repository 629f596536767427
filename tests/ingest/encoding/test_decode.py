"""Bytes become the right text or an error, never a text with wrong characters."""

from __future__ import annotations

import random
import re
import zlib

import pytest

from ingest.encoding import japanese
from ingest.encoding.detection import UndecodableError, decode, name_of

PROSE = (
    "栞は本に挟む小さな紙片である。読みかけの場所を忘れないように使う。\n"
    "- サーバーレスの関数は、要求が増えると自動で台数を増やします。\n"
    "- 料金は（東京リージョンで）百万回あたり三十円、と資料にあった。\n"
    "昨日の会議で田中さんが「設定を変えるだけで遅延が半分になった」と話していた。\n"
    "データベースの移行手順：①停止、②複製、③切替。Version 2.1 と 3.0 では動作が異なる。\n"
)
ENGLISH = "Curly quotes aren’t Japanese — they’re “typographic”. Café, naïve, Zürich."
ENCODINGS = {"utf-8": "utf-8", "cp932": "cp932", "euc-jp": "euc_jis_2004"}


def as_iso_2022_jp(text: str) -> bytes:
    out = bytearray()
    for char in text:
        try:
            out += char.encode("ascii")
        except UnicodeEncodeError:
            raw = char.encode("euc_jis_2004")
            out += b"\x1b$B" + bytes(byte & 0x7F for byte in raw) + b"\x1b(B"
    return bytes(out)


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "Shift_JIS", "EUC-JP", "x-odd"])
def test_japanese_prose_is_read_whatever_is_declared(name: str, declared: str | None) -> None:
    data = PROSE.encode(ENCODINGS[name])
    assert decode(data, declared) == (PROSE, name)


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_unicode_with_and_without_a_mark(name: str) -> None:
    text, found = decode(PROSE.encode(name))
    assert text == PROSE
    assert found.split("-")[:2] == name.split("-")[:2]


def test_iso_2022_jp_with_vendor_characters_and_half_width_kana() -> None:
    assert decode(as_iso_2022_jp(PROSE)) == (PROSE, "iso-2022-jp")
    assert decode(b'\x1b(I1\x1b$B%"\x1b(B.')[0] == "ｱア."
    with pytest.raises(UnicodeDecodeError, match="half a character"):
        japanese.decode_iso_2022_jp(b"\x1b$B$\x1b(B")
    # Terminal colours are escape sequences too, and no Japanese.
    assert decode(b"\x1b[31mred\x1b[0m") == ("\x1b[31mred\x1b[0m", "utf-8")


@pytest.mark.parametrize("name", ["utf-8", "cp932", "euc_jp"])
@pytest.mark.parametrize("length", [2, 3, 5, 8, 13])
def test_short_pieces_are_read_or_refused_but_hardly_ever_wrong(name: str, length: int) -> None:
    text = re.sub(r"[\n ①-③!-~-]", "", PROSE)
    wrong = read = 0
    for start in range(len(text) - length):
        piece = text[start : start + length]
        try:
            found, _ = decode(piece.encode(name))
        except UndecodableError:
            continue
        read += 1
        wrong += found != piece
    assert wrong <= 0.01 * len(text)
    assert read >= 0.97 * (len(text) - length)


def test_half_width_katakana_alone() -> None:
    text = "ﾊﾝｶｸｶﾀｶﾅﾀﾞｹﾉﾌｧｲﾙ"
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_euc_jp_reads_symbols_as_browsers_and_shift_jis_do() -> None:
    for row in range(0xA1, 0xF5):
        for cell in range(0xA1, 0xFF):
            try:
                expected = japanese._shift(row - 0xA0, cell - 0xA0).decode("cp932")
            except UnicodeDecodeError:
                continue
            assert japanese.decode_euc_jp(bytes((row, cell))) == expected
    assert japanese.decode_euc_jp(b"\x8f\xb0\xa1") == "\u4e02"
    with pytest.raises(UnicodeDecodeError, match="212"):
        japanese.decode_euc_jp(b"\x8f\xa1\xa1")


@pytest.mark.parametrize(
    ("encoding", "label", "text"),
    [
        ("cp1252", "ISO-8859-1", ENGLISH),
        ("gb18030", "gb2312", "人工智能正在改变世界，我们需要认真思考它的影响。"),
        ("big5", "Big5", "今天天氣很好，我們一起去公園散步。"),
        ("euc_kr", "EUC-KR", "안녕하세요. 이것은 한국어 문장입니다."),
        ("cp1251", "windows-1251", "Это русский текст для проверки."),
        ("cp874", "TIS-620", "ภาษาไทยเป็นภาษาที่มีระดับเสียง"),
    ],
)
def test_other_encodings_need_to_be_declared(encoding: str, label: str, text: str) -> None:
    data = text.encode(encoding)
    assert decode(data, label)[0] == text
    assert decode(text.encode(), label) == (text, "utf-8")
    with pytest.raises(UndecodableError, match="Save it as UTF-8"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        b"PK\x03\x04" + zlib.compress(PROSE.encode() * 9),
        b"\x7fELF" + bytes(64),
        random.Random(5).randbytes(4096),
        b"\xff\xfe" + b"a",
        b"text with a \0 in it",
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data)


def test_a_cut_character_is_left_out_only_where_damage_is_allowed() -> None:
    data = (PROSE * 20).encode() + "紙".encode()[:2] + PROSE.encode()
    with pytest.raises(UndecodableError):
        decode(data)
    assert decode(data, damage=0.001) == (PROSE * 21, "utf-8")
    with pytest.raises(UndecodableError):
        decode(data[-40:] + b"\xe3" * 40, damage=0.001)
    marked = b"\xef\xbb\xbf" + data
    assert decode(marked, damage=0.001)[0] == PROSE * 21
    with pytest.raises(UndecodableError, match="broken further on"):
        decode(marked)


def test_nothing_is_text() -> None:
    assert decode(b"") == ("", "utf-8")


@pytest.mark.parametrize("label", ["rot13", "unicode_escape", "utf-7", "base64", "", None, "\0"])
def test_codecs_that_are_no_character_encodings_are_unknown(label: str | None) -> None:
    assert name_of(label) is None


def test_labels_mean_what_browsers_take_them_for() -> None:
    assert name_of(' "Shift_JIS" ') == "cp932"
    assert name_of("x-euc-jp") == "euc-jp"
    assert name_of("latin1") == "cp1252"
    assert name_of("UTF8") == "utf-8"
