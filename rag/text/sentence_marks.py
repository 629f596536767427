"""Sentences of generated Markdown, Japanese and English, each with the citations it carries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MARK = r"(?:\[\^?\d{1,4}(?:\s*[,、，]\s*\^?\d{1,4})*\]|［\d{1,4}］|【\d{1,4}】)"
MARK = re.compile(rf"\s*{_MARK}")
_CLOSERS = r"[\"'”’」』）)\]*_`]*"
_END = re.compile(
    rf"[。！？]+[」』）]*[*_`]*|[.!?]+{_CLOSERS}(?=\s|$|[ぁ-ヿ一-鿿]|[ \t\u3000]*{_MARK})"
)
_FOLLOWING = re.compile(rf"(?:[ \t\u3000]*{_MARK})*")
_UNFINISHED = re.compile(r"[ \t\u3000]*(?:[\[［【][\d\s,、，^]*)?$")
_LEAD = re.compile(
    r"(?:\s|(?:[-*+•・]|\d{1,3}[.)]|\#{1,6}|>)[ \t\u3000]+"
    r"|(?:(?<=\n)|^)(?:```\w*|-{3,}|\*{3,})\s*(?=\n|$))*"
)
_ENDS_MARKED = re.compile(rf"(?:[。！？.!?]{_CLOSERS}|{_MARK})$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|inc|ltd|co|corp|dr|mr|mrs|ms|st|fig|ver|vol|al)"
    r"|(?:^|[\s.(])[A-Za-z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence: `lead` (white space, list marker, heading mark) + `text` (with its marks)."""

    lead: str
    text: str
    numbers: tuple[int, ...] = ()

    @property
    def bare(self) -> str:
        """The sentence without its citation marks."""
        return MARK.sub("", self.text).strip()


def cited_numbers(text: str) -> tuple[int, ...]:
    """The chunk numbers cited in a text, in order, each once."""
    found = (
        int(unicodedata.normalize("NFKC", digits))
        for mark in MARK.findall(text)
        for digits in re.findall(r"\d+", mark)
    )
    return tuple(dict.fromkeys(found))


def split_sentences(text: str) -> list[Piece]:
    """Cut Markdown into sentences; the leads and texts joined give the input again.

    A line break always ends a sentence, since list items and headings often have no full stop.
    """
    done, rest = take_sentences(text, final=True)
    return [*done, Piece(rest, "")] if rest else done


def take_sentences(buffer: str, final: bool = False) -> tuple[list[Piece], str]:
    """Cut the complete sentences off a growing buffer; returns them and what is left.

    While the text still grows, a full stop at the very end does not end a sentence: what follows
    may be a citation mark, a closing bracket or the rest of a number.
    """
    pieces: list[Piece] = []
    start = 0
    while start < len(buffer):
        lead = _LEAD.match(buffer, start)
        body = lead.end() if lead else start
        end = _sentence_end(buffer, body, final)
        if end is None or end == body:
            break
        text = buffer[body:end]
        pieces.append(Piece(buffer[start:body], text, cited_numbers(text)))
        start = end
    return pieces, buffer[start:]


def is_whole(text: str) -> bool:
    """Whether a sentence that nothing follows has come to its end; `3.` may go on as `3.5`."""
    bare = text.rstrip()
    marked = _ENDS_MARKED.search(bare)
    return marked is not None and not re.search(r"\d[.,]$", bare)


def _sentence_end(buffer: str, start: int, final: bool) -> int | None:
    newline = buffer.find("\n", start)
    limit = newline if newline >= 0 else len(buffer)
    whole = final or newline >= 0
    for found in _END.finditer(buffer, start, limit):
        if _ABBREVIATION.search(buffer[max(start, found.end() - 12) : found.end()]):
            continue
        marks = _FOLLOWING.match(buffer, found.end(), limit)
        end = marks.end() if marks else found.end()
        return end if whole or not _UNFINISHED.match(buffer, end, limit) else None
    return limit if whole and limit > start else None
