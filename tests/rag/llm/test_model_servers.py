"""A model's server that leads elsewhere, never ends, is cut off or tells what no log may hold."""

from __future__ import annotations

import contextlib
import gzip
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fault_server import FaultServer, Reply, chunk, serve, streamed
from llm_fixtures import Extractive, WordVectors, passage, request

from rag.answering.generative import GenerativeAnswerer
from rag.answering.messages import reason
from rag.errors import ModelError
from rag.llm import connection
from rag.llm.chat_model import ChatModel, load_chat_model
from rag.llm.connection import without_password
from rag.llm.errors import ModelFailure
from rag.llm.guardrails import clean
from rag.logs import configure_logs
from rag.settings import load_settings
from rag.text.sentence_marks import is_whole
from rag.verification.verifier import Verifier

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SECRET = "p4ssw0rd"


def model(url: str, seconds: float = 2.0, **more: Any) -> ChatModel:
    settings = load_settings(llm="openai:m", llm_base_url=url, llm_timeout=seconds, **more)
    return load_chat_model("openai:m", settings)


def asked(url: str, seconds: float = 2.0) -> str:
    return "".join(item for item in model(url, seconds).stream("s", "u") if isinstance(item, str))


def pumps() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if "_pump" in one.name]


def end(what: Callable[[], bool]) -> None:
    """Wait until something is so; only a fault takes all of the time."""
    until = time.monotonic() + 30
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
    assert what()


ENDLESS: dict[str, Callable[[], Iterator[Any]]] = {
    "pings": lambda: (part for _ in range(10_000) for part in (": ping\n\n", 0.05)),
    "a byte at a time": lambda: (part for _ in range(10_000) for part in ("x", 0.05)),
    "empty pieces": lambda: (part for _ in range(10_000) for part in (chunk(), 0.05)),
    "silence": lambda: iter([chunk("A"), 500.0]),
}


@pytest.mark.parametrize("events", ENDLESS.values(), ids=ENDLESS)
def test_a_server_without_end_leaves_no_thread(events: Callable[[], Iterator[Any]]) -> None:
    before = len(pumps())
    with serve(lambda *_: Reply(events=list(events()))) as server:
        with pytest.raises(ModelFailure, match="timeout"):
            asked(server.url, 1.0)
        end(lambda: len(pumps()) == before)


def test_headers_without_end_leave_no_thread() -> None:
    import socket

    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with listener.accept()[0] as one:
            try:
                one.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
                while not stop.wait(0.05):
                    one.sendall(b"a")
            except OSError:
                stop.set()

    thread = threading.Thread(target=drip)
    thread.start()
    before = len(pumps())
    with pytest.raises(ModelFailure, match="timeout"):
        asked(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", 1.0)
    end(lambda: len(pumps()) == before)
    stop.set()
    thread.join(10)
    listener.close()


def test_an_answer_that_is_stopped_cuts_its_connection() -> None:
    before = len(pumps())
    with serve(lambda *_: Reply(events=[chunk("A"), *([": ping\n\n", 0.05] * 10_000)])) as server:
        pieces = model(server.url, 300.0).stream("s", "u")
        assert next(pieces) == "A"
        pieces.close()  # type: ignore[attr-defined]
        end(lambda: len(pumps()) == before)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serve(lambda *_: streamed("Stolen.")) as other:
        headers = {"Location": f"{other.url}/chat/completions"}
        with serve(lambda *_: Reply(status, headers)) as server:
            with pytest.raises(ModelFailure) as told:
                asked(server.url)
            assert (told.value.kind, len(server.requests)) == ("redirect", 1)
        assert other.requests == []
    assert reason("redirect", "en") != reason("other", "en")


@pytest.mark.parametrize("login", [f"user:{SECRET}", f"{SECRET}@x", f"u:%40{SECRET}", SECRET])
def test_a_password_in_the_address_reaches_no_log(
    login: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def seen(server: FaultServer) -> str:
        return server.url.replace("http://", f"http://{login}@")

    configure_logs(load_settings(log_level="INFO"))
    caplog.set_level(logging.INFO)
    with serve(lambda number, _: streamed("Hello.") if number == 1 else Reply(500)) as server:
        assert asked(seen(server)) == "Hello."
        with pytest.raises(ModelFailure) as told:
            asked(seen(server))
    said = capfd.readouterr()
    for text in (said.err, said.out, caplog.text, str(told.value), repr(told.value)):
        assert SECRET not in text


def test_a_password_becomes_the_header_that_it_stands_for() -> None:
    assert without_password("http://a.example/v1") == ("http://a.example/v1", {})
    address, headers = without_password("https://me:p%40ss@a.example:8443/v1?x=1")
    assert address == "https://a.example:8443/v1?x=1"
    assert headers == {"Authorization": "Basic bWU6cEBzcw=="}


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("It costs 12 yen.", True),
        ("It costs 12 yen [1]", True),
        ("It costs 12 yen. [1]", True),
        ("12円です。", True),
        ("It costs 3.", False),
        ("It costs 12 ye", False),
        ("It costs 12 yen [1", False),
        ("12円で", False),
        ("", False),
    ],
)
def test_where_a_sentence_has_come_to_its_end(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


def answered(text: str, finish: str) -> Any:
    chunks = [passage("107-109")]
    with serve(lambda *_: streamed(text, finish)) as server:
        found = model(server.url, 20.0)
        answerer = GenerativeAnswerer(
            {"openai:m": lambda: found}, Verifier(WordVectors()), Extractive()
        )
        *_, draft = answerer.answer(request("何？", chunks, "ja"))
    return draft


@pytest.mark.parametrize("finish", ["length", "max_tokens"])
def test_an_end_that_was_cut_off_is_not_shown(finish: str) -> None:
    line = passage("107-109").text.splitlines()[0].lstrip("- ")
    draft = answered(f"{line}。[1]\n{line[: len(line) // 2]}", finish)
    assert [sentence.reason for sentence in draft.sentences][-1] == "cut"
    assert line[: len(line) // 2] + " " not in draft.text.replace(line, "")


def test_an_end_without_a_full_stop_is_shown_where_the_model_had_finished() -> None:
    line = passage("107-109").text.splitlines()[0].lstrip("- ")
    draft = answered(f"{line} [1]", "stop")
    assert [sentence.reason for sentence in draft.sentences] == [""]


@pytest.mark.parametrize(
    "mark", ["[-1]", "[−1]", "[+1]", "[ -1 ]", "［-1］", "【-1】", "[--1]", "[-1, 2]"]
)
def test_a_mark_of_no_source_is_taken_out(mark: str) -> None:
    shown = clean(f"It is so {mark}.", [])
    assert not any(char.isdigit() for char in shown), shown


class Reader(BaseHTTPRequestHandler):
    """Sends one body to whoever asks."""

    encoding, pieces = "", (b"data: " + b"a" * 1_000_000,)

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        if self.encoding:
            self.send_header("content-encoding", self.encoding)
        self.end_headers()
        with contextlib.suppress(OSError):
            for piece in self.pieces:
                self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


BOUNDLESS = {
    "a line without end": ("", (b"data: " + b"a" * 1_000_000,) * 50),
    "a packed one": ("gzip", (gzip.compress(b"data: " + b"a" * 50_000_000),)),
    "twice packed": ("gzip, gzip", (gzip.compress(gzip.compress(b"a" * 50_000_000)),)),
}


@pytest.mark.parametrize(("encoding", "pieces"), BOUNDLESS.values(), ids=BOUNDLESS)
def test_a_reply_is_never_held_beyond_its_bound(
    encoding: str, pieces: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_MOST_BYTES", 3_000_000)
    handler = type("One", (Reader,), {"encoding": encoding, "pieces": pieces})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(ModelFailure) as failed:
            asked(f"http://127.0.0.1:{server.server_address[1]}/v1", seconds=60)
    finally:
        server.shutdown()
        server.server_close()
    assert failed.value.kind == "dropped"
    end(lambda: not pumps())


@pytest.mark.parametrize("url", [f"http://u:{SECRET}@[bad/v1", f"http://[::1:{SECRET}@x/"])
def test_an_address_that_is_none_is_said_without_it(url: str) -> None:
    with pytest.raises(ModelError, match="LLM_BASE_URL is no address") as said:
        model(url)
    assert SECRET not in str(said.value)
