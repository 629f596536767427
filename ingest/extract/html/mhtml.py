"""Web pages saved whole (MHTML, RFC 2557): the page inside, without its pictures."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from ingest.extract.html.document import extract_html
from ingest.extract.types import Extracted, ExtractError

_MOST_FRAMES = 10


def extract_mhtml(data: bytes, *, url: str) -> Extracted:
    """The main text of the page in an MHTML file.

    Raises:
        ExtractError: as for a page, and `error` when there is no page in the file.
    """
    message = message_from_bytes(data, policy=policy.default)
    start = (message.get_param("start") or "") if message.is_multipart() else ""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        raise ExtractError("error", f"{url} is a saved page without the page itself.")
    # The first page is the one that was saved; others are its frames, unless `start` says more.
    page = next((part for part in pages if start and part.get("Content-ID") == start), pages[0])
    try:
        return _read(page, url)
    except ExtractError as error:
        if error.status != "empty":
            raise
        found = _in_frames([frame for frame in pages if frame is not page][:_MOST_FRAMES], url)
        if found is None:
            raise
        return found


def _in_frames(frames: list[EmailMessage], url: str) -> Extracted | None:
    """The longest text of the frames of a page that shows nothing itself; None without any."""
    found = []
    for frame in frames:
        try:
            found.append(_read(frame, url))
        except ExtractError:  # a menu or an advertisement, perhaps
            continue
    return max(found, key=lambda one: sum(len(block.text) for block in one.blocks), default=None)


def _read(page: EmailMessage, url: str) -> Extracted:
    body = page.get_payload(decode=True)
    if not isinstance(body, bytes):
        raise ExtractError("error", f"{url} is a saved page that cannot be decoded.")
    return extract_html(body, charset=page.get_content_charset(), url=url)
