"""HTML of citations and answers: numbers name their panels, and nothing in them is code."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from ui_fakes import ARTICLE_URL, answer, article, chunk, citation, note

from rag.types import Answer, Locator, Provenance, Sentence, Source
from ui.components.answer import answer_html, error_html, growing_html, question_html, searched_html
from ui.components.citation_panel import chunks_html, mark, panel, place, source_list
from ui.components.cited_passage import passage_of
from ui.i18n.locale import ENGLISH, JAPANESE

EVIL = "<img src=https://evil.example/x.png onerror=alert(1)>\"'><script>alert(1)</script>"
TWO_LINES = "Watering: every morning tomatoes need more than beans"
CHANGED = {"garden.md": Source("garden.md", "note", "G", "something else")}
SOURCES = {"garden.md": note(), ARTICLE_URL: article()}


class Seen(HTMLParser):
    """Tags, attributes and texts of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.marked = ""
        self._in_mark = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._in_mark |= tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark &= tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._in_mark else ""

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def seen(html: str) -> Seen:
    return Seen(html)


def test_every_number_names_a_panel_that_is_there() -> None:
    second = citation(2, "じょうろは物置の左にある", locator=Locator(10, 10))
    given = answer(text="a [1] b [2]", citations=(citation(), second))
    page = seen(answer_html("t1", given, SOURCES, ENGLISH))
    panels = {name for name in page.values("id") if not name.endswith("-title")}
    assert set(page.values("popovertarget")) == panels == {"shiori-t1-1", "shiori-t1-2"}
    assert "popover" in dict(page.attributes)


def test_the_panel_shows_place_breadcrumb_and_marked_passage() -> None:
    page = seen(panel("t", passage_of(citation(), SOURCES), ENGLISH))
    assert page.marked == "tomatoes need more than beans"
    assert "garden.md · line 4" in page.text
    assert "the hose is in the shed" in page.text


@pytest.mark.parametrize(
    ("changes", "english", "japanese"),
    [
        ({"locator": Locator(3, 4), "quote": TWO_LINES}, "lines 3–4", "3〜4行目"),
        ({"locator": Locator(4, 4)}, "line 4", "4行目"),
        ({"chunk": chunk(kind="pdf"), "locator": Locator(page=3)}, "page 3", "3ページ"),
        ({"chunk": chunk(kind="video"), "locator": Locator(seconds=83.4)}, "at 1:23", "1:23から"),
        ({"chunk": chunk(kind="html"), "locator": Locator(fragment="x")}, "", ""),
    ],
)  # fmt: skip
def test_places_are_said_in_words(changes: dict[str, object], english: str, japanese: str) -> None:
    passage = passage_of(citation(**changes), SOURCES)  # type: ignore[arg-type]
    assert place(passage, ENGLISH) == english
    assert place(passage, JAPANESE) == japanese


def article_citation(**changes: object) -> object:
    url = f"{ARTICLE_URL}#:~:text=Plants"
    cited = chunk(source=ARTICLE_URL, kind="html", title="How to water", path=(), url=url)
    values = {"chunk": cited, "locator": Locator(fragment=":~:text=Plants"), **changes}
    return citation(1, "Plants drink in the morning.", **values)


def test_an_article_opens_where_it_stands_and_says_who_linked_it() -> None:
    page = seen(panel("t", passage_of(article_citation(), SOURCES), ENGLISH))  # type: ignore[arg-type]
    assert page.values("href") == [f"{ARTICLE_URL}#:~:text=Plants"]
    assert "garden.example · 2024-05-01 · as of 2024-06-02" in page.text
    assert "Linked from Garden (garden.md, line 3)" in page.text
    assert "shiori-numbered" not in " ".join(page.values("class"))


def test_a_note_has_no_link_to_open() -> None:
    assert seen(panel("t", passage_of(citation(), SOURCES), ENGLISH)).values("href") == []


@pytest.mark.parametrize(
    ("sources", "words"),
    [({}, "no longer in the index"), (CHANGED, "has changed")],
)
def test_a_lost_passage_is_shown_as_it_was(sources: dict[str, Source], words: str) -> None:
    page = seen(panel("t", passage_of(citation(), sources), ENGLISH))
    assert words in page.text
    assert "tomatoes need more than beans" in page.text
    assert page.marked == ""


def test_a_quote_that_was_not_verified_is_said_to_be() -> None:
    unsure = passage_of(citation(verified=False), SOURCES)
    assert ENGLISH.not_verbatim in seen(panel("t", unsure, ENGLISH)).text


def evil_answer() -> Answer:
    where = Provenance(EVIL, 1, (EVIL,), EVIL)
    bad = chunk(source=EVIL, title=EVIL, path=(EVIL,), text=EVIL, url="javascript:alert(1)",
                linked_from=(where,))  # fmt: skip
    return answer(
        question=EVIL,
        standalone=EVIL + "?",
        text=f"{EVIL} [1]",
        citations=(citation(1, EVIL, chunk=bad),),
        notice=EVIL,
        model=EVIL,
        sentences=(Sentence(EVIL, False, (), EVIL), Sentence(EVIL, True, (1,))),
    )


@pytest.mark.parametrize("text", [f"before\n{EVIL}\nafter", "gone"])
def test_nothing_in_notes_or_answers_becomes_code(text: str) -> None:
    given = evil_answer()
    source = Source(EVIL, "note", EVIL, text, url="javascript:alert(1)", site=EVIL, language=EVIL)
    html = answer_html("t", given, {EVIL: source}, ENGLISH) + question_html(EVIL)
    html += growing_html(EVIL, EVIL, EVIL, "en", searched_html("x", EVIL, ENGLISH))
    html += error_html(EVIL) + chunks_html([given.citations[0].chunk], ENGLISH)
    page = seen(html)
    assert not {"img", "script", "svg", "iframe", "style", "a"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert re.search(r"alert\(1\)", page.text)


def test_sources_are_listed_with_their_places() -> None:
    passages = [passage_of(citation(), SOURCES), passage_of(article_citation(), SOURCES)]  # type: ignore[arg-type]
    page = seen(source_list("t", passages, JAPANESE))
    assert page.text.startswith("出典1Garden Watering · 4行目")
    assert page.values("href") == [f"{ARTICLE_URL}#:~:text=Plants"]
    assert source_list("t", [], ENGLISH) == ""
    deep = passage_of(citation(chunk=chunk(path=("Garden", "Beds", "**Roses**"))), SOURCES)
    assert "Garden Beds › Roses › Watering · 4行目" in seen(source_list("t", [deep], JAPANESE)).text


def test_a_number_can_be_understood_without_seeing_it() -> None:
    html = mark("t", passage_of(citation(), SOURCES), ENGLISH)
    assert seen(html).values("aria-label") == ["Source 1: Garden"]


def test_the_question_that_was_searched_is_shown_where_it_differs() -> None:
    assert searched_html("a  b", "a b", ENGLISH) == ""
    assert searched_html("a", "", ENGLISH) == ""
    assert "Searched for: b" in searched_html("a", "b", ENGLISH)


def test_a_reader_sees_what_was_checked() -> None:
    sentences = (
        Sentence("Kept.", True, (1, 2)),
        Sentence("Made up.", False, (), "figure"),
        Sentence("New.", False, (), "something-new"),
        Sentence("Gone.", False),
        Sentence("My orders are CANARY.", False, (), "prompt"),
        Sentence("See https://evil.example/x", False, (), "link"),
    )
    page = seen(answer_html("t", answer(sentences=sentences), SOURCES, ENGLISH))
    assert "Kept. supported [1] [2]" in page.text
    assert "Made up. not supported: its figures or dates" in page.text
    assert "New. not supported: something-new" in page.text
    assert "Gone. not supported" in page.text
    assert "CANARY" not in page.text and "evil.example" not in page.text
    assert page.text.count(ENGLISH.not_shown) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Quoted from the sources, no language model · 0.1 s"),
        ({"seconds": {"search": 0.01, "answer": 0.02}}, "· 0.03 s"),
        ({"model": "a:x", "seconds": {"total": 2.345}}, "a:x, checked against the sources · 2.3 s"),
    ],
)  # fmt: skip
def test_what_made_the_answer_is_said(changes: dict[str, object], words: str) -> None:
    assert words in seen(answer_html("t", answer(**changes), SOURCES, ENGLISH)).text


def test_a_partial_answer_does_not_claim_to_be_checked() -> None:
    assert "checked" not in seen(answer_html("t", answer(model=""), SOURCES, ENGLISH)).text


def test_a_refusal_looks_calm_and_an_answer_names_its_language() -> None:
    page = seen(answer_html("t", answer(refused=True, language="ja"), SOURCES, ENGLISH))
    assert "shiori-answer shiori-refusal" in page.values("class")
    assert "ja" in page.values("lang")


def test_topics_that_are_offered_as_questions_are_not_listed_as_well() -> None:
    told = "The notes don't answer this. The nearest topics in them are:\n\n- 道具"
    changes = {"refused": True, "citations": (), "topics": ("道具",), "text": told}
    now = answer(**changes, brief="The notes don't answer this.")
    assert "道具" not in seen(answer_html("t", now, SOURCES, ENGLISH)).text
    # stored before there was a brief text, maybe in other words than ours: shown as it was
    before = seen(answer_html("t", answer(**changes), SOURCES, ENGLISH)).text
    assert "The nearest topics in them are:" in before and "道具" in before


def test_passages_of_a_topic_are_shown_with_their_lines() -> None:
    later = chunk(text="- more", locator=Locator(8, 9))
    page = seen(chunks_html([chunk(), later], ENGLISH))
    assert "garden.md · lines 3–9" in page.text
    assert "Watering: every morning" in page.text
