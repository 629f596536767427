"""What an answer is worth: its citations, what it says, what it says without ground, its language.

All by comparing text, without a model, so that the same answer always has the same figures. What
text cannot tell is left to the judge (`judge`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.evaluation.dataset.places import holds, passage, plain
from rag.evaluation.dataset.question import Place, Question
from rag.text.combining import nfkc
from rag.text.quotes import locate_quote, quote_stands
from rag.types import Answer, Citation, Source

_MARK = re.compile(r"\[(\d{1,3})\]")
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+#]*(?:[.\-/][A-Za-z0-9+#]+)*(?!…)")
_URL = re.compile(r"https?://[^\s<>「」（）()]+")
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_LETTER = re.compile(r"[A-Za-zぁ-ゖァ-ヺ一-鿿]")
_QUOTED = re.compile(r"「[^」]*」|“[^”]*”|`[^`]*`")
_JAPANESE = 0.2
_COPIED = 0.8
_NEARLY = 0.02


def citations(
    answer: Answer, places: Sequence[Place], sources: Mapping[str, Source]
) -> dict[str, float | None]:
    """Citation figures of one answer; None where there is nothing to count.

    - precision: cited passages that hold an expected place, of all cited passages. An answer may
      rightly cite more than the question's author thought of, so this is a lower bound.
    - recall: expected places that a cited passage holds.
    - quote validity: quotes that stand word for word in their source and in the passage cited.
    - mark validity: `[n]` marks that name a citation, and none fits their statement better.

    After citation precision and recall of ALCE (Gao et al., arXiv 2305.14627), with the expected
    places in the role of its entailment model.
    """
    cited = answer.citations
    right = [any(holds(one.chunk, place) for place in places) for one in cited]
    found = [any(holds(one.chunk, place) for one in cited) for place in places]
    valid = [quote_is_valid(one, sources) for one in cited]
    return {
        "citation_precision": _mean(right) if places else None,
        "citation_recall": _mean(found),
        "quote_validity": _mean(valid),
        "mark_validity": _mean(marks_that_fit(answer)),
    }


def quote_is_valid(citation: Citation, sources: Mapping[str, Source]) -> bool:
    """Whether a quote stands in its source, and there in the passage that is cited for it."""
    source = sources.get(citation.chunk.source)
    if source is None or not quote_stands(citation.quote, source.text):
        return False
    return _in_passage(citation, source)


def _in_passage(citation: Citation, source: Source) -> bool:
    if quote_stands(citation.quote, passage(citation.chunk)):
        return True
    start = citation.chunk.locator.start_line
    if start is None:
        return False
    lines = source.text.split("\n")[start - 1 : citation.chunk.locator.end_line or start]
    return locate_quote(citation.quote, "\n".join(lines)) is not None


def marks_that_fit(answer: Answer) -> list[bool]:
    """For every `[n]` in the text whether citation n holds as much of its statement as any other.

    The statement is the text before the mark in its line, from the mark before it; how much a
    passage holds of it is the share of its character pairs that stand there.
    """
    passages = {one.number: _pairs(one.quote + passage(one.chunk)) for one in answer.citations}
    fits: list[bool] = []
    for line in answer.text.split("\n"):
        start = 0
        statement: set[str] = set()
        for mark in _MARK.finditer(line):
            before = line[start : mark.start()].strip(" -*>、,")
            statement = _pairs(before) if before else statement  # [1][2] share a statement
            start = mark.end()
            shares = {
                number: len(statement & pairs) / len(statement) if statement else 0.0
                for number, pairs in passages.items()
            }
            own = shares.get(int(mark[1]), -1.0)
            fits.append(own >= max(shares.values(), default=0.0) - _NEARLY)
    return fits


def facts_said(question: Question, answer: Answer) -> tuple[bool, ...]:
    """For every expected fact whether one of its wordings stands in the answer.

    Compared folded (width, markup, white space) and without regard to case; a wording inside a
    longer Latin word or number does not count: "Go" is not said by "Google".
    """
    said = "" if answer.refused else answer.text.casefold()
    return tuple(
        any(quote_stands(wording.casefold(), said) for wording in fact) for fact in question.facts
    )


def fact_coverage(question: Question, answer: Answer) -> float | None:
    """Share of the expected facts that the answer says; None without expected facts."""
    return _mean(facts_said(question, answer))


def unsupported_sentences(question: Question, answer: Answer) -> tuple[list[str], int]:
    """Sentences with a figure or name that no cited passage has, and how many there are in all.

    Checked are numbers, Latin words that are names by their capitals or digits, and in marked
    sentences words in katakana. Words of the question are no claim. A lower bound: a false
    statement in common words passes; the judge's faithfulness is the finer instrument.
    """
    ground = [passage(one.chunk) + " " + one.chunk.title for one in answer.citations]
    ground += [f"{where.text} {' '.join(where.path)}"
               for one in answer.citations for where in one.chunk.linked_from]  # fmt: skip
    ground += [question.text, answer.standalone, answer.question]
    evidence = _folded(" ".join(ground))
    sentences = [part.strip() for part in _SENTENCE.split(answer.text) if part and part.strip()]
    without = [
        sentence
        for sentence in sentences
        if any(_absent(term, evidence) for term in _terms(sentence))
    ]
    return without, len(sentences)


def unsupported(question: Question, answer: Answer) -> float | None:
    """Share of `unsupported_sentences`; None for a refusal, which claims nothing."""
    if answer.refused:
        return None
    without, count = unsupported_sentences(question, answer)
    return len(without) / count if count else None


def language_match(question: Question, answer: Answer) -> float:
    """1 if the answer's own words are in the question's language; quotes may be in any.

    Own words are the lines that are no copy of a cited passage or of an offered topic (four of
    five character pairs stand there), without what stands in quotation marks; they are Japanese
    where a fifth of their letters is kana.
    """
    copied = [_pairs(one.quote + passage(one.chunk)) for one in answer.citations]
    copied += [_pairs(topic) for topic in answer.topics]
    own: list[str] = []
    for line in answer.text.split("\n"):
        pairs = _pairs(line.strip(" -*>#"))
        if any(len(pairs & text) >= _COPIED * len(pairs) for text in copied):
            continue
        for one in answer.citations:
            line = line.replace(one.quote, "")
        own.append(_QUOTED.sub("", line))
    letters = _LETTER.findall("".join(own))
    kana = _KANA.findall("".join(own))
    spoken = "ja" if letters and len(kana) >= _JAPANESE * len(letters) else "en"
    if not letters:
        spoken = answer.language
    return float(spoken == answer.language == question.language)


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _pairs(text: str) -> set[str]:
    bare = plain(_MARK.sub("", text)).casefold().replace("›", ">")
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def _folded(text: str) -> str:
    plain_width = nfkc(text).casefold()
    return re.sub(r"(?<=\d),(?=\d)", "", plain_width)


def _terms(sentence: str) -> list[str]:
    """The terms of a sentence that must stand in a source."""
    marked = bool(_MARK.search(sentence))
    text = nfkc(_MARK.sub("", sentence))
    japanese = bool(_KANA.search(text))
    links = _URL.findall(text)
    text = _URL.sub(" ", text)
    terms = links + [match.replace(",", "") for match in _NUMBER.findall(_LATIN.sub(" ", text))]
    for at, match in enumerate(_LATIN.finditer(text)):
        word = match.group()
        name = any(char.isupper() or char.isdigit() for char in word[1:])
        inside = at > 0 and word[0].isupper() and len(word) > 1
        if name or (japanese and len(word) > 1) or inside:
            terms.append(word)
    return terms + (_KATAKANA.findall(text) if marked else [])


def _absent(term: str, evidence: str) -> bool:
    folded = re.escape(_folded(term))
    if "://" in term:
        return not re.search(folded, evidence)
    if term[0].isdigit():  # 2 is neither 20 nor 2.5
        return not re.search(rf"(?<!\d)(?<!\d\.){folded}(?!\.?\d)", evidence)
    edge = r"[a-z0-9]" if term.isascii() else r"[ァ-ヺー]"
    return not re.search(rf"(?<!{edge}){folded}(?!{edge})", evidence)
