"""Transcripts through a stand-in for YouTube, asked over real HTTP on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx
import pytest
from tube import Tube

from ingest.articles.chunking import article_source, chunk_article
from ingest.extract.types import ExtractError
from ingest.extract.youtube.transcript import passages
from ingest.extract.youtube.video import YouTube, video_id

ID = "dQw4w9WgXcQ"
URL = f"https://www.youtube.com/watch?v={ID}"
JA = [
    ("皆さんこんにちは。", 0.0, 2.0),
    ("[音楽]", 2.0, 3.0),
    ("今日は栞の作り方を", 5.0, 3.0),
    ("お話しします。", 8.0, 2.0),
    ("紙は厚いものを選んでください。", 60.0, 4.0),
]
EN = [("Hello &amp; welcome", 0.0, 2.0), ("to the harbour.", 2.0, 2.0), ("[Applause]", 4.0, 1.0)]


@pytest.fixture
def tube() -> Iterator[tuple[Tube, YouTube]]:
    stand_in = Tube()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            stand_in.asked.append((self.command, self.path, dict(self.headers), body))
            status, data = stand_in.answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with httpx.Client(trust_env=False) as client:

        def send(
            method: str, url: str, *, headers: Mapping[str, str], content: bytes | None
        ) -> tuple[int, bytes]:
            parts = urlsplit(url)
            assert (parts.scheme, parts.netloc) == ("https", "www.youtube.com")
            here = parts._replace(scheme="http", netloc=f"127.0.0.1:{server.server_port}").geturl()
            reply = client.request(method, here, headers=dict(headers), content=content)
            return reply.status_code, reply.content

        yield stand_in, YouTube(send)
    server.shutdown()
    server.server_close()


def test_a_transcript_with_times_and_what_is_said_of_the_video(tube: tuple[Tube, YouTube]) -> None:
    stand_in, reader = tube
    stand_in.captions = [("en", False, EN), ("ja", False, JA)]
    found = reader.video(URL)
    assert [(block.seconds, block.text) for block in found.blocks] == [
        (0.0, "皆さんこんにちは。今日は栞の作り方をお話しします。"),
        (60.0, "紙は厚いものを選んでください。"),
    ]
    assert (found.kind, found.title, found.author, found.published, found.language, found.site) == (
        "video",
        "栞の作り方 & 使い方",
        "港の工房",
        "2023-11-28",
        "ja",
        "YouTube",
    )
    source = article_source(found, url=URL, fetched="", linked_from=())
    chunks = chunk_article(found, source)
    assert chunks[0].url == f"{URL}&t=0s"
    assert chunks[0].locator.seconds == 0.0
    assert not any("oembed" in path for _, path, _, _ in stand_in.asked)


@pytest.mark.parametrize(
    ("captions", "language", "first"),
    [
        ([("en", False, EN), ("ja", True, JA)], "ja", "皆さん"),
        ([("ja", True, JA), ("ja", False, JA[4:])], "ja", "紙は"),
        ([("fr", False, JA), ("en", True, EN)], "en", "Hello & welcome to"),
        ([("en-GB", True, EN), ("fr", False, JA)], "en", "Hello"),
        ([("en", True, EN[1:2]), ("en-US", False, EN), ("ja-JP", False, JA)], "ja", "皆さん"),
    ],
)
def test_japanese_then_english_and_manual_before_generated(
    tube: tuple[Tube, YouTube],
    captions: list[tuple[str, bool, list[tuple[str, float, float]]]],
    language: str,
    first: str,
) -> None:
    stand_in, reader = tube
    stand_in.captions = captions
    found = reader.video(URL)
    assert found.language == language
    assert found.blocks[0].text.startswith(first)


def unplayable(status: str, reason: str) -> dict[str, object]:
    return {"playabilityStatus": {"status": status, "reason": reason}}


@pytest.mark.parametrize(
    ("player", "status", "words"),
    [
        (None, "no_transcript", "has no transcript"),
        (unplayable("ERROR", "This video is unavailable"), "no_transcript", "not available"),
        (unplayable("UNPLAYABLE", "Not here"), "no_transcript", "cannot be played"),
        (
            unplayable("LOGIN_REQUIRED", "This video may be inappropriate for some users."),
            "needs_login",
            "age",
        ),
        (
            unplayable("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"),
            "error",
            "refuses requests",
        ),
        (b"<html>not json</html>", "error", "makes no sense"),
        (b"[]", "error", "makes no sense"),
        (
            {"captions": {"playerCaptionsTracklistRenderer": {"captionTracks": [{"odd": 1}]}}},
            "error",
            "makes no sense",
        ),
    ],
)
def test_why_there_is_no_transcript(
    tube: tuple[Tube, YouTube], player: dict[str, object] | bytes | None, status: str, words: str
) -> None:
    stand_in, reader = tube
    stand_in.player = player
    with pytest.raises(ExtractError, match=words) as caught:
        reader.video(URL)
    assert caught.value.status == status
    assert URL in str(caught.value)


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/watch", 500, "an error"),
        ("/watch", 429, "refuses requests"),
        ("/timedtext", 404, "error"),
    ],
)
def test_errors_of_the_service(
    tube: tuple[Tube, YouTube], path: str, code: int, words: str
) -> None:
    stand_in, reader = tube
    stand_in.captions = [("ja", False, JA)]
    stand_in.status = {path: code}
    with pytest.raises(ExtractError, match=words) as caught:
        reader.video(URL)
    assert caught.value.status == "error"


def test_other_languages_alone_and_empty_transcripts_are_none(tube: tuple[Tube, YouTube]) -> None:
    stand_in, reader = tube
    stand_in.captions = [("fr", False, JA)]
    with pytest.raises(ExtractError, match="Japanese or English"):
        reader.video(URL)
    stand_in.captions = [("ja", False, JA[1:2])]
    with pytest.raises(ExtractError, match="without words") as caught:
        reader.video(URL)
    assert caught.value.status == "no_transcript"


def test_a_transcript_that_is_no_xml(
    tube: tuple[Tube, YouTube], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in, reader = tube
    stand_in.captions = [("ja", False, JA)]
    monkeypatch.setattr("tube.transcript_xml", lambda _: b"")
    with pytest.raises(ExtractError, match="makes no sense"):
        reader.video(URL)


def test_a_consent_page_is_answered_with_its_cookie(tube: tuple[Tube, YouTube]) -> None:
    stand_in, reader = tube
    stand_in.captions = [("ja", False, JA)]
    asked: list[str] = []
    plain = stand_in.answer

    def first_a_question(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        asked.append(path)
        if len(asked) == 1:
            form = '<form action="https://consent.youtube.com/s"><input name="v" value="cb.1">'
            return 200, form.encode()
        return plain(method, path, body)

    stand_in.answer = first_a_question  # type: ignore[method-assign]
    assert reader.video(URL).language == "ja"
    assert stand_in.asked[1][2]["Cookie"] == "CONSENT=YES+cb.1"


@pytest.mark.parametrize(
    ("oembed", "title"),
    [(None, "From oEmbed"), (b"nothing", URL), (b"[1]", URL)],
)
def test_the_title_from_oembed_when_the_page_has_none(
    tube: tuple[Tube, YouTube], oembed: bytes | None, title: str
) -> None:
    stand_in, reader = tube
    stand_in.captions = [("en", False, EN)]
    stand_in.watch = '"INNERTUBE_API_KEY": "key"'
    if oembed is not None:
        stand_in.oembed = oembed
    assert reader.video(URL).title == title


def listed(*ids: str, more: str = "") -> str:
    old = "".join(f'{{"playlistVideoRenderer":{{"videoId":"{one}"}}}}' for one in ids[:2])
    new = "".join(
        f'{{"contentId":"{one}","contentType":"LOCKUP_CONTENT_TYPE_VIDEO"}}' for one in ids[2:]
    )
    token = f'"continuationCommand":{{"token":"{more}"}}' if more else ""
    return old + new + token


def test_a_playlist_over_several_pages(tube: tuple[Tube, YouTube]) -> None:
    stand_in, reader = tube
    ids = [f"video_{number:05d}" for number in range(7)]
    stand_in.listing = [
        listed(*ids[:3], more="page1"),
        listed(*ids[2:6], more="page2"),
        listed(ids[6]),
    ]
    found = reader.playlist("https://www.youtube.com/playlist?list=PL123")
    assert found == [f"https://www.youtube.com/watch?v={one}" for one in ids]


def test_playlists_that_cannot_be_read(tube: tuple[Tube, YouTube]) -> None:
    stand_in, reader = tube
    stand_in.listing = ["<html>This playlist is private</html>"]
    address = "https://www.youtube.com/playlist?list=PL123"
    with pytest.raises(ExtractError, match="lists no videos"):
        reader.playlist(address)
    stand_in.status = {"/playlist": 404}
    with pytest.raises(ExtractError, match="answered 404"):
        reader.playlist(address)
    with pytest.raises(ExtractError, match="no address of a playlist"):
        reader.playlist("https://www.youtube.com/playlist")


def test_a_playlist_that_never_ends_is_cut(tube: tuple[Tube, YouTube]) -> None:
    stand_in, reader = tube
    stand_in.listing = [listed(ID, more="page0")]
    assert reader.playlist("https://www.youtube.com/playlist?list=PL1") == [URL]
    assert len(stand_in.asked) < 50


def test_the_id_of_a_video() -> None:
    for address in (URL, f"https://youtu.be/{ID}?t=3", f"https://www.youtube.com/shorts/{ID}"):
        assert video_id(address) == ID
    with pytest.raises(ExtractError, match="no address of a video"):
        video_id("https://www.youtube.com/watch?v=short")


def test_passages_end_with_sentences_pauses_and_length() -> None:
    spoken = [(f"word{number}", number * 2.0, 2.0) for number in range(100)]
    blocks = passages(spoken)
    assert len(blocks) > 3
    assert all(len(block.text) <= 500 for block in blocks)
    assert " ".join(block.text for block in blocks).split() == [text for text, _, _ in spoken]
    starts = {text: start for text, start, _ in spoken}
    assert all(block.seconds == starts[block.text.split()[0]] for block in blocks)
    apart = passages([("one", 0.0, 1.0), ("two", 30.0, 1.0)])
    assert [block.seconds for block in apart] == [0.0, 30.0]
