"""Outlines made up by Hypothesis, with what stands under what; checks that hold for any note."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from hypothesis import strategies as st

from ingest.notes.chunking import Note

PHRASES = (
    "",
    "に対応",
    "Git sync：　自動で同期される",
    "supports GitHub, GitLab and Bitbucket (not CodeCommit)",
    "**太字** と `code` と __strong__",
    "[公式の記事](https://example.com/a_(b)?c=1#d) を読む",
    "https://example.com/x?y=1",
    "（株）ＡＢＣ　ｶﾞｷﾞ ㈱ ㌔ が 〜 ～ − －",
    "👩‍💻 と 🇯🇵",
    "1. で始まる - ような * 記号 + を > 含む # 文",
    "a | b | c",
    "とても長い名前なので見出しとしては一行に収まらないかもしれないがそれでも失われてはならない：説明はこの後に続く",
    "".join(f"Sentence {n} of @ makes the block long. " for n in range(6)),
    "".join(f"@の{n}番目の文は、まとまりを、長くします。" for n in range(9)),
    "".join(f"Sentence {n} of @ must be cut off at its end. " for n in range(29)),
    "".join(f"@の{n}番目の文は句点で切られるべきです。" for n in range(30)),
    "".join(f"@{n}と区切りのない長い文字列" for n in range(50)),
)
MARKERS = ("- ", "* ", "+ ", "-   ", "・", "• ", "1. ", "2. ", "7. ", "12) ", "- [ ] ", "-\t")
UNITS = ("  ", "    ", "\t", "　", "   ")
KINDS = ("item",) * 6 + ("text", "text", "table", "code", "quote", "image", "heading", "rule", "on")


@dataclass
class Part:
    """A block as written: a word that stands nowhere else, and the words it stands under."""

    kind: str
    word: str
    above: tuple[str, ...]


@dataclass
class Writer:
    """Writes an outline down and keeps account of what stands under what."""

    unit: str
    lines: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def word(self) -> str:
        return f"n{len(self.parts)}x"

    def above(self) -> tuple[str, ...]:
        return (*(word for _, word in self.headings), *self.items)

    def add(self, kind: str, lines: list[str]) -> None:
        self.parts.append(Part(kind, self.word(), self.above()))
        self.lines += lines

    def write(self, step: tuple[str, int, str, str, int]) -> None:
        kind, out, marker, phrase, number = step
        word = self.word()
        phrase = phrase.replace("@", f"{len(self.lines)}番")
        said = f"{word}{phrase}"
        if kind == "on":
            if self.parts and self.parts[-1].kind in ("item", "text") and self.lines[-1].strip():
                self.lines.append(self.unit * number + phrase.lstrip("・").strip())
            return
        if kind == "heading":
            level = number + 1
            self.headings = [(one, name) for one, name in self.headings if one < level]
            self.items.clear()
            self.add(kind, ["", f"{'#' * level} {said.strip()}", ""][number % 2 :])
            self.headings.append((level, word))
            return
        del self.items[max(0, len(self.items) - out) :]
        indent = self.unit * len(self.items)
        if kind == "item":
            self.add(kind, [f"{indent}{marker}{said}"])
            self.items.append(word)
        elif kind == "text":
            self.add(kind, ["", f"{indent}{said}"])
        elif kind == "table":
            rows = [f"{indent}| {said} | x |", f"{indent}|---|---|", f"{indent}| a | b |"]
            self.add(kind, ["", *rows, f"{indent}| c | d |", ""])
        elif kind == "code":
            body = [f"{indent}# {word}", "", f"{indent}  - x = 1  # {phrase[:40]}".rstrip()]
            self.add(kind, ["", f"{indent}```python", *body, f"{indent}```", ""])
        elif kind == "quote":
            self.add(kind, ["", f"{indent}> {said}", f"{indent}> and more", ""])
        elif kind == "image":
            self.add(kind, ["", f"{indent}![{word}](https://example.com/{word}.png)", ""])
        else:
            self.lines += ["", "---", ""]
            self.items.clear()


@dataclass(frozen=True)
class Written:
    text: str
    parts: tuple[Part, ...]


_STEPS = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from((0, 0, 0, 1, 1, 2, 3, 9)),
    st.sampled_from(MARKERS),
    st.sampled_from(PHRASES),
    st.integers(0, 5),
)


@st.composite
def outlines(draw: st.DrawFn, most: int = 40) -> Written:
    """A note made of well-formed parts."""
    writer = Writer(draw(st.sampled_from(UNITS)))
    for step in draw(st.lists(_STEPS, min_size=1, max_size=most)):
        writer.write(step)
    end = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    start = draw(st.sampled_from(("", "", "\ufeff", "\n\n")))
    return Written(start + "".join(line + end for line in writer.lines), tuple(writer.parts))


_STARTS = ("", "", " ", "  ", "    ", "\t", "　", " \t", "          ")
_MARKS = (
    *("", "", "", "- ", "* ", "+ ", "・", "•", "1. ", "3) ", "-", "1.", "# ", "## ", "###### "),
    *("> ", ">", "```", "```py ", "~~~", "| ", "|", "---", "***", "- - -", "===", "+++", "- ```"),
    *("- # ", "- > ", "- 1. ", "- - ", "#", "![alt](u) ", "title: ", "| --- | --- |"),
)
_REST = (
    *PHRASES[:12],
    *(
        "|",
        "x|y",
        "---",
        "```",
        "##",
        " #",
        "[a]: https://e.com",
        "[a][b]",
        "![](u)",
        "<https://e.com>",
    ),
    *("\\*", "a_b_c", "::", "@long", "@文章", "\x0c", "\u2028", "**x"),
)


@st.composite
def scraps(draw: st.DrawFn) -> str:
    """Lines that a person might have typed, in any order: mostly not well-formed.

    They begin with text, so that nothing in them is front matter.
    """
    line = st.tuples(*(st.sampled_from(some) for some in (_STARTS, _MARKS, ("", "w"), _REST)))
    lines = ["Typed", ""]
    for number, (start, mark, word, rest) in enumerate(draw(st.lists(line, max_size=40))):
        if rest.startswith("@"):
            rest = "".join(f"{rest[1:]}{number}.{n}。 "[: None if n % 3 else -1] for n in range(99))
        said = f"{word and f'w{number}x '}{rest}"
        lines.append(f"{start}{mark}{said}" if said else f"{start}{mark}".rstrip())
    return draw(st.sampled_from(("\n", "\r\n"))).join(lines)


_WORD = re.compile(r"[^\W_]+")
_TARGET = re.compile(
    r"\]\((?:[^()\n]|\([^()\n]*\))*\)|^\s*\[[^\]\n]*\]:\s*\S+\s*$|<[^<>\n]*>|\]\[[^\[\]\n]*\]"
)
_INFO = re.compile(r"^\s*(?:(?:[-*+•・]|\d+[.)])\s*)*(?:`{3,}|~{3,}).*$")
_MARKER = re.compile(r"^[\s>]*(?:(?:[-*+•・‣▪●]|\d{1,9}[.)])\s*)?(?:\[[ xX]\]\s)?")


def words_of(line: str) -> list[str]:
    """The words of a line that a reader sees, folded: no targets of links, no info of a fence."""
    if _INFO.match(line):
        return []
    shown = _TARGET.sub(" ", line)
    shown = shown[match.end() :] if (match := _MARKER.match(shown)) else shown
    return _WORD.findall(unicodedata.normalize("NFKC", shown).casefold())


def squeezed(text: str) -> str:
    """A text without spaces and marks, folded, so that joined lines can be looked up in it."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def missing_words(note: Note) -> list[str]:
    """The words that stand neither in a segment of their line nor in what is known of the note."""
    known = squeezed(
        " ".join([note.source.title, *(s for c in note.chunks for s in (*c.path, *c.tags))])
    )
    said: dict[int, str] = {}
    for chunk in note.chunks:
        for segment in chunk.segments:
            start, end = segment.locator.start_line or 0, segment.locator.end_line or 0
            for number in range(start, end + 1):
                said[number] = said.get(number, "") + " " + squeezed(segment.text)
    return [
        f"{number}: {word}"
        for number, line in enumerate(note.source.text.split("\n"), 1)
        for word in words_of(line)
        if word not in said.get(number, "") and word not in known
    ]


def misplaced_segments(note: Note) -> list[str]:
    """What is wrong with the lines of segments, and with how they hang together."""
    lines = note.source.text.split("\n")
    wrong = []
    for chunk in note.chunks:
        for number, segment in enumerate(chunk.segments):
            start, end = segment.locator.start_line or 0, segment.locator.end_line or 0
            if not 1 <= start <= end <= len(lines):
                wrong.append(f"{start}-{end} is no range")
                continue
            if not -1 <= segment.parent < number:
                wrong.append(f"{segment.text!r} stands under {segment.parent}")
            raw = " ".join(lines[start - 1 : end])
            held = squeezed(raw) + squeezed(re.sub(r"<[^<>]*>|[*_`~]", "", raw))
            wrong += [
                f"{start}-{end} does not hold {word!r} of {segment.text!r}"
                for word in _WORD.findall(unicodedata.normalize("NFKC", segment.text).casefold())
                if word not in held
            ]
            if not lines[start - 1].strip() or not lines[end - 1].strip():
                wrong.append(f"{start}-{end} begins or ends with a blank line")
        own = [s for s in chunk.segments if not s.context]
        if not own:
            wrong.append("a chunk holds nothing of its own")
        wrong += [
            f"{segment.text!r} is not in the text of its chunk"
            for segment in chunk.segments
            if squeezed(segment.text) not in squeezed(chunk.text)
        ]
    return wrong
