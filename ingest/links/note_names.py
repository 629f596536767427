"""Which note a path or a name means, as the dialects of notes understand them.

Editors, wikis and site generators each look a name up in their own way; here the strictest way that
finds something counts: the path itself, the path as a site serves it, the name anywhere, the title.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from rag.types import Chunk, Source

_ENDINGS = (".md", ".mdx", ".markdown", ".mdown", ".mkd", ".txt")
_INDEXES = ("index", "_index", "readme")
_SHORTCODE = re.compile(
    r"\{\{[<%]\s*(?:rel)?ref\s+\"?([^\"{}<>%]+?)\"?\s*[%>]\}\}|\{%-?\s*"
    r"(?:link|post_url)\s+([^%{}]+?)\s*-?%\}"
)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-")
_GAP = re.compile(r"[\s_-]+")
_NO_LETTER = re.compile(r"[\W_]+")
_ID = re.compile(r"^#{1,6}[ \t]+(.*?)[ \t]*\{[^{}\n]*#([\w:.-]+)[^{}\n]*\}[ \t]*$", re.MULTILINE)
_COUNTED = re.compile(r"-\d{1,3}$")


class NoteNames:
    """Finds sources by the paths and names that notes write.

    Args:
        sources: the notes and the files beside them.
        chunks: their passages, whose breadcrumbs hold the headings, and tags the other names.
    """

    def __init__(self, sources: Sequence[Source], chunks: Sequence[Chunk]) -> None:
        self._texts = {source.id: source.text for source in sources}
        self._paths: dict[str, str] = {}
        self._bare: dict[str, str] = {}
        self._stems: dict[str, list[str]] = {}
        self._titles: dict[str, list[str]] = {}
        for source in sources:
            name = _fold(source.id)
            self._paths.setdefault(name, source.id)
            bare = _bare(name)
            self._bare.setdefault(bare, source.id)
            folder, _, own = bare.rpartition("/")
            if own in _INDEXES:  # it is what its folder's name leads to
                bare = folder
            for stem in {_loose(bare), _loose(bare.rpartition("/")[2])} - {""}:
                self._stems.setdefault(stem, []).append(source.id)
            self._titles.setdefault(_loose(source.title), []).append(source.id)
        self._crumbs: dict[str, set[str]] = {}
        for chunk in chunks:
            self._crumbs.setdefault(chunk.source, set()).update(chunk.path)
            for tag in chunk.tags:
                known = self._titles.setdefault(_loose(tag), [])
                if chunk.source not in known:
                    known.append(chunk.source)
        self._headings: dict[str, Mapping[str, str]] = {}

    def by_path(self, target: str, base: str) -> str | None:
        """The source that a Markdown link means.

        Args:
            target: the link without its fragment; empty for the note itself.
            base: id of the note that it stands in.
        """
        match = _SHORTCODE.fullmatch(target.strip())
        path = unquote(
            (match[1] or match[2]).partition("#")[0] if match else target.partition("?")[0]
        )
        if not path:
            return base if base in self._texts else None
        for candidate in _candidates(_fold(path), _fold(base)):
            found = self._paths.get(candidate) or self._bare.get(candidate)
            if found:
                return found
        # editors that keep links short leave the folders out
        short = "." in posixpath.basename(path) and not path.startswith(".")
        if match or short or path.startswith("/"):
            return self._by_end(_bare(_fold(path).strip("/")), base)
        return None

    def by_name(self, name: str, base: str) -> str | None:
        """The source that a wiki link means; an empty name is the note itself."""
        if not name:
            return base if base in self._texts else None
        folded = _fold(name)
        for candidate in _candidates(folded, _fold(base)):
            found = self._paths.get(candidate) or self._bare.get(candidate)
            if found:
                return found
        return self._by_end(_bare(folded), base) or self._nearest(
            self._titles.get(_loose(folded), ()), base
        )

    def heading(self, source: str, written: str) -> str:
        """A heading of a source as breadcrumbs show it; empty when it has none of that name."""
        if source not in self._headings:
            ids = {
                _letters(anchor): label
                for label, anchor in _ID.findall(self._texts.get(source, ""))
            }
            crumbs = {_letters(step): step for step in sorted(self._crumbs.get(source, ()))}
            named = {anchor: crumbs.get(_letters(label), "") for anchor, label in ids.items()}
            self._headings[source] = {**named, **crumbs}
        known = self._headings[source]
        spelled = unquote(written)
        return known.get(_letters(spelled)) or known.get(_letters(_COUNTED.sub("", spelled))) or ""

    def is_folder(self, path: str, base: str) -> bool:
        """Whether a link leads to a folder that holds sources."""
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(path)))
        return any(name.startswith(f"{folder}/") for name in self._texts)

    def _by_end(self, path: str, base: str) -> str | None:
        """The source whose path ends with this one, parted from a site's own folders."""
        name = path.rpartition("/")[2]
        found = [*self._stems.get(_loose(name), ()), *self._stems.get(_loose(path), ())]
        if name in _INDEXES:
            return None
        end = _loose(path)
        fitting = [one for one in found if f"/{_loose(_page(one))}".endswith(f"/{end}")]
        return self._nearest(fitting, base)

    @staticmethod
    def _nearest(found: Iterable[str], base: str) -> str | None:
        """One of several: in the same folder, else the least deep, else the first by name."""
        here = posixpath.dirname(base)
        ranked = sorted(
            dict.fromkeys(found),
            key=lambda one: (posixpath.dirname(one) != here, one.count("/"), one),
        )
        return ranked[0] if ranked else None


def _candidates(path: str, base: str) -> Iterator[str]:
    """The paths that a target may mean, from the folder of its note, or of the page it becomes."""
    roots = [""] if path.startswith("/") else [posixpath.dirname(base), _bare(base), ""]
    served = re.sub(r"\.html?$", "", path)
    for root in dict.fromkeys(roots):
        whole = posixpath.normpath(posixpath.join(root, path.lstrip("/")))
        if whole.startswith("../") or whole in ("..", "."):
            continue
        yield whole
        other = posixpath.normpath(posixpath.join(root, served.lstrip("/")))
        for one in dict.fromkeys((whole, other)):
            yield from (one + ending for ending in _ENDINGS)
            yield from (f"{one}/{index}" for index in _INDEXES)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().strip()


def _bare(path: str) -> str:
    """A path without the ending of a note, the date of a post and the marks of a namespace."""
    for ending in _ENDINGS:
        path = path.removesuffix(ending)
    folder, slash, name = path.rpartition("/")
    return folder + slash + unquote(_DATED.sub("", name).replace("___", "/"))


def _page(source: str) -> str:
    """The path by which a site serves a note: without its ending, an index as its folder."""
    folder, _, name = _bare(_fold(source)).rpartition("/")
    return folder if name in _INDEXES else f"{folder}/{name}" if folder else name


def _loose(name: str) -> str:
    return _GAP.sub(" ", _fold(name)).strip()


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())
