"""A small OpenAI-compatible server on loopback that judges and suggests as a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Say = Callable[[str, dict[str, Any]], str]
"""The system message and the data of the user message to the reply."""


class JudgeServer(ThreadingHTTPServer):
    """Streams what `say` says; `asked` holds the system message of every request."""

    daemon_threads = True

    def __init__(self, say: Say) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.say = say
        self.asked: list[str] = []
        self.down = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: JudgeServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {one["role"]: one["content"] for one in body["messages"]}
        self.server.asked.append(said["system"])
        if self.server.down:
            self._send(400, "application/json", json.dumps({"error": {"message": "no"}}))
            return
        reply = self.server.say(said["system"], json.loads(said["user"]))
        lines = [_event({"content": reply}), _event({}, "stop"), "data: [DONE]\n\n"]
        self._send(200, "text/event-stream", "".join(lines))

    def _send(self, status: int, kind: str, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Not to the terminal of the tests."""


def _event(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(data | {'choices': [choice]}, ensure_ascii=False)}\n\n"


@contextmanager
def serving(say: Say) -> Iterator[JudgeServer]:
    server = JudgeServer(say)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
