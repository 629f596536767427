"""Clients that speak to the page's server without a browser: raw requests, raw sockets."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

LIMIT = 60  # seconds that a test waits for anything


def raw(address: str, *lines: str, host: str | None = None, target: str = "/") -> bytes:
    """What the server answers to a request as it is written here; empty where it hangs up."""
    parts = urlsplit(address)
    first = [] if host is None else [f"Host: {host}"]
    upgrades = any(line.startswith("Upgrade:") for line in lines)
    last = [] if upgrades else ["Connection: close"]
    head = "\r\n".join([f"GET {target} HTTP/1.1", *first, *lines, *last, "", ""])
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=LIMIT) as line:
        line.sendall(head.encode("latin-1"))
        found = b""
        try:
            while piece := line.recv(65_536):
                found += piece
                if upgrades:
                    break
        except ConnectionError:
            pass
    return found


def status(answer: bytes) -> int:
    match = re.match(rb"HTTP/1\.[01] (\d+)", answer)
    return int(match[1]) if match else 0


def upgrade() -> tuple[str, ...]:
    """The lines that ask for a socket."""
    return (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )


def cookie_of(address: str, cookie: str = "") -> str:
    """The cookie that the server gives, as a browser sends it back; empty where it gives none."""
    lines = [f"Cookie: {cookie}"] if cookie else []
    answer = raw(address, *lines, host=urlsplit(address).netloc).decode("latin-1")
    match = re.search(r"(?i)set-cookie: (shiori_reader=[^;\r]+)", answer)
    return match[1] if match else ""


@dataclass
class Visit:
    """A page that is open, as its socket tells of it."""

    line: ClientConnection
    elements: dict[str, str] = field(default_factory=dict)
    html: list[str] = field(default_factory=list)
    finished: int = 0

    @property
    def text(self) -> str:
        """All that was drawn since the last question."""
        return "\n".join(self.html)

    def send(self, message: BackMsg) -> None:
        self.line.send(message.SerializeToString())

    def open(self) -> None:
        """Draw the page once."""
        message = BackMsg()
        message.rerun_script.query_string = "lang=en"
        self.send(message)
        self.until(lambda: self.finished > 0 and "chat_input" in self.elements)

    def ask(self, question: str) -> None:
        """Send a question, without waiting for anything."""
        self.html.clear()
        message = BackMsg()
        message.rerun_script.query_string = "lang=en"
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.elements["chat_input"]
        state.chat_input_value.data = question
        self.send(message)

    def until(self, true: object, seconds: float = LIMIT) -> None:
        """Read until a condition holds."""
        limit = time.monotonic() + seconds
        assert callable(true)
        while not true():
            left = limit - time.monotonic()
            assert left > 0, f"did not come: {self.text[-2000:]}"
            try:
                self.read(left)
            except TimeoutError:
                continue

    def read(self, seconds: float) -> None:
        message = ForwardMsg()
        data = self.line.recv(timeout=seconds)
        assert isinstance(data, bytes)
        message.ParseFromString(data)
        if message.WhichOneof("type") == "script_finished":
            self.finished += 1
        if message.WhichOneof("type") != "delta":
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "html":
            self.html.append(element.html.body)
        elif kind:
            self.elements[kind] = getattr(getattr(element, kind), "id", "")
            self.html.append(getattr(getattr(element, kind), "label", ""))


@contextmanager
def visit(
    address: str, cookie: str = "", headers: Sequence[tuple[str, str]] = ()
) -> Iterator[Visit]:
    """Open the page's socket, and the page."""
    with socket_of(address, cookie, headers) as line:
        found = Visit(line)
        found.open()
        yield found


@contextmanager
def socket_of(
    address: str, cookie: str = "", headers: Sequence[tuple[str, str]] = ()
) -> Iterator[ClientConnection]:
    """Open the page's socket alone."""
    url = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    more = [*headers, *([("Cookie", cookie)] if cookie else [])]
    with connect(
        url, additional_headers=more, max_size=None, proxy=None,
        open_timeout=LIMIT, close_timeout=1, ping_interval=None,
    ) as line:  # fmt: skip
        yield line
