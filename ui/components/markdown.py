"""Answers from Markdown to HTML that is safe to show, with citation numbers that open passages.

An answer is untrusted: it quotes notes and articles, and a model may have written it. So HTML in it
is text, images and reference definitions do not exist, and a link stays a link only when it leads
to a source that the answer cites. The browser's sanitizer and the page's Content-Security-Policy
stand behind this, not in place of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.text.markup import without_pairs
from rag.text.visible import visible

_LONGEST = 60_000  # characters of an answer that are drawn; a model may write 40,000
_WAITING = 99
_TAIL = re.compile(r"(?:[!-~]{1,24}|[^\s!-~][^\s\w]?)$")  # what a number stays with in its line
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_MARK = re.compile(r"[ \u00a0]?[\[［【](\d{1,4}(?:\s*[,、，]\s*\d{1,4})*)[\]］】]")


def render_answer(
    text: str, marks: Mapping[int, str], urls: Collection[str] = (), *, final: bool = True
) -> str:
    """HTML of an answer's Markdown.

    Args:
        text: Markdown with `[n]` marks.
        marks: the HTML that stands for each number that can be opened; any other number in brackets
            is text, such as a year.
        urls: addresses that links may lead to.
        final: whether the text is complete; while it grows, its citations are not known yet, and
            small numbers stand as marks that cannot be opened.
    """
    parser = _parser()
    clean = _without_controls(text if len(text) <= _LONGEST else text[:_LONGEST] + " …")
    tokens = parser.parse(clean if final else _closed(clean))
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = _safe_inline(token.children, marks, frozenset(urls), final)
    return str(parser.renderer.render(tokens, parser.options, {}))


def plain_text(text: str) -> str:
    """The words of a Markdown text without marks, for labels."""
    words = _LINK.sub(r"\1", _without_controls(text))
    return " ".join(without_pairs(words, ("**", "__", "`")).split())


def label_text(text: str) -> str:
    """A text as it stands, for labels of widgets, which read Markdown: its marks escaped."""
    flat = " ".join(_without_controls(text).split())
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$:&^])", r"\\\1", flat)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 100})
    parser.enable("table")
    parser.disable(["image", "reference", "autolink", "html_block", "html_inline"])
    return parser


def _safe_inline(
    children: list[Token], marks: Mapping[int, str], urls: frozenset[str], final: bool
) -> list[Token]:
    kept: list[Token] = []
    open_links: list[bool] = []
    for token in children:
        if token.type == "link_open":
            allowed = str(token.attrs.get("href", "")) in urls
            open_links.append(allowed)
            if allowed:
                token.attrs = {"href": token.attrs["href"], "target": "_blank"}
                kept.append(token)
        elif token.type == "link_close":
            if open_links.pop():
                kept.append(token)
        elif token.type == "text":
            kept.append(_html(_with_marks(token.content, marks, final)))
        else:
            kept.append(token)
    return kept


def _with_marks(text: str, marks: Mapping[int, str], final: bool) -> str:
    parts: list[str] = []
    end = 0
    for match in _MARK.finditer(text):
        numbers = [int(unicodedata.normalize("NFKC", n)) for n in re.findall(r"\d+", match[1])]
        if final and all(number in marks for number in numbers):
            shown = [marks[number] for number in numbers]
        elif not final and max(numbers) <= _WAITING:
            shown = [f'<sup class="shiori-waiting">{number}</sup>' for number in numbers]
        else:
            continue
        before = text[end : match.start()]
        tail = _TAIL.search(before)
        cut = tail.start() if tail else len(before)
        held = escape(before[cut:]) + "".join(shown)
        parts += [escape(before[:cut]), f'<span class="shiori-tail">{held}</span>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def _closed(text: str) -> str:
    """A growing text without bold or code that is begun but not ended in its last line."""
    last = text.rpartition("\n")[2]
    for mark in ("**", "`"):
        if last.count(mark) % 2:
            return text + mark if last.rpartition(mark)[2].strip() else text.removesuffix(mark)
    return text


def _html(content: str) -> Token:
    """A token that the renderer puts out as it is."""
    return Token("html_inline", "", 0, content=content)


def _without_controls(text: str) -> str:
    """The text with marks for what hides or turns."""
    return visible(text)
