"""Pages saved by hand: `snapshots/` in the corpus, with a `links.yaml` to say what is what.

    # snapshots/links.yaml: the file, then the URL that notes link to
    design-review.html: https://wiki.example.com/design-review
    report.pdf:
      url: https://portal.example.com/reports/7
      saved: 2024-02-01

They stand in for the network: a page that needs a login, or a machine without internet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.url_syntax import MalformedUrlError
from ingest.urls import canonical_url
from rag.errors import CorpusError

LINKS_FILE = "links.yaml"

_MAX_LINKS_BYTES = 1_000_000
_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".pdf": "application/pdf",
    ".mhtml": "multipart/related",
    ".mht": "multipart/related",
    ".txt": "text/plain",
    ".md": "text/plain",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A file that stands for a URL; `name` is its path within the folder, `line` in links.yaml."""

    path: Path
    name: str
    url: str
    canonical: str
    content_type: str
    saved: str
    line: int


@dataclass(frozen=True, slots=True)
class SavedPages:
    """All saved pages by canonical URL, and the files that links.yaml does not name."""

    pages: dict[str, SavedPage]
    unknown: tuple[str, ...]


def read_saved_pages(corpus_dir: Path) -> SavedPages:
    """Read what a team saved by hand; nothing when there is no such folder.

    Raises:
        CorpusError: links.yaml is wrong; names the file and the line.
    """
    folder = corpus_dir / "snapshots"
    if not folder.is_dir():
        return SavedPages({}, ())
    pages: dict[str, SavedPage] = {}
    names: set[str] = set()
    for page in _entries(folder):
        if page.name in names:
            raise _wrong(folder, page.line, f"{page.name} is named twice")
        if page.canonical in pages:
            other = pages[page.canonical]
            raise _wrong(
                folder, page.line, f"{page.url} is also what {other.name} stands for ({other.line})"
            )
        names.add(page.name)
        pages[page.canonical] = page
    there = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    unknown = [name for name in there if name not in names and not _is_beside(name)]
    return SavedPages(pages, tuple(unknown))


def _is_beside(name: str) -> bool:
    """Whether a file is about the folder rather than a page in it."""
    return name == LINKS_FILE or name.startswith((".", "README")) or "/." in name


def _wrong(folder: Path, line: int, what: str) -> CorpusError:
    return CorpusError(f"{folder / LINKS_FILE}, line {line}: {what}.")


def _entries(folder: Path) -> Iterator[SavedPage]:
    import yaml

    path = folder / LINKS_FILE
    if not path.is_file():
        return
    if path.stat().st_size > _MAX_LINKS_BYTES:
        raise _wrong(folder, 1, f"the file is larger than {_MAX_LINKS_BYTES:,} bytes")
    try:
        # Nodes rather than values: they know their lines, and nothing in them is expanded.
        top = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _wrong(folder, line, f"this is not YAML ({error.problem})") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(folder, 1, f"the file cannot be read ({error})") from None
    if top is None:
        return
    if not isinstance(top, yaml.MappingNode):
        raise _wrong(folder, top.start_mark.line + 1, "expected lines of the form file: URL")
    for key, value in top.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(folder, line, "expected the name of a file")
        fields = {"url": value.value} if isinstance(value, yaml.ScalarNode) else {}
        if isinstance(value, yaml.MappingNode):
            fields = {
                str(name.value): item.value
                for name, item in value.value
                if isinstance(item, yaml.ScalarNode)
            }
        yield _page(folder, line, str(key.value), fields)


def _page(folder: Path, line: int, name: str, fields: dict[str, str]) -> SavedPage:
    if not fields.get("url") or set(fields) - {"url", "saved"}:
        raise _wrong(folder, line, f"{name} needs a URL (and may have a date, as saved)")
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _wrong(folder, line, f"{name} is not in this folder")
    if not path.is_file():
        raise _wrong(folder, line, f"there is no file {name}")
    content_type = _TYPES.get(path.suffix.lower())
    if content_type is None:
        raise _wrong(folder, line, f"{name} is none of {', '.join(sorted(_TYPES))}")
    saved = fields.get("saved", "")
    if saved and not _DATE.fullmatch(saved):
        raise _wrong(folder, line, f"{saved!r} is no date such as 2024-02-01")
    try:
        canonical = canonical_url(fields["url"])
    except MalformedUrlError as error:
        raise _wrong(folder, line, f"{fields['url']!r} is not followed: {error}") from None
    return SavedPage(path, name, fields["url"], canonical, content_type, saved, line)
