"""Pages saved by hand: `snapshots/` in the corpus, with a `links.yaml` to say what is what.

    # snapshots/links.yaml: the file, then the URL that notes link to
    design-review.html: https://wiki.example.com/design-review
    report.pdf:
      url: https://portal.example.com/reports/7
      saved: 2024-02-01

They stand in for the network: a page that needs a login, or a machine without internet.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from ingest.encoding.detection import UndecodableError, decode
from ingest.links.canonical import canonical_url
from ingest.links.url_syntax import MalformedUrlError
from ingest.notes.folder import is_companion
from rag.errors import CorpusError
from rag.text import bounded_yaml

LINKS_FILE = "links.yaml"

_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
_MAX_LINKS_BYTES = 1_000_000
_LONGEST = 400  # characters of a complaint
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
    try:
        if not folder.is_dir():
            return SavedPages({}, ())
        if not folder.resolve().is_relative_to(corpus_dir.resolve()):
            raise CorpusError(
                f"{folder} is a symbolic link that leaves the corpus. Copy the pages into the "
                "folder."
            )
        if not is_companion(corpus_dir, "snapshots"):
            return SavedPages({}, ())
        return _saved_pages(folder)
    except OSError as error:
        raise CorpusError(f"{folder} cannot be read ({error.strerror or error}).") from None


def _saved_pages(folder: Path) -> SavedPages:
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
    unknown = [name for name in _files(folder) if name not in names and not _is_beside(name)]
    return SavedPages(pages, tuple(unknown))


def _is_beside(name: str) -> bool:
    """Whether a file is about the folder, or a picture or style of a page, rather than a page."""
    if name == LINKS_FILE or name.startswith((".", "README")) or "/." in name:
        return True
    # Browsers put what a page consists of into a folder of its own.
    return any(part.endswith(("_files", ".files")) for part in name.split("/")[:-1])


def _files(folder: Path) -> list[str]:
    """The names of all files, as people type them: some systems store accents apart."""
    found: list[str] = []
    for place, _, files in os.walk(folder):  # follows no symbolic link
        paths = (Path(place) / name for name in files)
        found += [
            unicodedata.normalize("NFC", _text(path.relative_to(folder)))
            for path in paths
            if path.is_file() and not path.is_symlink()
        ]
    return sorted(found)


def _text(path: Path) -> str:
    """A path as text; bytes of a name that are not UTF-8 become U+FFFD."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _wrong(folder: Path, line: int, what: str) -> CorpusError:
    return CorpusError(f"{folder / LINKS_FILE}, line {line}: {what[:_LONGEST]}.")


def _entries(folder: Path) -> Iterator[SavedPage]:
    import yaml

    path = folder / LINKS_FILE
    if not path.is_file():
        return
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _wrong(folder, 1, "it is a symbolic link that leaves this folder")
    if path.stat().st_size > _MAX_LINKS_BYTES:
        raise _wrong(folder, 1, f"the file is larger than {_MAX_LINKS_BYTES:,} bytes")
    try:
        # Nodes rather than values: they know their lines, and nothing in them is expanded.
        top = bounded_yaml.compose(decode(path.read_bytes())[0])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = "there is a tab, use spaces" if "'\\t'" in str(error.problem) else error.problem
        raise _wrong(folder, line, f"this is not YAML ({why})") from None
    except (OSError, UndecodableError, yaml.YAMLError) as error:
        raise _wrong(folder, 1, f"the file cannot be read ({error})") from None
    if top is None:
        return
    if not isinstance(top, yaml.MappingNode):
        what = "expected lines of the form file: URL, names with # in quotes"
        raise _wrong(folder, top.start_mark.line + 1, what)
    for key, value in top.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(folder, line, "expected the name of a file")
        yield _page(folder, line, str(key.value), _fields(folder, line, str(key.value), value))


def _fields(folder: Path, line: int, name: str, value: Any) -> dict[str, str]:
    """What a file stands for: a URL alone, or with a date."""
    import yaml

    if isinstance(value, yaml.ScalarNode):
        return {"url": value.value}
    if not isinstance(value, yaml.MappingNode):
        return {}
    pairs = [(str(field.value), item) for field, item in value.value]
    if len(dict(pairs)) < len(pairs):
        raise _wrong(folder, line, f"{name} has more than one URL or date")
    return {field: item.value for field, item in pairs if isinstance(item, yaml.ScalarNode)}


def _found(folder: Path, name: str) -> tuple[Path, str]:
    """The file of a name, also when it is written with `\\` or its accents are stored apart."""
    name = unicodedata.normalize("NFC", name)
    for written in dict.fromkeys((name, name.replace("\\", "/"))):
        for form in _FORMS:
            path = folder / unicodedata.normalize(form, written)
            if path.is_file():
                return path, written
    return folder / name, name


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _page(folder: Path, line: int, name: str, fields: dict[str, str]) -> SavedPage:
    if not fields.get("url") or set(fields) - {"url", "saved"}:
        raise _wrong(folder, line, f"{name} needs a URL (and may have a date, as saved)")
    try:
        path, name = _found(folder, name)
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        raise _wrong(folder, line, f"{name[:60]!r} is no name of a file") from None
    if not inside:
        raise _wrong(folder, line, f"{name} is not in this folder")
    if not path.is_file():
        raise _wrong(folder, line, f"there is no file {name}")
    content_type = _TYPES.get(path.suffix.lower())
    if content_type is None:
        raise _wrong(folder, line, f"{name} is none of {', '.join(sorted(_TYPES))}")
    saved = fields.get("saved", "")
    if saved and not _is_date(saved):
        raise _wrong(folder, line, f"{saved!r} is no date such as 2024-02-01")
    try:
        canonical = canonical_url(fields["url"])
    except MalformedUrlError as error:
        raise _wrong(folder, line, f"{fields['url']!r} is not followed: {error}") from None
    return SavedPage(path, name, fields["url"], canonical, content_type, saved, line)
