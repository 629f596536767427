"""What a file beside the notes is by its ending, and why it is left out where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal

FileForm = Literal["note", "table", "notebook", "canvas", "html", "pdf"]

_FORMS: dict[str, FileForm] = {
    ".md": "note",
    ".markdown": "note",
    ".mdown": "note",
    ".mkd": "note",
    ".mdx": "note",
    ".txt": "note",
    ".csv": "table",
    ".tsv": "table",
    ".ipynb": "notebook",
    ".canvas": "canvas",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
}
READ = "Markdown, text, CSV, notebooks, HTML and PDF"
"""The kinds that are read, in words."""

_REASONS: tuple[tuple[str, str], ...] = (
    ("png jpg jpeg gif webp svg bmp ico tif tiff avif heic", "is an image"),
    ("mp3 wav m4a ogg flac aac mp4 mov avi mkv webm", "is audio or video"),
    (
        "doc docx xls xlsx ppt pptx odt ods odp pages numbers key rtf epub",
        "is an office document; save it as PDF or Markdown to have it read",
    ),
    ("zip gz tgz bz2 xz 7z tar rar jar", "is an archive; unpack it to have it read"),
    ("mhtml mht", "is a saved page; save it as HTML or PDF to have it read"),
)


def form_of(name: str) -> FileForm | None:
    """How a file of this name is read; None when it is not."""
    return _FORMS.get(PurePath(name).suffix.lower())


def ending_of(name: str) -> str:
    """The ending of a name as people write it (`.png`), empty without one."""
    return PurePath(name).suffix.lower()


def why_not_read(name: str) -> str:
    """Why a file that has no form is left out."""
    ending = ending_of(name)
    for endings, reason in _REASONS:
        if ending[1:] in endings.split():
            return reason
    what = f"ends in {ending}" if ending else "has no ending that tells what it is"
    return f"{what}; {READ} are read"


def counted_by_ending(names: Sequence[str]) -> str:
    """Names in figures: `12 .png, 3 .yaml`, the most frequent first."""
    counts: dict[str, int] = {}
    for name in names:
        ending = ending_of(name) or "without an ending"
        counts[ending] = counts.get(ending, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {ending}" for ending, count in ranked)
