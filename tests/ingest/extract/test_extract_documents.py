"""What a body really is, plain text, saved pages, and the child process that reads them."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import article_site
import pytest

from ingest.extract import Extracted, ExtractError, Extractor, Limits, extract
from ingest.extract.sandbox import extractor as extractor_module
from ingest.extract.sandbox.wire import unpacked
from ingest.extract.sniff import charset_of, format_of

URL = "https://harbour.example/file"
PAGE = article_site.news(article_site.article("en-faq")).encode()


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (PAGE, "application/pdf", "html"),
        (b"\n<!-- made by hand -->\n<html>x", "text/plain", "html"),
        ("<html>日本</html>".encode("utf-16"), None, "html"),
        (b"<p>no head</p>", None, "html"),
        (b'<?xml version="1.0"?><html xmlns="x">', "application/xhtml+xml", "html"),
        (b"\r\n%PDF-1.4", "text/html", "pdf"),
        (b"just words", "text/plain; charset=utf-8", "text"),
        ("ただの文章です。".encode("cp932"), None, "text"),
        (b"BMW is a brand", "text/plain", "text"),
        (
            b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
            b'\ttype="text/html"; boundary="x"\r\n\r\n',
            "text/html",
            "mhtml",
        ),
    ],
)
def test_formats_are_told_by_content(body: bytes, content_type: str | None, expected: str) -> None:
    assert format_of(body, content_type, URL) == expected


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "text/html"),
        (b"\xff\xd8\xff\xe0 jpeg", None),
        (b"RIFF....WEBPVP8 ", None),
        (b"\0\0\0\x18ftypmp42", "text/html"),
        (b"PK\x03\x04 a document", "text/html"),
        (gzip.compress(b"x"), None),
        (b"BM\x00\x00", None),
        (b'{"a": 1}', "application/json"),
        (b"<?xml version='1.0'?><rss>", "text/xml"),
        (b"<svg xmlns='x'>", "image/svg+xml"),
        (b"a = 1", "application/javascript"),
        (b"plain looking", "audio/mpeg"),
        (bytes(range(256)), None),
    ],
)
def test_what_holds_no_text_is_unsupported(body: bytes, content_type: str | None) -> None:
    with pytest.raises(ExtractError, match="holds no text to read") as caught:
        format_of(body, content_type, URL)
    assert caught.value.status == "unsupported_type"


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_an_empty_body(body: bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        format_of(body, "text/html", URL)
    assert caught.value.status == "empty"


def test_charset_of_a_header() -> None:
    assert charset_of('text/html; Charset="Shift_JIS"') == "Shift_JIS"
    assert charset_of("text/html") is None
    assert charset_of(None) is None


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    with Extractor() as opened:
        yield opened


def test_plain_text_and_markdown(extractor: Extractor) -> None:
    text = "# 手引き\n\n最初の段落。\n続きの行。\n\n## 設定\n二つ目の段落。\n"
    found = extractor.extract(text.encode("euc_jp"), content_type="text/plain", url=URL)
    assert [(block.kind, block.level, block.text) for block in found.blocks] == [
        ("heading", 1, "手引き"),
        ("paragraph", 0, "最初の段落。\n続きの行。"),
        ("heading", 2, "設定"),
        ("paragraph", 0, "二つ目の段落。"),
    ]
    assert (found.title, found.language, found.site) == ("手引き", "ja", "harbour.example")
    named = extractor.extract(b"words", content_type=None, url="https://a.example/x/note%20a.txt")
    assert named.title == "note a.txt"


def mhtml(html: bytes, charset: str = "utf-8") -> bytes:
    import base64

    head = (
        "From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n\r\n----b\r\n'
        f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Location: https://harbour.example/a\r\n\r\n"
    ).encode()
    image = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    body = base64.encodebytes(html).replace(b"\n", b"\r\n")
    return head + body + b"\r\n----b\r\n" + image + b"----b--\r\n"


@pytest.mark.parametrize(("charset", "codec"), [("utf-8", "utf-8"), ("Shift_JIS", "cp932")])
def test_a_saved_page(extractor: Extractor, charset: str, codec: str) -> None:
    entry = article_site.article("ja-python")
    html = article_site.blog(entry).replace('<meta charset="utf-8">', "").encode(codec)
    found = extractor.extract(mhtml(html, charset), content_type=None, url=URL)
    assert found.title == entry.title
    assert any("queue.Queue" in block.text for block in found.blocks)


def framed(*pages: str) -> bytes:
    """A page as Chrome saves it, with its frames as parts of their own."""
    import quopri

    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    parts = [
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-ID: <frame-%d@mhtml.blink>\r\n\r\n"
        % number
        + quopri.encodestring(page.encode("cp932")).replace(b"\n", b"\r\n")
        for number, page in enumerate(pages)
    ]
    return head.encode() + b"\r\n".join(parts) + b"\r\n--b--\r\n"


def test_a_saved_page_whose_text_is_in_a_frame(extractor: Extractor) -> None:
    coded = '<meta charset="Shift_JIS">'
    menu = f"<html><head>{coded}</head><body><ul><li><a href=a>一</a></li></ul></body></html>"
    entry = article_site.article("ja-library")
    text = article_site.portal(entry).replace('<meta charset="utf-8">', coded)
    frames = '<frameset cols="1,2"><frame src="cid:1"><frame src="cid:2"></frameset>'
    outer = f"<html><head>{coded}<title>枠</title></head>{frames}</html>"
    for order in ((menu, text), (text, menu)):
        found = extractor.extract(framed(outer, *order), content_type=None, url=URL)
        assert found.title == entry.title
        assert any("山の手館" in block.text for block in found.blocks)
    with pytest.raises(ExtractError) as caught:
        extractor.extract(framed(outer, outer), content_type=None, url=URL)
    assert caught.value.status == "empty"
    # A page with text of its own is not replaced by a longer frame.
    own = f"<html><head>{coded}<title>主</title></head><body><p>{'港の朝は早い。' * 9}</p></body>"
    assert extractor.extract(framed(own, text), content_type=None, url=URL).title == "主"


def test_a_saved_page_without_the_page(extractor: Extractor) -> None:
    body = mhtml(b"x").replace(b"Content-Type: text/html; charset", b"Content-Type: text/css; x")
    with pytest.raises(ExtractError, match="without the page itself"):
        extractor.extract(body, content_type=None, url=URL)


def test_the_child_gives_what_the_parent_would_get(extractor: Extractor) -> None:
    from ingest.extract.document import read_document

    direct = read_document(PAGE, content_type="text/html", url=URL)
    assert extractor.extract(PAGE, content_type="text/html", url=URL) == direct
    assert extract(PAGE, content_type=None, url=URL) == direct


def test_sizes_are_bounded_before_anything_is_read() -> None:
    with Extractor(Limits(text_size=1 << 20)) as small:
        with pytest.raises(ExtractError, match="up to 1 MB") as caught:
            small.extract(b"<html>" + b"x" * (2 << 20), content_type=None, url=URL)
        assert caught.value.status == "too_large"
        # No child was needed for that.
        assert [child._process for child in list(small._children.queue)] == [None]


def test_a_book_of_text_is_too_large(extractor: Extractor) -> None:
    body = b"<html><article><p>" + b"All work and no play. " * 150_000
    with pytest.raises(ExtractError, match="more text") as caught:
        extractor.extract(body, content_type=None, url=URL)
    assert caught.value.status == "too_large"


def test_a_document_that_takes_too_long_ends_and_the_next_is_read() -> None:
    slow = b"<html><p " + b"".join(b"a%d=1 " % number for number in range(200_000)) + b">text"
    with Extractor(Limits(seconds=2.0)) as hasty:
        with pytest.raises(ExtractError, match="was not read within 2 s") as caught:
            hasty.extract(slow, content_type=None, url=URL)
        assert caught.value.status == "error"
        assert hasty.extract(PAGE, content_type=None, url=URL).title


def test_a_document_that_needs_too_much_memory_ends_and_the_next_is_read() -> None:
    many = b"<html>" + b"<p>x" * 2_000_000
    with Extractor(Limits(memory=400 << 20)) as tight:
        with pytest.raises(ExtractError) as caught:
            tight.extract(many, content_type=None, url=URL)
        assert caught.value.status == "too_large"
        assert tight.extract(PAGE, content_type=None, url=URL).title


def test_a_child_that_breaks_down_is_replaced(extractor: Extractor) -> None:
    assert extractor.extract(PAGE, content_type=None, url=URL).title
    child = extractor._children.queue[0]
    child._process.kill()
    with pytest.raises(ExtractError, match="broke down"):
        extractor.extract(PAGE, content_type=None, url=URL)
    assert extractor.extract(PAGE, content_type=None, url=URL).title


def test_a_child_retires_after_its_documents() -> None:
    with Extractor(Limits(documents=2)) as short:
        seen = set()
        for _ in range(4):
            short.extract(PAGE, content_type=None, url=URL)
            seen.add(short._children.queue[0]._process.pid)
        assert len(seen) == 2


def test_several_threads_share_the_children() -> None:
    found: list[Extracted] = []
    with Extractor(children=2) as shared:
        threads = [
            threading.Thread(
                target=lambda: found.append(shared.extract(PAGE, content_type=None, url=URL))
            )
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        processes = [child._process for child in list(shared._children.queue)]
    assert len(found) == 6
    assert len(set(found)) == 1
    assert all(process is None or process.poll() is not None for process in processes)


def test_the_child_sees_no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extractor: Extractor
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-in-the-environment")
    with Extractor() as fresh:
        fresh.extract(PAGE, content_type=None, url=URL)
        environment = Path(f"/proc/{fresh._children.queue[0]._process.pid}/environ")
        if not environment.exists():
            pytest.skip("needs /proc")
        assert b"canary" not in environment.read_bytes()


def test_an_answer_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="odd"):
        unpacked({"status": "odd", "message": "x"})
    with pytest.raises(KeyError):
        unpacked({"kind": "html"})
    assert extractor_module.Limits().seconds > 0
