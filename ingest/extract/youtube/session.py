"""What youtube-transcript-api takes for a `requests.Session`, over a sender of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol


class Send(Protocol):
    """Sends one request and gives the status code and the whole body, decompressed.

    What fetches articles gives this, so that the same rules for addresses, sizes and times hold.
    Errors of its own pass through unchanged.
    """

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, bytes]:
        """Send it; redirects are followed."""
        ...


class Session:
    """The part of `requests.Session` that youtube-transcript-api uses.

    `page` is the last page (not data) that came, for what it says about the video.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.headers: dict[str, str] = {}
        self.cookies = _Cookies()
        self.page = ""

    def get(self, url: str) -> Reply:
        """Send a GET request."""
        reply = self._request("GET", url, None)
        if "/watch?" in url:
            self.page = reply.text
        return reply

    def post(self, url: str, *, json: object) -> Reply:
        """Send a POST request with a JSON body."""
        return self._request("POST", url, json)

    def _request(self, method: str, url: str, data: object) -> Reply:
        headers = dict(self.headers)
        if self.cookies.values:
            pairs = (f"{name}={value}" for name, value in self.cookies.values.items())
            headers["Cookie"] = "; ".join(pairs)
        content = None
        if data is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(data).encode()
        status, body = self._send(method, url, headers=headers, content=content)
        return Reply(status, body)


class Reply:
    """The part of `requests.Response` that youtube-transcript-api uses."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status_code = status
        self.text = body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is none."""
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        """Raise `requests.HTTPError` for an error status."""
        if self.status_code >= 400:
            from requests import HTTPError

            raise HTTPError(f"status {self.status_code}")


class _Cookies:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def set(self, name: str, value: str, *, domain: str) -> None:
        """Keep a cookie; all requests of a session go to one domain."""
        self.values[name] = value
