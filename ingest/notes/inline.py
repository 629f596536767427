"""Inline Markdown as it is read: labels instead of links, words without the marks that format them.

What is taken away is known by place, so that every sentence of the result can be traced back to
the lines it stands in. Code spans keep their backticks and are not touched within.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from ingest.links.bare_urls import BARE_START, bare_end
from ingest.links.markdown import FoundLink, find_links

References = Mapping[str, FoundLink]

_TOKEN = re.compile(
    r"(?=[`\\!\[^<hHwW$*_~=&:({])(?:(?P<ticks>`+)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<embed>!?)\[\[(?P<wiki>[^\[\]\n]{1,400})\]\]"
    r"|!?\[\^(?P<footnote>[^\[\]\s]{1,80})\]"
    r"|\^\[(?P<inline_note>[^\[\]\n]{1,600})\]"
    r"|(?P<open>!?\[)"
    r"|<(?P<autolink>(?:URL:)?[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4})>"
    r"|(?P<url>(?<![A-Za-z0-9])(?:[hH][tT][tT][pP][sS]?://|[wW]{3}\.(?=[A-Za-z0-9])))"
    r"|(?P<math>\$\$?(?=\S))"
    r"|(?P<mark>\*+|_+|~~|==)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<emoji>(?<![\w:/]):(?:[a-z+-][a-z0-9_+-]{1,40}):(?![\w:/]))"
    r"|(?P<block>\(\([0-9a-f-]{36}\)\)|\{\{(?:embed|video|youtube|query|renderer|pdf)[^{}]*\}\})"
    r"|(?P<attributes>(?<=[)\]>*`])\{[ ]?[:.\#\w][^{}\n]{0,200}\}))"
)
_MATH = re.compile(r"(\$\$?)(?=\S)(?:[^$\\\n]|\\.){1,600}?(?<=\S)\1(?!\d)")
_QUERY = re.compile(r"`+\s?(?:\$?=\s|dv\.|\$=)")
_MEDIA = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|ico|mp[34]|mov|webm|ogg|wav|excalidraw(?:\.md)?)$", re.I
)
_LOST = re.compile(r"!?\[((?=[^\[\]]*[^\W\d_])[^\[\]\n]{1,300})\](?:\([ ]*\)|\[[^\[\]\n]{0,100}\])")
_SIZE = re.compile(r"\d+(?:x\d+)?$|left|right|center", re.I)
_WORD = re.compile(r"[^\W\d_]")
_BLANKS = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_DEEPEST = 4  # labels within labels


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as it is read.

    `linked` says that all its words are labels of links (or pictures); `footnotes` are the labels
    of the notes it refers to, with their places.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    lengths: tuple[int, ...]
    linked: bool = False
    pictures: bool = False
    footnotes: tuple[tuple[int, str], ...] = ()

    def origin(self, place: int) -> int:
        """Where the character at `place` comes from."""
        if not self.starts:
            return 0
        piece = max(0, bisect_right(self.starts, place) - 1)
        return self.origins[piece] + min(place - self.starts[piece], self.lengths[piece])


@dataclass(slots=True)
class _Piece:
    text: str
    origin: int
    length: int  # of the original, less one: how far places within may go
    label: bool = False


@dataclass(slots=True)
class _Writer:
    references: References
    pieces: list[_Piece] = field(default_factory=list)
    footnotes: list[tuple[int, str]] = field(default_factory=list)
    marks: dict[str, list[int]] = field(default_factory=dict)
    links: int = 0
    images: int = 0

    def say(self, text: str, origin: int, length: int = -1, label: bool = False) -> None:
        """Write a piece that stands at `origin`."""
        if text:
            self.pieces.append(
                _Piece(text, origin, len(text) - 1 if length < 0 else max(0, length - 1), label)
            )

    def read(self, text: str, base: int, depth: int, label: bool) -> None:
        """Read a text that stands at `base`; `label` says that it is that of a link."""
        links = _links(text, self.references)
        number = at = done = 0
        outer, self.marks = self.marks, {}
        while match := _TOKEN.search(text, at):
            start = match.start()
            while number < len(links) and links[number].start < start:
                number += 1
            self.say(text[done:start], base + done, label=label)
            link = links[number] if number < len(links) else None
            if link and link.start == start and match["wiki"] is None and match["footnote"] is None:
                inside = start + (2 if link.syntax == "image" else 1)
                self._link(link, base + inside, depth)
                at = link.end
            else:
                at = self._token(text, match, base, label)
            done = at
        self.say(text[done:], base + done, label=label)
        self.marks = outer

    def _link(self, link: FoundLink, base: int, depth: int) -> None:
        last = self.pieces[-1] if self.pieces else None
        if last and last.text[-1:] == "@" and not last.text[-2:-1].strip():
            last.text = last.text[:-1]  # a page shown within this one: @[card](address)
            self.links += 1
            self.say(link.url if "://" in link.url else link.label, base, len(link.label), True)
            return
        if link.syntax == "image":
            self.images += 1
            if "](" not in link.label and "[" not in link.label:
                size = re.sub(r"\|\s*\d+(?:x\d+)?\s*$", "", link.label)
                self.say(unescape(size).strip() and size, base, label=True)
                return
        else:
            self.links += 1
        if depth < _DEEPEST:
            self.read(link.label, base, depth + 1, True)
        else:
            self.say(link.label, base, label=True)

    def _token(  # noqa: C901 - one case a mark
        self, text: str, match: re.Match[str], base: int, label: bool
    ) -> int:
        """Read a token; the offset after it is returned."""
        start, end = match.span()
        kind = match.lastgroup
        if match["ticks"]:
            return self._code(text, start, end, base, label)
        if match["escaped"]:
            self.say(match["escaped"], base + start + 1, label=label)
        elif match["wiki"] is not None:
            self._wiki(match, base)
        elif match["footnote"]:
            self.footnotes.append((len(self.pieces), match["footnote"]))
        elif match["inline_note"]:
            self.say(f" ({match['inline_note']})", base + start, end - start, label)
        elif match["autolink"]:
            address = match["autolink"]
            self.links += 1
            self.say(
                address[4:] if address[:4].upper() == "URL:" else address,
                base + start + 1,
                label=True,
            )
        elif match["url"]:
            return self._address(text, start, end, base)
        elif match["math"]:
            formula = _MATH.match(text, start)
            end = formula.end() if formula else end
            self.say(text[start:end], base + start, label=label)
        elif match["mark"]:
            self._mark(text, start, end, base, label)
        elif match["entity"]:
            said = unescape(match["entity"]).replace("\xa0", " ")
            self.say(said, base + start, end - start, label)
        elif kind == "open":
            return self._bracket(text, start, end, base, label)
        return end

    def _code(self, text: str, start: int, end: int, base: int, label: bool) -> int:
        ticks = text[start:end]
        at = end
        close = text.find(ticks, at)
        while close >= 0 and text[close + len(ticks) : close + len(ticks) + 1] == "`":
            at = close + len(ticks)
            while text[at : at + 1] == "`":
                at += 1
            close = text.find(ticks, at)
        if close < 0:
            self.say(ticks, base + start, label=label)
            return end
        after = close + len(ticks)
        span = text[start:after]
        if not _QUERY.match(span):
            self.say(span, base + start, label=label)
        return after

    def _bracket(self, text: str, start: int, end: int, base: int, label: bool) -> int:
        """A bracket that opens no link; one whose target is missing is read as its label."""
        lost = _LOST.match(text, start)
        if lost and not _joined(text[start - 1 : start]):
            self.links += 1
            self.read(lost[1], base + lost.start(1), _DEEPEST, True)
            return lost.end()
        self.say(text[start:end], base + start, label=label)
        return end

    def _wiki(self, match: re.Match[str], base: int) -> None:
        said = match["wiki"].replace("\\|", "|")
        target, _, alias = said.partition("|")
        embed = bool(match["embed"])
        if embed and _MEDIA.search(target.split("#")[0].strip()):
            self.images += 1
            alias = "" if _SIZE.match(alias.strip()) else alias
            self.say(
                alias.rsplit("|", 1)[0], base + match.start(), match.end() - match.start(), True
            )
            return
        self.links += 1
        if not alias.strip() or embed:
            page, _, place = target.partition("#")
            place = "" if place.startswith("^") else place
            alias = " > ".join(part.strip() for part in (page, *place.split("#")) if part.strip())
        self.say(alias.strip(), base + match.start(), match.end() - match.start(), True)

    def _address(self, text: str, start: int, end: int, base: int) -> int:
        stop = bare_end(text, start, min(len(text), start + 4096))
        if stop <= start:
            self.say(text[start:end], base + start)
            return end
        self.links += 1
        self.say(text[start:stop], base + start, label=True)
        return stop

    def _mark(self, text: str, start: int, end: int, base: int, label: bool) -> None:
        """A mark of bold, slanted, struck or highlighted text, kept until its partner is seen."""
        mark = text[start:end]
        before, after = text[start - 1 : start], text[end : end + 1]
        opens, closes = bool(after.strip()), bool(before.strip())
        if mark[0] == "_" or mark == "*":
            opens = opens and not _joined(before)
            closes = closes and not _joined(after)
        if len(mark) > 3:
            opens = closes = False
        waiting = self.marks.get(mark)
        if closes and waiting:
            opened = waiting.pop()
            self.pieces[opened].text = ""
            for other in self.marks.values():  # what was opened within is closed nowhere
                while other and other[-1] > opened:
                    other.pop()
            return
        self.say(mark, base + start, label=label)
        if opens:
            self.marks.setdefault(mark, []).append(len(self.pieces) - 1)


def _joined(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _links(text: str, references: References) -> list[FoundLink]:
    if "](" not in text and not ("[" in text and references):
        return []
    return [
        link for link in find_links(text, references) if link.syntax not in ("bare", "autolink")
    ]


def rendered(text: str, references: References | None = None) -> Rendered:
    """Read inline Markdown."""
    if not _TOKEN.search(text):
        return Rendered(text, (0,), (0,), (len(text),))
    writer = _Writer(references or {})
    writer.read(text, 0, 0, False)
    _close(writer)
    starts, origins, lengths, parts = [], [], [], []
    places: list[int] = []
    size = 0
    for piece in writer.pieces:
        places.append(size)
        if piece.text:
            starts.append(size)
            origins.append(piece.origin)
            lengths.append(piece.length)
            parts.append(piece.text)
            size += len(piece.text)
    places.append(size)
    bare = not any(_WORD.search(piece.text) for piece in writer.pieces if not piece.label)
    return Rendered(
        "".join(parts),
        tuple(starts),
        tuple(origins),
        tuple(lengths),
        linked=bare and writer.links > 0,
        pictures=bare and writer.images > 0 and not writer.links,
        footnotes=tuple((places[at], name) for at, name in writer.footnotes),
    )


def _close(writer: _Writer) -> None:
    """A mark at an end of the text whose partner stands in another block is none of its words."""
    for piece in (*writer.pieces[:1], *writer.pieces[-1:]):
        if piece.text in ("**", "***", "~~", "=="):
            piece.text = ""


def words_of(text: str, references: References | None = None) -> str:
    """Inline Markdown as it is read, without anything else that is known of it."""
    return squeezed(rendered(text, references).text)


def squeezed(text: str) -> str:
    """A text on one line with single spaces; full-width ones are a writer's own."""
    return _BLANKS.sub(" ", text).strip(" 　")


def is_address(text: str) -> bool:
    """Whether a text is nothing but a web address."""
    return bool(BARE_START.match(text)) and not re.search(r"\s", text)
