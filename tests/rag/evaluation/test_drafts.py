"""From use to test: drafts from feedback and suggestions, appended to what people wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from evaluation_fakes import CHUNKS, QUESTIONS, FakePipeline, chunk, question, write

from rag.errors import QuestionFileError
from rag.evaluation.dataset.acceptance import accept
from rag.evaluation.dataset.drafts import (
    add_drafts,
    best_hits,
    draft,
    draft_from_feedback,
    place_of,
)
from rag.evaluation.dataset.places import holds
from rag.evaluation.dataset.question import Place
from rag.evaluation.dataset.questions import load_drafts, load_questions
from rag.evaluation.suggestions import suggest_by_model, suggest_by_template, uncovered
from rag.storage.feedback import Feedback
from rag.types import Turn

PEOPLE = """\
# Ours.
questions:
  - id: mine      # do not touch
    question: "Mine?"
    lang: en
    expect: [{quote: "Robins"}]
"""


def thumbs_down(asked: str = "Where does the swift sleep?", **more: object) -> Feedback:
    answer = FakePipeline().ask(asked)
    return replace(Feedback("1", "down", "2026-02-03T04:05:06Z", answer), **more)  # type: ignore[arg-type]


def test_a_draft_is_read_back_as_it_was_and_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "questions" / "drafts.yaml"
    one = draft(
        "そして\nスイフトは？",
        [Place(quote='a "quoted": text # with marks'), Place(source="n.md", lines=(3, 4))],
        facts=("- yes",),
        history=(Turn("Before?", "Then."), Turn("More?", "")),
        standalone="スイフトはどこで眠る？",
        tags=("feedback",),
        note="check: it",
    )
    added = add_drafts(path, [one])
    assert [new.id for new in added.added] == [one.id]
    write(tmp_path / "questions", PEOPLE)
    loaded = load_questions(tmp_path / "questions")
    assert [real.id for real in loaded.questions] == ["mine"]
    back = loaded.drafts[0]
    assert replace(back, file="", line=0, expect=()) == replace(one, expect=())
    assert [replace(place, line=0) for place in back.expect] == list(one.expect)
    assert back.text == "そして スイフトは？"
    assert not path.with_name(".drafts.yaml.lock").exists()


def test_drafts_are_appended_and_nothing_else_changes(tmp_path: Path) -> None:
    path = write(tmp_path, PEOPLE)
    one, other = draft("What of oaks?", [Place(quote="oak")]), draft("樫は？", [], answerable=False)
    add_drafts(path, [one])
    again = add_drafts(path, [one, other, other])
    assert [new.id for new in again.added] == [other.id]
    assert again.known == (one.id,)
    assert path.read_text(encoding="utf-8").startswith(PEOPLE)
    found = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    assert [entry["id"] for entry in found] == ["mine", one.id, other.id]
    assert [entry.get("draft") for entry in found] == [None, True, True]
    assert load_questions(path).drafts[1].answerable is False


def test_accepting_is_taking_the_mark_out(tmp_path: Path) -> None:
    path = tmp_path / "drafts.yaml"
    add_drafts(path, [draft("What of oaks?", [Place(quote="An oak")])])
    with pytest.raises(QuestionFileError, match="only 1 drafts"):
        load_questions(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    draft: true\n", ""), encoding="utf-8")
    assert [one.text for one in load_questions(tmp_path).questions] == ["What of oaks?"]


@pytest.mark.parametrize("indent", ["", "    "])
def test_the_indent_of_the_file_is_kept(tmp_path: Path, indent: str) -> None:
    entry = "- id: a\n  question: Q\n  lang: en\n  answerable: false\n"
    body = "".join(f"{indent}{line}\n" for line in entry.splitlines())
    path = write(tmp_path, f"questions:\n{body}")
    add_drafts(path, [draft("What of oaks?", [])])
    assert len(yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]) == 2


def test_files_that_cannot_be_added_to_are_left_alone(tmp_path: Path) -> None:
    flow = write(
        tmp_path, "questions: [{id: a, question: Q, lang: en, answerable: false}]\n", "flow.yaml"
    )
    broken = write(tmp_path, "questions:\n  - idd: a\n", "broken.yaml")
    for path, says in ((flow, "cannot be added to"), (broken, "did you mean 'id'")):
        before = path.read_bytes()
        with pytest.raises(QuestionFileError, match=says):
            add_drafts(path, [draft("What of oaks?", [])])
        assert path.read_bytes() == before


def test_an_emptied_file_starts_anew(tmp_path: Path) -> None:
    path = write(tmp_path, "questions:\n")
    add_drafts(path, [draft("What of oaks?", [])])
    assert len(yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]) == 1


def test_feedback_takes_the_passages_that_were_picked() -> None:
    row = thumbs_down(comment="It is about trees.")
    oak = next(hit for hit in row.answer.hits if hit.chunk.id == "c2")
    one = draft_from_feedback(row, CHUNKS, [oak.rank])
    assert one.draft
    assert one.expect == (Place(quote="An oak drops acorns in autumn", source="nature.md"),)
    assert one.note == "a reader was not content (2026-02-03); It is about trees."
    assert one.tags == ("feedback",)


def test_feedback_without_a_pick_guesses_and_says_so() -> None:
    one = draft_from_feedback(thumbs_down(), CHUNKS)
    assert one.expect[0].quote == "The swift sleeps while it flies"
    assert "the place is a guess: check it" in one.note
    refused = thumbs_down("How much per kWh?")
    assert draft_from_feedback(refused, CHUNKS).expect[0].source == "nature.md"


def test_feedback_of_a_conversation_is_a_follow_up() -> None:
    row = thumbs_down("Where does it sleep?", history=(Turn("The swift?", "A bird."),))
    row = replace(row, answer=replace(row.answer, standalone="Where does the swift sleep?"))
    one = draft_from_feedback(row, CHUNKS)
    assert (one.kind, one.standalone) == ("follow-up", "Where does the swift sleep?")
    assert one.history == (Turn("The swift?", "A bird."),)
    assert one.id != draft_from_feedback(thumbs_down("Where does it sleep?"), CHUNKS).id


def test_a_place_is_a_line_that_stands_nowhere_else_or_line_numbers() -> None:
    first = chunk(0, ("A",), "- shared line\n- only here, in full", 3, end=4)
    second = chunk(1, ("A",), "- shared line", 9)
    article = replace(chunk(2, ("B",), "- shared line", 1), locator=type(first.locator)())
    chunks = [first, second, article]
    assert place_of(first, chunks) == Place(quote="only here, in full", source="nature.md")
    assert place_of(second, chunks) == Place(source="nature.md", lines=(9, 9))
    assert place_of(article, chunks) == Place(source="nature.md", path=("B",))
    assert all(holds(one, place_of(one, chunks)) for one in chunks)


def test_ranks_that_were_not_retrieved_are_refused() -> None:
    hits = FakePipeline().search("swift")
    assert [one.id for one in best_hits(hits, [2, 1])] == [hits[1].chunk.id, hits[0].chunk.id]
    with pytest.raises(QuestionFileError, match="no passage 9: 5 were retrieved"):
        best_hits(hits, [9])


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("CloudFormationは？", "ja"),
        ("CloudFormation?", "en"),
        ("料金？", "ja"),
        ("Where does the team keep its 栞?", "en"),
    ],
)
def test_the_language_of_a_draft_is_that_of_its_question(asked: str, language: str) -> None:
    assert draft(asked, []).language == language


def test_suggestions_are_for_what_nobody_asks_about() -> None:
    birds = question("b", "?", "Robins lay blue eggs")
    assert [one.path for one in uncovered(CHUNKS, [birds])] == [("Trees",)]
    assert uncovered(CHUNKS, QUESTIONS.questions) == []
    assert [one.path for one in uncovered(CHUNKS, [])] == [("Birds",), ("Trees",)]
    made = suggest_by_template(CHUNKS, [birds], 5, None)
    assert [(one.text, one.language, one.draft) for one in made] == [
        ("What is said about Trees?", "en", True)
    ]
    assert made[0].expect == (Place(source="nature.md", path=("Trees",)),)
    assert holds(CHUNKS[3], made[0].expect[0])
    assert suggest_by_template(CHUNKS, [], 1, "ja")[0].text.startswith("Birdsについて")
    assert suggest_by_template(CHUNKS, [], 0, None) == []


def test_a_parent_of_what_is_asked_about_is_covered() -> None:
    nested = [chunk(0, ("A",), "- text one here", 1), chunk(1, ("A", "B"), "- text two here", 2)]
    assert uncovered(nested, [question("q", "?", "text two")]) == []
    assert [one.path for one in uncovered(nested, [question("q", "?", "text one")])] == [("A", "B")]


def test_a_model_words_suggestions_and_the_template_stands_in() -> None:
    replies = iter(['{"question": "What do oaks let fall?"}', "I would ask nothing."])
    asked: list[str] = []

    def chat(system: str, user: str) -> str:
        asked.append(user)
        return next(replies)

    made = list(suggest_by_model(chat, CHUNKS, [], 2, "en"))
    assert [one.text for one in made] == ["What do oaks let fall?", "What is said about Trees?"]
    assert all(one.draft and "suggested" in one.tags for one in made)
    assert "Robins lay blue eggs" in asked[0]


THREE = """\
# people wrote this
questions:
  - id: one
    draft: true   # by a reader
    question: "One?"
    lang: en
    expect: [{quote: "Robins lay blue eggs"}]

  - draft: true
    id: two
    question: "Two?"
    lang: en
    expect: [{quote: "x"}]
  - id: three
    question: "Three?"
    lang: en
    draft: true
"""


def test_accepting_takes_the_mark_out_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "drafts.yaml"
    path.write_bytes(THREE.replace("\n", "\r\n").encode())
    assert [one.id for one in accept(load_drafts(tmp_path), ["one", "one"])] == ["one"]
    wanted = THREE.replace("    draft: true   # by a reader\n", "").replace("\n", "\r\n")
    assert path.read_bytes().decode() == wanted
    assert [one.id for one in load_questions(tmp_path).questions] == ["one"]


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        (["four"], "there is no draft 'four'; drafts: one, three, two"),
        (["one", "three"], r"drafts\.yaml:14: answerable, but 'expect' names no place"),
        (["two", "one"], r"drafts\.yaml:9: 'two' has no line of its own"),
    ],
)
def test_all_are_accepted_or_none(tmp_path: Path, ids: list[str], says: str) -> None:
    path = write(tmp_path, THREE, "drafts.yaml")
    with pytest.raises(QuestionFileError, match=says):
        accept(load_drafts(tmp_path), ids)
    assert path.read_text(encoding="utf-8") == THREE
    assert [one.name for one in tmp_path.iterdir()] == ["drafts.yaml"]
