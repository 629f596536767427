"""From the links in the notes to what is fetched: one entry a page, however often linked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.links.canonical import LinkKind, canonical_url, classify, has_scheme
from ingest.links.url_syntax import MalformedUrlError
from rag.storage.link_ledger import LinkStatus
from rag.types import NoteLink, Provenance


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that notes link to, with all the places that do.

    `refusal` is the status and reason of a link that is settled by how it is written.
    """

    url: str
    canonical: str
    kind: LinkKind
    linked_from: tuple[Provenance, ...]
    refusal: tuple[LinkStatus, str] | None = None
    via: str = ""


def wanted_pages(links: Iterable[NoteLink]) -> list[Wanted]:
    """The pages that links lead to, in order of their first link, none twice."""
    found: dict[str, Wanted] = {}
    for link in links:
        new = _read(link)
        known = found.get(new.canonical)
        if known is not None:
            both = known.linked_from + new.linked_from
            new = replace(
                known if known.kind != "image" else replace(new, url=known.url),
                linked_from=tuple(dict.fromkeys(both)),
            )
        found[new.canonical] = new
    return list(found.values())


def _read(link: NoteLink) -> Wanted:
    url = link.url.strip()
    where = (link.where,)
    try:
        canonical = canonical_url(url)
    except MalformedUrlError as error:
        return Wanted(link.url, url, "other", where, _why_not(url, error))
    kind = classify(canonical)
    if link.image and kind == "page":
        kind = "image"
    if kind == "image":
        return Wanted(url, canonical, kind, where, ("unsupported_type", "It is an image."))
    if kind == "other":
        reason = "Files of this type hold no text that is read."
        return Wanted(url, canonical, kind, where, ("unsupported_type", reason))
    return Wanted(url, canonical, kind, where)


def _why_not(url: str, error: MalformedUrlError) -> tuple[LinkStatus, str]:
    if error.forbidden:
        return "forbidden_address", f"This address is not followed: {error}."
    if not has_scheme(url):
        return "unsupported_type", "It is a path within the notes, not a web address."
    if url[:5].lower().startswith("http"):
        return "error", f"This address cannot be followed: {error}."
    return "unsupported_type", "It is not a web address (http or https)."
