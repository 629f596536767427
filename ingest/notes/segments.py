"""Each block of a note as the segments it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.notes.code import code_drafts
from ingest.notes.drafts import Draft
from ingest.notes.inline import words_of
from ingest.notes.line_syntax import LABEL_MARKS, QUESTION, TASK
from ingest.notes.lines import Line
from ingest.notes.outline import Block, Outline
from ingest.notes.page import Page
from ingest.notes.paragraphs import Paragraph, bounded, paragraph
from ingest.notes.tables import rows_of
from ingest.notes.weights import PIECE_SIZE, weight
from rag.types import SegmentKind

_WORD = re.compile(r"[^\W_]")
_HASHES = re.compile(r"#{1,6}[ \t　]+")


class Segmenter:
    """Makes the segments of a note's blocks."""

    def __init__(self, page: Page, outline: Outline) -> None:
        self._page = page
        self._outline = outline
        self._holds = [False] * len(outline.blocks)
        for block in outline.blocks:
            if block.parent >= 0:
                self._holds[block.parent] = True
        self._made: dict[int, tuple[Draft, ...]] = {}
        self.noted: set[str] = set()

    def drafts(self, index: int) -> tuple[Draft, ...]:
        """The segments of a block, in reading order."""
        if index not in self._made:
            self._made[index] = tuple(self._drafts(index))
        return self._made[index]

    def anchor(self, index: int) -> int:
        """The number, among a block's segments, of the one that what it holds stands under."""
        made = self.drafts(index)
        own = [n for n, draft in enumerate(made) if draft.anchor]
        return own[-1] if own else -1

    def _drafts(self, index: int) -> list[Draft]:
        block = self._outline.blocks[index]
        lines = self._outline.lines_of(block)
        leads = self._holds[index]
        if block.kind == "rule":
            return []
        if block.kind == "code":
            return code_drafts(lines, self._page.references)
        if block.kind == "table":
            return self._table(lines)
        if block.kind == "property":
            return [
                Draft("property", text, line.start, line.end)
                for line in lines
                for text in bounded(words_of(line.text, self._page.references))
                if text
            ]
        if block.kind == "item":
            return self._item(block, lines, leads)
        if block.kind in ("heading", "label"):
            return self._named(block, lines, leads)
        return self._text(block, lines, leads)

    def _table(self, lines: Sequence[Line]) -> list[Draft]:
        found: list[Draft] = []
        header = -1
        for row in rows_of(lines, self._page.references):
            for text in bounded(row.text):
                if row.header:  # of one that is too long for a segment, the last part leads
                    if header >= 0:
                        found[header] = replace(found[header], leads=False)
                    header = len(found)
                    found.append(Draft("header", text, row.start, row.end, leads=True))
                else:
                    found.append(Draft("row", text, row.start, row.end, parent=header))
        if found and found[-1].kind == "header":  # a table without rows leads to nothing
            found[-1] = replace(found[-1], leads=False)
        return found

    def _named(self, block: Block, lines: Sequence[Line], leads: bool) -> list[Draft]:
        """A heading that stands in the text, or a label."""
        said = paragraph([(block.label, lines[0])], self._page.references)
        text = said.text
        if not _WORD.search(text):
            return []
        asks = bool(text.rstrip("*_ ").endswith(("?", "？")))
        kind: SegmentKind = ("question" if asks else "lead") if leads else "sentence"
        marker = block.marker if block.marker in LABEL_MARKS else ""
        end = lines[-1].end
        *before, last = bounded(text)
        return [
            *(Draft("sentence", part, lines[0].start, end) for part in before),
            Draft(kind, last, lines[0].start, end, marker=marker, leads=leads, anchor=True),
        ]

    def _text(self, block: Block, lines: Sequence[Line], leads: bool) -> list[Draft]:
        read = paragraph([(line.text, line) for line in lines], self._page.references)
        if not _WORD.search(read.text):
            return []
        linked = read.read.linked
        found: list[Draft] = []
        for sentence in read.sentences:
            kind: SegmentKind = "links" if linked else "sentence"
            found.append(Draft(kind, sentence.text, sentence.start, sentence.end))
            found += self._footnotes(sentence.footnotes, len(found) - 1)
        own = [n for n, draft in enumerate(found) if not draft.aside]
        if own and block.kind == "question":
            found[own[0]] = replace(found[own[0]], kind="question", anchor=True, leads=leads)
            for n in own[1:]:
                found[n] = replace(found[n], parent=own[0])
        elif own and leads:
            found[own[-1]] = replace(found[own[-1]], kind="lead", leads=True, anchor=True)
        return found

    def _item(self, block: Block, lines: Sequence[Line], leads: bool) -> list[Draft]:
        task = TASK.match(block.label)
        label = block.label[task.end() :] if task else block.label
        heading = _HASHES.match(label)  # Logseq: "- ## Decisions"
        label = label[heading.end() :] if heading else label
        marker = task[0].strip() if task else block.marker
        read = paragraph(
            [(label, lines[0]), *((line.text, line) for line in lines[1:])], self._page.references
        )
        text = read.text
        if not _WORD.search(text) and not (text and not read.read.linked and len(text) > 1):
            return []
        asks = bool(QUESTION.match(label)) and leads
        kind: SegmentKind = "question" if asks else "links" if read.read.linked else "item"
        start, end = lines[0].start, lines[-1].end
        if weight(text) <= PIECE_SIZE:
            parts = [Draft(kind, text, start, end, marker=marker, leads=leads, anchor=True)]
        else:
            parts = self._long_item(read, kind, marker, leads)
        notes = [name for sentence in read.sentences for name in sentence.footnotes]
        return [*parts, *self._footnotes(notes, 0)]

    def _long_item(
        self, read: Paragraph, kind: SegmentKind, marker: str, leads: bool
    ) -> list[Draft]:
        """An item that is too long for a chunk, sentence by sentence under its first one."""
        found: list[Draft] = []
        for sentence in read.sentences:
            if found:
                found.append(
                    Draft("sentence", sentence.text, sentence.start, sentence.end, parent=0)
                )
            else:
                found.append(
                    Draft(
                        kind,
                        sentence.text,
                        sentence.start,
                        sentence.end,
                        marker=marker,
                        leads=leads,
                        anchor=True,
                    )
                )
        return found

    def _footnotes(self, names: Sequence[str], parent: int) -> list[Draft]:
        """What the footnotes say that a sentence refers to, each once in a note."""
        found: list[Draft] = []
        for name in names:
            body = self._page.footnotes.get(name)
            if not body or name in self.noted:
                continue
            self.noted.add(name)
            read = paragraph([(line.text, line) for line in body], self._page.references)
            found += [
                Draft("sentence", s.text, s.start, s.end, parent=parent, aside=True)
                for s in read.sentences
            ]
        return found

    def unnoted(self) -> list[Draft]:
        """Footnotes that nothing refers to."""
        names = [name for name in self._page.footnotes if name not in self.noted]
        return self._footnotes(names, -1)
