"""Where text becomes a number, length and value are bounded; a bad row costs itself alone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import typer

from ingest.fetch.robots import Robots
from rag.cli.batch import run_batch
from rag.cli.questions import _ranks
from rag.errors import BaselineError, IndexMissing, SettingsError, ShioriError, UsageError
from rag.evaluation.metrics.llm_judge import parsed_json
from rag.evaluation.regression.baseline import load_baseline
from rag.evaluation.regression.thresholds import load_thresholds
from rag.evaluation.reports.history import HISTORY_FILE, read_history
from rag.index.model import Manifest
from rag.llm.chat_model import _State
from rag.llm.errors import _retry_after
from rag.locators import at_second
from rag.logs import no_trace
from rag.settings import load_settings
from rag.storage.link_ledger import LEDGER_FILE, read_ledger
from rag.text.numbers import count_of, number_of, seconds_of
from rag.text.quantities import figures, missing_figures
from ui.components.cited_passage import clock

LONG = 20_000
NINES = "9" * LONG
WRITTEN = {
    "dots": ".".join(["1"] * LONG),
    "digits": NINES,
    "fraction": f"0.{NINES}",
    "a unit": f"{NINES} EB",
    "a scale": f"{NINES} trillion",
    "money": f"${NINES}",
    "thousands": "999" + ",999" * LONG,
    "kanji digits": "九" * LONG + "個",
    "kanji places": "千万億兆" * LONG + "円",
    "a round number": "数" + "億兆" * LONG,
    "full width": "９" * LONG,
    "superscripts": "x" + "²" * LONG,
    "another script": "٣" * LONG,
    "version": "v" + ".".join(["20"] * LONG),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_figure_of_any_length_is_read_and_finite(text: str) -> None:
    assert all(math.isfinite(figure.value) for figure in figures(text))
    assert missing_figures(text, text) == ()


@pytest.mark.parametrize("text", [f"It holds {'7' * 400} rows.", f"Version {'7.' * 400}7 is out."])
def test_a_long_figure_that_the_source_lacks_is_still_missed(text: str) -> None:
    assert missing_figures(text, "It holds 12 rows. Version 3.1.4 is out.")


def test_short_figures_are_what_they_were() -> None:
    assert number_of("1234.5") == 1234.5
    assert count_of(7) == 7
    assert (seconds_of(83.9), clock(3723.0)) == (83, "1:02:03")


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e300, -5.0])
def test_a_time_that_no_video_has(value: float) -> None:
    assert clock(value) == "0:00"
    assert at_second("https://example.com/v", value).endswith("t=0s")


@pytest.mark.parametrize("count", [math.inf, math.nan, -3, "many", None, True, 10**400, [1]])
def test_tokens_that_a_server_cannot_have_counted(count: Any) -> None:
    state = _State(0.0)
    chunk = SimpleNamespace(
        usage_metadata={"input_tokens": count, "output_tokens": 3}, response_metadata={}, text="a"
    )
    state.take(chunk)
    assert state.tokens["output"] == 3
    assert 0 <= state.tokens.get("input", 0) <= 10**12


@pytest.mark.parametrize("value", ["9" * 400, "Mon, 01 Jan 9999999999999999999999 00:00:00 GMT"])
def test_a_wait_that_a_server_cannot_mean(value: str) -> None:
    error = Exception("busy")
    error.response = SimpleNamespace(headers={"retry-after": value})  # type: ignore[attr-defined]
    wait = _retry_after(error)
    assert wait is None or wait > 1000


@pytest.mark.parametrize("asked", ["nan", "inf", "-1", "1e999", "9" * 5000])
def test_a_crawl_delay_is_bounded(asked: str) -> None:
    robots = Robots("Shiori", lambda _: f"User-agent: *\nCrawl-delay: {asked}\n")
    target = SimpleNamespace(origin="https://a.example", host="a.example")
    delay = robots.delay(cast(Any, target))
    assert delay is None or 0 <= delay <= 10


@pytest.mark.parametrize("said", ["9" * 5000, "1," + "3" * 9])
def test_a_rank_too_long_is_wrong_usage(said: str) -> None:
    with pytest.raises(UsageError, match="no list of ranks"):
        _ranks(said)


@pytest.mark.parametrize("price", ["1.1.1/2", "./.", "1/", f"{NINES}/1", "1/1.2.3"])
def test_a_price_that_is_no_number(price: str) -> None:
    with pytest.raises(SettingsError, match="LLM_PRICE"):
        load_settings(llm_price=price)


@pytest.mark.parametrize("port", ["9" * 5000, "1e999", "nan"])
def test_a_setting_that_is_no_number_of_its_kind(port: str) -> None:
    with pytest.raises(SettingsError, match="UI_PORT") as told:
        load_settings(ui_port=port)
    assert len(str(told.value)) < 600


JSON_NUMBERS = ["9" * 5000, "1e999", "NaN", "9" * 400, "[" * 5000]


@pytest.mark.parametrize("number", JSON_NUMBERS)
def test_files_of_ours_that_hold_such_a_number(tmp_path: Path, number: str) -> None:
    ledger = f'{{"url": "a", "canonical": "a", "kind": "page", "status": "ok", "linked_from": [{{"source": "a", "line": {number}, "path": []}}]}}'  # noqa: E501
    (tmp_path / LEDGER_FILE).write_text(ledger)
    with pytest.raises(ShioriError, match="line 1") if number != "9" * 400 else no_trace():
        read_ledger(tmp_path)
    before = (
        '{"format": 1, "embedding": "", "answerer": "", "question_set": "", "split": "", '
        f'"sources": {{}}, "means": {{}}, "questions": {{"a": {{"digest": "", "figures": {{"mrr_10": {number}}}}}}}}}'  # noqa: E501
    )
    for form in range(1, 10):
        baseline = tmp_path / "baseline.json"
        baseline.write_text(before.replace('"format": 1', f'"format": {form}'))
        with pytest.raises(BaselineError):
            load_baseline(baseline)
    (tmp_path / HISTORY_FILE).write_text(f'{{"created": {number}, "means": {{}}}}\n')
    assert isinstance(read_history(tmp_path), list)


@pytest.mark.parametrize("count", ["1e999", "NaN", "9" * 5000, '"many"', "[" * 5000, "null"])
def test_a_manifest_that_holds_such_a_number(count: str) -> None:
    text = f'{{"fingerprint": {{}}, "created": "", "sources": {{}}, "chunks": {count}}}'
    with pytest.raises(ValueError, match=r".+"):
        Manifest.from_json(text)


@pytest.mark.parametrize("value", [NINES, "2024-99-99", "0x" + "f" * 5, "1e999", ".nan"])
def test_thresholds_that_hold_such_a_number(tmp_path: Path, value: str) -> None:
    for name, text in (
        ("thresholds.yaml", f"confidence: {value}\n"),
        ("a.toml", f"[tool.shiori.evaluation]\nconfidence = {value}\n"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(BaselineError):
            load_thresholds(tmp_path / name, tmp_path, tmp_path)


def test_a_reply_with_a_number_too_long_is_no_json() -> None:
    assert parsed_json('{"score": ' + "9" * 5000 + "}") is None


BAD_LINES = {
    "no text": b'{"question": 5}',
    "no JSON": b"{",
    "no UTF-8": b'{"question": "\xff"}',
    "a list": b"[1]",
    "a number too long": b'{"question": "a", "id": ' + b"9" * 5000 + b"}",
    "a number too large": b'{"question": "a", "id": 1e999}',
    "no number": b'{"question": "a", "id": NaN}',
    "depth": b'{"question": "a", "id": ' + b"[" * 900 + b"]" * 900 + b"}",
    "more depth": b"[" * 100_000,
    "a history of numbers": b'{"question": "a", "history": [5]}',
    "what nobody thought of": b'{"question": "overflow"}',
    "more of it": b'{"question": "deep"}',
}


def _answer(question: str, history: list[Any]) -> dict[str, Any]:
    if question == "overflow":
        float(10**400)
    if question == "deep":
        raise RecursionError
    return {"question": question, "hits": []}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_costs_its_own_row(
    bad: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b'{"question": "before", "id": 1}\n' + bad + b'\n{"question": "after"}\n')
    with pytest.raises(typer.Exit) as done:
        run_batch(str(file), None, _answer, {"hits": []})
    said = capsys.readouterr()
    first, second, third = map(json.loads, said.out.splitlines())
    assert (done.value.exit_code, first, third["question"]) == (
        1,
        {"id": 1, "question": "before", "hits": []},
        "after",
    )
    assert second["error"]
    assert "Traceback" not in said.err
    assert "1 of 3 lines" in said.err


def test_what_no_line_can_be_answered_without_ends_the_batch(tmp_path: Path) -> None:
    def missing(question: str, history: list[Any]) -> dict[str, Any]:
        raise IndexMissing("none")

    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "a"}\n')
    with pytest.raises(IndexMissing):
        run_batch(str(file), None, missing, {})


def test_an_error_nobody_thought_of_is_a_line_without_what_it_held(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended, no_trace():
        raise OverflowError("a secret of the notes")
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "OverflowError" in said
    assert "test_numbers.py" in said
    assert "secret" not in said
    assert "Traceback" not in said
