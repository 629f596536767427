"""HTML of one exchange: the question, its answer with citations, and what is said about both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.types import Answer, Language, Sentence, Source
from ui.components.citation_panel import mark, panel, source_list
from ui.components.cited_passage import Passage, passage_of
from ui.components.escaping import safe
from ui.components.markdown import render_answer
from ui.i18n.locale import Strings

EXTRACTIVE = "extractive"
_UNSHOWN = {"prompt", "link"}  # reasons for which a sentence must not reach the reader at all


def question_html(question: str) -> str:
    """The question as the reader asked it."""
    return f'<div class="shiori-question"><p>{_lines(question)}</p></div>'


def answer_html(turn: str, answer: Answer, sources: Mapping[str, Source], words: Strings) -> str:
    """A finished answer: text, sources, what was checked, and the panels of its passages."""
    passages = [passage_of(citation, sources) for citation in answer.citations]
    marks = {passage.number: mark(turn, passage, words) for passage in passages}
    urls = {passage.url for passage in passages if passage.url}
    # topics are offered as questions under the answer: they are not listed as well
    body = render_answer(answer.brief or answer.text, marks, urls)
    calm = " shiori-refusal" if answer.refused else ""
    return (
        f'<article class="shiori-answer{calm}" lang="{answer.language}">'
        f"{_notice(answer.notice)}{_searched(answer, words)}"
        f'<div class="shiori-prose">{body}</div></article>'
        f'<footer class="shiori-foot">{source_list(turn, passages, words)}'
        f"{_checked(answer.sentences, words)}{_made_by(answer, words)}</footer>"
        f"{_panels(turn, passages, words)}"
    )


def growing_html(
    text: str, status: str, stopped: str, language: Language, standalone: str = ""
) -> str:
    """An answer that is being written: what there is, and what is going on.

    `stopped` takes the place of `status` when the page stops running; the style sheet sees to it,
    since a stopped script cannot draw any more.
    """
    body = render_answer(text, {}, final=False) if text else ""
    return (
        f'<article class="shiori-answer" lang="{language}">{standalone}'
        f'<div class="shiori-prose shiori-growing">{body}</div>'
        f'<p class="shiori-status" role="status">{safe(status)}</p>'
        f'<p class="shiori-notice shiori-when-stopped">{safe(stopped)}</p></article>'
    )


def searched_html(question: str, standalone: str, words: Strings) -> str:
    """The question that was searched, where it is not the one that was asked."""
    if not standalone or " ".join(standalone.split()) == " ".join(question.split()):
        return ""
    text = safe(words.searched_for.format(question=standalone))
    return f'<p class="shiori-searched">{text}</p>'


def error_html(message: str) -> str:
    """One clear line about what went wrong."""
    return f'<p class="shiori-error" role="alert">{safe(message)}</p>'


def _panels(turn: str, passages: Sequence[Passage], words: Strings) -> str:
    return "".join(panel(turn, passage, words) for passage in passages)


def _notice(notice: str) -> str:
    return f'<p class="shiori-notice">{safe(notice)}</p>' if notice else ""


def _searched(answer: Answer, words: Strings) -> str:
    return searched_html(answer.question, answer.standalone, words)


def _checked(sentences: Sequence[Sentence], words: Strings) -> str:
    """Which sentence of a generated answer was kept, by which sources, and why one was not."""
    if not sentences:
        return ""
    rows = "".join(_sentence(sentence, words) for sentence in sentences)
    return (
        f'<details class="shiori-checked"><summary>{safe(words.how_checked)}</summary>'
        f"<ul>{rows}</ul></details>"
    )


def _sentence(sentence: Sentence, words: Strings) -> str:
    text, kind = sentence.text, "shiori-dropped"
    if sentence.kept:
        kind = "shiori-kept"
        verdict = words.kept + "".join(f" [{number}]" for number in sentence.numbers)
    elif sentence.reason:
        reason = words.drop_reasons.get(sentence.reason, sentence.reason)
        verdict = words.dropped_because.format(reason=reason)
    else:
        verdict = words.dropped
    if sentence.reason in _UNSHOWN:
        text, kind = words.not_shown, "shiori-unshown"
    return f'<li class="{kind}"><span>{safe(text)}</span> <small>{safe(verdict)}</small></li>'


def _made_by(answer: Answer, words: Strings) -> str:
    if not answer.model:
        return ""
    seconds = answer.seconds.get("total", sum(answer.seconds.values()))
    spent = f"{seconds:.1f}" if seconds >= 0.1 else f"{seconds:.2f}"
    if answer.refused:
        template = words.by_search
    else:
        template = words.by_extraction if answer.model == EXTRACTIVE else words.by_model
    text = template.format(model=answer.model, seconds=spent)
    return f'<p class="shiori-made-by">{safe(text)}</p>'


def _lines(text: str) -> str:
    return "<br>".join(safe(line) for line in text.strip().splitlines())
