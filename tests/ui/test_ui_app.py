"""The whole page as Streamlit runs it, without a browser: what is drawn and what clicks do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui_fakes import FakePipeline, answer

import ui.state.backend
from rag.errors import IndexBroken, IndexMissing, ShioriError
from rag.settings import Settings
from rag.storage.feedback import read_feedback
from ui.i18n.locale import ENGLISH, JAPANESE
from ui.state.backend import backend

SCRIPT = Path(__file__).resolve().parents[2] / "ui" / "app.py"


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture
def at(pipeline: FakePipeline) -> AppTest:
    """The page with everything loaded."""
    backend()
    wait_until(lambda: backend().ready)
    return AppTest.from_file(str(SCRIPT), default_timeout=30).run()


def ask(at: AppTest, question: str) -> AppTest:
    return at.chat_input[0].set_value(question).run()


def click(at: AppTest, start: str) -> AppTest:
    return next(button for button in at.button if button.label.startswith(start)).click().run()


def test_the_empty_page_offers_questions_about_the_notes(at: AppTest) -> None:
    assert not at.exception
    assert ENGLISH.tagline in html(at)
    examples = [label for label in labels(at) if label.endswith("?")]
    assert examples and any("道具" in label or "Watering" in label for label in examples)


def test_a_typed_question_is_answered_with_its_sources(at: AppTest) -> None:
    ask(at, "How do we water?")
    assert not at.exception
    page = html(at)
    assert "How do we water?" in page
    assert "<mark>tomatoes need more than beans</mark>" in page
    assert ENGLISH.sources in page
    assert ENGLISH.tagline not in page


def test_a_long_conversation_is_drawn_from_its_end(at: AppTest) -> None:
    ask(at, "How do we water?")
    history = backend().history
    conversation = history.conversations("a" * 32)[0].id
    for number in range(200):
        history.add(conversation, f"t{number}", answer(question=f"Number {number}?"), 1.0 + number)
    at.run()
    assert not at.exception
    assert html(at).count('class="shiori-question"') == 20
    assert "Number 199?" in html(at) or "How do we water?" in html(at)
    click(at, ENGLISH.earlier.format(count=181).split("(")[0])
    assert html(at).count('class="shiori-question"') == 40
    assert ENGLISH.earlier.format(count=161) in " ".join(labels(at))


def test_an_answer_done_while_the_page_is_drawn_is_shown(
    at: AppTest, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history may be read just before an answer is put there, and the job looked at after."""
    shared = backend()
    read = shared.history.exchanges

    def read_then_wait(reader: str, conversation: str) -> object:
        found, job = read(reader, conversation), shared.jobs.of(conversation)
        if job and not job.now.done:
            pipeline.gate.set()
            wait_until(lambda: job.now.done)
        return found

    monkeypatch.setattr(shared.history, "exchanges", read_then_wait)
    ask(at, "slow: How do we water?")
    assert ENGLISH.stopped_before not in html(at)
    assert ENGLISH.sources in html(at)


def test_an_example_is_asked_by_a_click(at: AppTest, pipeline: FakePipeline) -> None:
    example = next(label for label in labels(at) if label.endswith("?"))
    click(at, example)
    assert not at.exception
    assert pipeline.asked[0][0].rstrip("?") in example.replace("\\", "")
    assert "shiori-answer" in html(at)


def test_a_follow_up_carries_what_was_said(at: AppTest, pipeline: FakePipeline) -> None:
    ask(ask(at, "first question"), "and then?")
    question, history, filters, model = pipeline.asked[-1]
    assert question == "and then?"
    assert [turn.question for turn in history] == ["first question"]
    assert (filters, model) == (None, None)


def test_the_searched_question_notice_and_checks_are_shown(at: AppTest) -> None:
    ask(at, "what does the model say?")
    page = html(at)
    assert "Searched for: What about beans?" in page
    assert "openai:x took too long." in page
    assert "Made up." in page and "not supported: number" in page


def test_a_refusal_offers_the_nearest_topics(at: AppTest, pipeline: FakePipeline) -> None:
    ask(at, "what about the weather?")
    assert ENGLISH.nearest_topics in html(at)
    click(at, "道具")
    assert pipeline.asked[-1][0] == ENGLISH.topic_question.format(topic="道具")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("too long", "The question is longer than 20,000 characters."),
        ("boom", "the log of the server says what"),
    ],
)
def test_an_error_is_one_line_and_can_be_tried_again(
    at: AppTest, pipeline: FakePipeline, question: str, words: str
) -> None:
    ask(at, question)
    assert not at.exception
    assert words in html(at)
    assert "secret" not in html(at) and "Traceback" not in html(at)
    click(at, ENGLISH.try_again)
    assert [asked[0] for asked in pipeline.asked] == [question, question]


def test_an_empty_question_is_not_asked(at: AppTest, pipeline: FakePipeline) -> None:
    ask(at, "   ")
    assert pipeline.asked == []
    assert ENGLISH.tagline in html(at)


def test_thumbs_become_feedback(at: AppTest, settings: Settings) -> None:
    ask(at, "How do we water?")
    at.feedback[0].set_value(0).run()
    assert ENGLISH.verdict_thanks in html(at)
    at.text_input[0].set_value("The hose").run()
    (found,) = read_feedback(settings.data_dir)
    assert (found.verdict, found.comment) == ("down", "The hose")
    assert found.answer.hits and found.answer.question == "How do we water?"
    at.feedback[0].set_value(1).run()
    assert [one.verdict for one in read_feedback(settings.data_dir)] == ["up"]
    assert not at.text_input


def test_feedback_that_cannot_be_kept_is_said(at: AppTest, settings: Settings) -> None:
    ask(at, "How do we water?")
    (settings.data_dir / "feedback.jsonl").mkdir()
    at.feedback[0].set_value(1).run()
    assert not at.exception
    assert "feedback" in at.toast[0].value
    assert ENGLISH.verdict_thanks not in html(at)


def test_conversations_are_kept_opened_and_deleted(at: AppTest, settings: Settings) -> None:
    ask(at, "first question")
    at.feedback[0].set_value(1).run()
    click(at, ENGLISH.new_conversation)
    assert ENGLISH.tagline in html(at)
    ask(at, "second question")
    click(at, "first question")
    assert "first question" in html(at) and "second question" not in html(at)
    delete = next(button for button in at.button if (button.key or "").startswith("delete-"))
    delete.click().run()
    assert "first question" not in labels(at) and "second question" in labels(at)
    assert read_feedback(settings.data_dir) == []


def test_the_conversation_of_another_is_not_opened_and_not_added_to(
    pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend().load()
    first = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    ask(first, "a private question")
    name = str(first.query_params["c"])
    monkeypatch.setattr(ui.state.session, "_reader", lambda: "b" * 32)
    second = AppTest.from_file(str(SCRIPT), default_timeout=30)
    second.query_params["c"] = name
    second.run()
    assert "a private question" not in html(second) and ENGLISH.tagline in html(second)
    ask(second, "mine")
    assert len(backend().history.exchanges("a" * 32, name)) == 1


def test_a_history_that_cannot_be_kept_is_said(pipeline: FakePipeline, settings: Settings) -> None:
    (settings.data_dir / "chat.sqlite3").mkdir(parents=True)
    at = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    assert "chat\\.sqlite3" in at.caption[0].value
    ask(at, "How do we water?")
    assert "shiori-answer" in html(at)


def test_the_interface_speaks_japanese(pipeline: FakePipeline) -> None:
    backend()
    wait_until(lambda: backend().ready)
    at = AppTest.from_file(str(SCRIPT), default_timeout=30)
    at.query_params["lang"] = "ja"
    at.run()
    assert JAPANESE.tagline in html(at)
    assert any(label.startswith("「") for label in labels(at))
    at.button_group[0].set_value("en").run()
    assert ENGLISH.tagline in html(at)


def test_while_models_load_one_can_type_and_is_told_what_for(pipeline: FakePipeline) -> None:
    pipeline.loading.clear()
    backend()
    wait_until(lambda: pipeline.state == "loading")
    at = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    assert "loading the index" in html(at) and ENGLISH.type_already in html(at)
    assert not at.chat_input[0].disabled
    pipeline.loading.set()
    ask(at, "How do we water?")
    assert "shiori-answer" in html(at)


def test_without_an_index_the_page_names_the_command(pipeline: FakePipeline) -> None:
    pipeline.load_error = IndexMissing("There is no index.")
    backend()
    wait_until(lambda: backend().needs_index)
    at = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    assert ENGLISH.index_missing in html(at)
    assert at.code[0].value == "python -m ingest"
    assert ENGLISH.index_now in labels(at)
    ask(at, "How do we water?")
    assert "There is no index." in html(at)


def test_an_error_that_no_ingest_helps_can_be_tried_again(pipeline: FakePipeline) -> None:
    pipeline.load_error = ShioriError("The weights are damaged.")
    backend()
    wait_until(lambda: backend().error is not None)
    at = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    assert "The weights are damaged." in html(at) and not at.code
    pipeline.load_error = None
    click(at, ENGLISH.try_again)
    wait_until(lambda: backend().ready)
    assert "The weights are damaged." not in html(at.run())


def test_models_and_filters_can_be_chosen(at: AppTest, pipeline: FakePipeline) -> None:
    pipeline.models = ("extractive", "openai:x")
    at.run()
    at.selectbox[0].set_value("openai:x").run()
    at.multiselect[0].set_value(["garden.md"]).run()
    ask(at, "How do we water?")
    _, _, filters, model = pipeline.asked[-1]
    assert model == "openai:x"
    assert filters.sources == ("garden.md",)  # type: ignore[attr-defined]
    assert filters.kinds == ()  # type: ignore[attr-defined]


def test_one_model_is_nothing_to_choose(at: AppTest) -> None:
    assert not at.selectbox


def test_settings_that_are_wrong_are_one_line(
    pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.state.backend, "_CHOSEN", ui.state.backend._Chosen())
    monkeypatch.setenv("SEARCH_K", "many")
    at = AppTest.from_file(str(SCRIPT), default_timeout=30).run()
    assert not at.exception
    assert "SEARCH_K" in html(at)


def test_feedback_rows_are_json_that_others_can_read(at: AppTest, settings: Settings) -> None:
    ask(at, "水やりは？")
    at.feedback[0].set_value(0).run()
    line = (settings.data_dir / "feedback.jsonl").read_text(encoding="utf-8")
    row = json.loads(line)
    assert "水やりは？" in line
    assert row["answer"]["hits"][0]["chunk"]["source"] == "garden.md"
    assert row["time"].endswith("+00:00")


def test_the_page_says_that_an_older_index_serves(at: AppTest, pipeline: FakePipeline) -> None:
    pipeline.index_problem = "Generation '\u202eg2' <b>is damaged."
    at.run()
    told = html(at)
    assert ENGLISH.older_index.partition("{")[0] in told
    assert "⟨U+202E⟩g2" in told
    assert "<b>is" not in told
    pipeline.index_problem = ""
    at.run()
    assert ENGLISH.older_index.partition("{")[0] not in html(at)


def test_an_index_that_breaks_is_told_and_one_that_comes_is_taken(
    at: AppTest, pipeline: FakePipeline, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise IndexBroken("The index is damaged.")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "index", broken)
        at.run()
        assert "The index is damaged." in html(at)
        assert ENGLISH.index_now in labels(at)
    at.run()
    assert "The index is damaged." in html(at)  # nothing has changed yet
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "CURRENT").write_text("g2", encoding="utf-8")
    at.run()
    wait_until(lambda: backend().ready)
    assert "The index is damaged." not in html(at.run())
