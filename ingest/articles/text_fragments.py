"""Links to a passage of a web page: `#:~:text=` directives that a browser finds and highlights.

The syntax and its matching rules: https://wicg.github.io/scroll-to-text-fragment/. A phrase matches
within one block and between word boundaries, whatever its case, width and accents; the first match
in the page counts. Where words end in Japanese only the browser's dictionary knows, so phrases end
at punctuation or at the ends of a block. Every directive is tried here on the text of the whole
page, as the browser will, before it is given out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import quote

from rag.text.width import width

_BREAK = "\0"
# Beside one of these, words end in any language.
_EDGES = frozenset(" 、。，「」『』（）【】〈〉《》！？…" + _BREAK)
# Widths count full-width characters twice. Shorter phrases may appear on a page that changes.
_LEAST, _MOST = 16, 240
_WHOLE = 120
# Every directive is tried on the page from its start: on books, or on pages made to be slow,
# only as long as this many characters last.
_MOST_SEARCHED = 1_000_000_000
_MOST_TEXT = 2_000_000
# What may lie between two sentences of a passage in the page: a figure's caption, an advertisement.
_FAR = 2000
# Where the next passage is looked for first.
_NEAR = 20_000
_TRIED = 4


class PageText:
    """The visible text of a page, to find in it what a browser would find."""

    def __init__(self, runs: Sequence[str]) -> None:
        """`runs` are texts between the places that a phrase cannot cross, in order."""
        self._shown = _BREAK.join(runs) if sum(map(len, runs)) <= _MOST_TEXT else ""
        self._text = _fold(self._shown)
        self._at = 0
        self._left = _MOST_SEARCHED

    def directive(self, phrases: Sequence[str]) -> str:
        """The text directive for a passage (`:~:text=...`), or empty when there is no certain one.

        Passages are to be asked for in the order of the page.

        Args:
            phrases: what the passage shows, in order: sentences, items, cells or lines.
        """
        places = self._places([piece for phrase in phrases for piece in self._known(phrase)])
        if not places:
            return ""
        self._at = places[-1][1]
        # A first or last line such as `}` tells nothing: then the passage is marked from the line
        # after it, or up to the line before.
        for number, (start, end) in enumerate(places[:_TRIED]):
            opening, opened = self._opening(start, end, alone=len(places) == 1)
            if not opening:
                continue
            if opened == places[-1][1]:
                return f":~:text={opening}"
            closing = self._closing(places[number:], opened)
            return f":~:text={opening},{closing}" if closing else f":~:text={opening}"
        return ""

    def _opening(self, start: int, end: int, *, alone: bool) -> tuple[str, int]:
        """The words by which a browser finds the start of a passage, and where they end."""
        phrase = self._shown[start:end]
        short = alone and width(phrase) <= _WHOLE
        for candidate in [phrase] if short else _beginnings(phrase):
            if self._find(_fold(candidate)) == start:
                return _encode(candidate), start + len(candidate)
        before = self._before(start, phrase)
        return (f"{_encode(before)}-,{_encode(phrase)}", end) if before else ("", start)

    def _closing(self, places: Sequence[tuple[int, int]], opened: int) -> str:
        """The words by which it finds the end of a passage, or empty."""
        for start, end in reversed(places[-_TRIED:]):
            for candidate in _endings(self._shown[start:end]):
                at = end - len(candidate)
                if at >= opened and self._find(_fold(candidate), opened) == at:
                    return _encode(candidate)
        return ""

    def _known(self, phrase: str) -> list[str]:
        """A phrase as it stands in the page: whole, or the parts that an image or the like left."""
        folded = _fold(phrase).strip()
        if not folded or not self._text:
            return []
        near = self._text[max(0, self._at - _FAR) : self._at + _NEAR]
        if folded in near or self._find(folded) >= 0:
            return [folded]
        pieces, start = [], 0
        while start < len(folded):
            ends = [end for end in _edges(folded) if end > start]
            end = next((end for end in reversed(ends) if folded[start:end] in near), 0)
            if end and width(folded[start:end].strip()) >= _LEAST:
                pieces.append(folded[start:end].strip())
            start = end or (ends[0] if ends else len(folded))
        return pieces

    def _places(self, phrases: Sequence[str]) -> list[tuple[int, int]]:
        """Where the phrases of a passage stand: around a long phrase that stands only once."""
        if not phrases:
            return []
        longest = sorted(range(len(phrases)), key=lambda number: -len(phrases[number]))[:_TRIED]
        centre, start = -1, -1
        for number in longest:
            at = self._find(phrases[number])
            if at >= 0 and self._find(phrases[number], at + 1) < 0 and self._left > 0:
                centre, start = number, at
                break
        if start < 0:
            centre, start = 0, self._find(phrases[0], self._at)
        if start < 0:
            return []
        places = [(start, start + len(phrases[centre]))]
        for phrase in phrases[centre + 1 :]:
            at = self._text.find(phrase, places[-1][1], places[-1][1] + _FAR)
            if at >= 0:
                places.append((at, at + len(phrase)))
        for phrase in reversed(phrases[:centre]):
            at = self._text.rfind(phrase, max(0, places[0][0] - _FAR), places[0][0])
            if at >= 0:
                places.insert(0, (at, at + len(phrase)))
        return places

    def _before(self, start: int, phrase: str) -> str:
        """The words before a place that tell it from earlier ones with the same phrase."""
        whole = self._shown[max(0, start - _MOST) : start].rstrip(" " + _BREAK)
        context = whole[whole.rfind(_BREAK) + 1 :]
        for candidate in _endings(context):
            if candidate and self._follows(_fold(candidate), _fold(phrase)) == start:
                return candidate
        return ""

    def _follows(self, before: str, phrase: str) -> int:
        """Where the first `phrase` stands that follows `before`, with only space between."""
        at = self._find(before)
        while at >= 0:
            next_at = at + len(before)
            while next_at < len(self._text) and self._text[next_at] in f" {_BREAK}":
                next_at += 1
            if self._text.startswith(phrase, next_at):
                return next_at
            at = self._find(before, at + 1)
        return -1

    def _find(self, phrase: str, start: int = 0) -> int:
        """The first place of a phrase from `start` on; -1 too when enough has been searched."""
        if self._left <= 0:
            return -1
        at = self._text.find(phrase, start)
        self._left -= (at if at >= 0 else len(self._text)) - start + 1
        return at


def _beginnings(phrase: str) -> Iterator[str]:
    """Beginnings of a phrase that end with a word, the shortest first, itself last."""
    for end in _edges(phrase):
        if _LEAST <= width(phrase[:end].rstrip()) <= _MOST:
            yield phrase[:end].rstrip()
    yield phrase


def _endings(phrase: str) -> Iterator[str]:
    """Endings of a phrase that begin with a word, the shortest first, itself last."""
    for start in reversed(_edges(phrase)):
        ending = phrase[start:].lstrip()
        if ending[:1] not in _EDGES and _LEAST <= width(ending) <= _MOST:
            yield ending
    yield phrase


def _edges(text: str) -> list[int]:
    """The offsets at which a word certainly ends or begins, the end of the text included."""
    inner = [at for at in range(1, len(text)) if text[at - 1] in _EDGES or text[at] in _EDGES]
    return [*inner, len(text)]


def _fold(text: str) -> str:
    """A text as browsers compare it, of the same length."""
    return "".join(map(_fold_char, text))


@lru_cache(maxsize=16384)
def _fold_char(char: str) -> str:
    base = unicodedata.normalize("NFKC", char).casefold()
    if len(base) != 1:
        return char
    plain = unicodedata.normalize("NFD", base)[0]
    return base if "\u3040" <= base <= "\u30ff" else plain


def _encode(phrase: str) -> str:
    """A phrase as it stands in a directive, where commas, ampersands and hyphens have a meaning."""
    return quote(phrase, safe="").replace("-", "%2D")
