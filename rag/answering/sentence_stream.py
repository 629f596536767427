"""One model's answer in the making: each sentence cleaned and checked before it is shown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.answering.base import AnswerRequest
from rag.answering.citations import cite
from rag.llm.budget import Limit
from rag.llm.chat_model import Finish, StreamingModel
from rag.llm.errors import ModelFailure
from rag.llm.guardrails import clean, holds_foreign, in_language, is_scrap, leaks
from rag.llm.prompts import NO_ANSWER, Prompt, instructions
from rag.text.analysis import squeeze
from rag.text.sentence_marks import MARK, Piece, is_whole, split_sentences, take_sentences
from rag.types import Citation, Delta, Language, Sentence
from rag.verification.verifier import Verdict, Verifier

MAX_SENTENCES = 60
_LONGEST_SENTENCE = 2_000
_REATTRIBUTED = 3  # chunks tried for a sentence without a citation
_UNVERIFIED: dict[Language, str] = {"en": " (not verified)", "ja": "（出典で未確認）"}


@dataclass(slots=True)
class Outcome:
    """What became of one model's try."""

    text: str
    sentences: list[Sentence]
    finish: Finish
    failure: str = ""
    seconds_checking: float = 0.0


class Writer:
    """One model's answer in the making."""

    def __init__(
        self,
        request: AnswerRequest,
        prompt: Prompt,
        verifier: Verifier,
        unsupported: Literal["drop", "mark"],
    ) -> None:
        self._request, self._prompt = request, prompt
        self._verifier, self._unsupported = verifier, unsupported
        self._rules = instructions()
        self._allowed = _addresses(request)
        self._shown: dict[int, int] = {}  # number offered -> number shown, in order of use
        self._supports: dict[int, list[str]] = {}
        self._seen: set[str] = set()
        self._no_answer = False
        self._told = ""  # the last of what was written: a secret may come in small pieces
        self.outcome = Outcome("", [], Finish(""))

    def run(
        self, model: StreamingModel, limit: Limit | None = None
    ) -> Generator[Delta, None, Outcome]:
        """Stream the model's answer; returns the outcome."""
        buffer, out, thought = "", self.outcome, Thoughts()
        try:
            for item in model.stream(self._prompt.system, self._prompt.user, limit):
                if isinstance(item, Finish):
                    out.finish = item
                    break
                pieces, buffer = take_sentences(buffer + thought.without(item))
                if len(buffer) > _LONGEST_SENTENCE:
                    pieces, buffer = [*pieces, *split_sentences(buffer)], ""
                yield from self._checked(pieces)
                if len(out.sentences) >= MAX_SENTENCES:
                    out.finish = replace(out.finish, reason="length")
                    buffer = ""
                    break
            yield from self._checked(self._ended(split_sentences(buffer)))
        except ModelFailure as failure:
            out.failure = failure.kind
        if not out.text and not out.failure:
            out.failure = self._why_nothing()
        return out

    def _ended(self, pieces: list[Piece]) -> list[Piece]:
        """The last sentences; one that the length of the answer cut off says nothing for sure."""
        if self.outcome.finish.reason != "length" or not pieces or is_whole(pieces[-1].text):
            return pieces
        if pieces[-1].text.strip():
            self._record(pieces[-1].text[:80], (), "cut")
        return pieces[:-1]

    def citations(self) -> tuple[Citation, ...]:
        """The passages that the kept sentences rest on, by the numbers shown."""
        return tuple(
            cite(shown, self._prompt.numbers[number], self._supports[number], self._request.sources)
            for number, shown in self._shown.items()
        )

    def _why_nothing(self) -> str:
        if self._no_answer:
            return "unanswered"
        reasons = Counter(sentence.reason for sentence in self.outcome.sentences)
        if not reasons:
            return "empty"
        return "language" if reasons.most_common(1)[0][0] == "language" else "unsupported"

    def _checked(self, pieces: Sequence[Piece]) -> Iterator[Delta]:
        for piece in pieces:
            if len(self.outcome.sentences) >= MAX_SENTENCES:
                return
            started = time.monotonic()
            text = self._judge(piece)
            self.outcome.seconds_checking += time.monotonic() - started
            if text:
                text = text if self.outcome.text else text.lstrip()
                self.outcome.text += text
                yield Delta(text)

    def _judge(self, piece: Piece) -> str:
        """What to show of a sentence: itself with checked marks, as unverified, or nothing."""
        if piece.bare.strip(" .。*_`\"'") == NO_ANSWER:
            self._no_answer = True
            return ""
        if len(piece.text) > _LONGEST_SENTENCE:
            self._record(piece.text[:80] + "…", (), "length")
            return ""
        sentence = clean(piece.text, self._allowed)
        if not sentence or sentence in self._seen:
            if piece.text.strip() and not sentence:
                self._record(piece.bare, (), "uncited")
            return ""
        self._seen.add(sentence)
        reason = self._forbidden(piece, sentence)
        if reason:
            # what repeats the prompt is not shown among the sentences left out, either
            self._record("…" if reason == "prompt" else sentence, (), reason)
            return ""
        verdict = self._verdict(sentence, piece.numbers)
        lead = _plain_lead(piece.lead)
        if verdict.kept:
            shown = tuple(self._show(number, sentence) for number in verdict.numbers)
            self._record(sentence, shown, "")
            space = "" if self._request.language == "ja" else " "
            return lead + sentence + space + "".join(f"[{number}]" for number in shown)
        if is_scrap(sentence, self._prompt.secret):  # a secret may come a line a letter
            self._record("…", (), "prompt")
            return ""
        self._record(sentence, (), verdict.reason)
        if self._unsupported == "mark":
            return lead + sentence + _UNVERIFIED[self._request.language]
        return ""

    def _forbidden(self, piece: Piece, sentence: str) -> str:
        self._told = (self._told + MARK.sub("", piece.text))[-_LONGEST_SENTENCE:]
        if any(leaks(text, self._prompt.secret, self._rules) for text in (piece.text, self._told)):
            self._told = squeeze(self._told)[-7:]  # so that its next character is caught again
            return "prompt"
        if holds_foreign(piece.text, self._allowed):
            return "link"
        return "" if in_language(sentence, self._request.language) else "language"

    def _verdict(self, sentence: str, numbers: Sequence[int]) -> Verdict:
        offered, sources = self._prompt.numbers, self._request.sources
        if numbers:
            return self._verifier.verify(sentence, offered, numbers, sources)
        # A sentence without a mark is not lost where a source plainly supports it.
        verdict = Verdict(False, (), "uncited")
        for number in self._verifier.nearest(sentence, offered)[:_REATTRIBUTED]:
            verdict = self._verifier.verify(sentence, offered, [number], sources)
            if verdict.kept:
                return verdict
        return replace(verdict, reason="uncited")

    def _show(self, number: int, sentence: str) -> int:
        self._supports.setdefault(number, []).append(sentence)
        return self._shown.setdefault(number, len(self._shown) + 1)

    def _record(self, text: str, numbers: tuple[int, ...], reason: str) -> None:
        self.outcome.sentences.append(Sentence(text, not reason, numbers, reason))


class Thoughts:
    """Takes out what some models write between <think> and </think> before they answer."""

    def __init__(self) -> None:
        self._held, self._inside = "", False

    def without(self, text: str) -> str:
        """The part of the stream that is no thought; may hold back a tag that is coming in."""
        self._held += text
        out = ""
        while self._held:
            tag = "</think>" if self._inside else "<think>"
            before, found, after = self._held.partition(tag)
            if found:
                out += "" if self._inside else before
                self._inside, self._held = not self._inside, after
                continue
            keep = next((n for n in range(len(tag) - 1, 0, -1) if self._held.endswith(tag[:n])), 0)
            cut = len(self._held) - keep
            out += "" if self._inside else self._held[:cut]
            self._held = self._held[cut:]
            break
        return out


def _addresses(request: AnswerRequest) -> frozenset[str]:
    """Addresses that an answer may show: those of the sources retrieved."""
    found = {hit.chunk.url for hit in request.hits}
    for hit in request.hits:
        source = request.sources.get(hit.chunk.source)
        found |= {hit.chunk.source, source.url if source else ""}
    return frozenset(address for address in found if address.startswith(("http://", "https://")))


def _plain_lead(lead: str) -> str:
    """White space and a list marker; headings, fences and quotes would change what follows."""
    marker = lead.strip()
    if marker in ("-", "*", "+", "・", "•"):
        return "\n- "
    if marker and marker[:-1].isdigit():
        return f"\n{marker} "
    if "\n" in lead:
        return "\n\n" if lead.count("\n") > 1 or marker else "\n"
    return " " if lead else ""
