"""A real OpenAI-compatible server on loopback that fails in every way a provider does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server does with one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    events: list[Any] = field(default_factory=list)  # str: sent as it is; float: a pause
    reset: bool = False  # close the connection without a proper end


def chunk(text: str = "", finish: str | None = None, usage: dict[str, int] | None = None) -> str:
    """One event of a streamed completion."""
    choices = [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}]
    data: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
    }
    if usage:
        data |= {"usage": usage, "choices": []}
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


DONE = "data: [DONE]\n\n"


def streamed(text: str, finish: str | None = "stop", step: int = 7) -> Reply:
    """A normal answer, a few characters an event."""
    pieces = [chunk(text[i : i + step]) for i in range(0, len(text), step)]
    end = [chunk(finish=finish)] if finish else []
    usage = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
    return Reply(events=[*pieces, *end, chunk(usage=usage), DONE])


def error(status: int, message: str, headers: dict[str, str] | None = None) -> Reply:
    """An error as OpenAI words it."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return Reply(status, headers or {}, body)


class FaultServer(ThreadingHTTPServer):
    """Answers from a script: a function of the request's number (from 1) and body."""

    daemon_threads = True

    def __init__(self, script: Callable[[int, dict[str, Any]], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(body)
            number = len(self.server.requests)
        reply = self.server.script(number, body)
        self.close_connection = True
        if reply.body or not reply.events:
            data = reply.body.encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in reply.events:
            if isinstance(event, float):
                self.wfile.flush()
                if self.server.stopping.wait(event):
                    return
                continue
            data = event.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
        if not reply.reset:
            self.wfile.write(b"0\r\n\r\n")


@contextmanager
def serve(script: Callable[[int, dict[str, Any]], Reply]) -> Iterator[FaultServer]:
    """Run a server until the block ends."""
    server = FaultServer(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
        time.sleep(0)
