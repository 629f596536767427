"""The HTML report in a real browser: offline, hostile text harmless, filter and search at work."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from evaluation_fakes import CHUNKS, QUESTIONS, FakeIndex, FakePipeline, question
from test_runner_and_reports import EVIL, evaluated, hostile

from rag.evaluation.dataset.question import QuestionSet
from rag.evaluation.regression.baseline import baseline_of
from rag.evaluation.regression.thresholds import Thresholds
from rag.evaluation.regression.verdict import judge
from rag.evaluation.reports.data import report_data
from rag.evaluation.reports.history import history_line
from rag.evaluation.reports.html import html_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MORE = QuestionSet(
    (
        *QUESTIONS.questions,
        question("ginkgo", "Which leaves has the ginkgo?", "fan-shaped leaves", kind="list"),
        question(
            "eggs-ja", "コマドリの卵は？", "Robins lay blue eggs", language="ja", split="test"
        ),
    )
)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page with all that it asks of the network and all that it complains of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
    yield page, asked, said
    context.close()


def shown(page: Page) -> list[str]:
    return [
        str(one.get_attribute("id")).removeprefix("q-")
        for one in page.locator(".question:visible").all()
    ]


def test_filter_and_search(opened: tuple[Page, list[str], list[str]], tmp_path: Path) -> None:
    page, asked, said = opened
    less = FakePipeline(FakeIndex(chunks=CHUNKS[:4]))
    found, _ = evaluated(less, MORE)
    verdict = judge(found, Thresholds(), baseline_of(evaluated(questions=MORE)[0]))
    data = report_data(found, verdict)
    path = tmp_path / "report.html"
    path.write_text(html_report(data, [history_line(data)] * 3), encoding="utf-8")
    page.goto(path.as_uri())

    assert page.locator(".verdict").inner_text().startswith("Worse: 1 question expects a place")
    assert len(shown(page)) == 7
    page.select_option("select[name=lang]", "ja")
    assert shown(page) == ["icho", "eggs-ja"]
    page.select_option("select[name=split]", "test")
    assert shown(page) == ["eggs-ja"]
    assert page.locator("#count").inner_text() == "1 of 7"
    page.click("button[type=reset]")
    page.wait_for_function("document.getElementById('count').textContent === '7 of 7'")
    page.fill("input[type=search]", "GINKGO leaves")
    assert shown(page) == ["ginkgo"]
    page.fill("input[type=search]", "コマドリ")
    assert shown(page) == ["eggs-ja"]
    page.fill("input[type=search]", "")
    page.check("input[name=failed]")
    assert shown(page) == ["icho", "eggs-ja"]
    page.select_option("select[name=reason]", "not retrieved")
    assert "icho" in shown(page)
    page.click("button[type=reset]")

    page.locator("#q-eggs summary").click()
    page.locator("#q-eggs .hits").get_by_text("Their nests hold").wait_for()
    body = page.locator("#q-eggs .body").inner_text()
    for told in ("Expected", "Answered", "Retrieved", "Their nests hold", "at rank 1"):
        assert told in body
    assert page.locator("figure svg").count() == 4
    assert asked == [path.as_uri()]
    assert said == []


def test_sections_by_language_and_answers_that_vary(
    opened: tuple[Page, list[str], list[str]], tmp_path: Path
) -> None:
    page, _, said = opened
    found, verdict = evaluated(questions=MORE)
    rows = [replace(row, outcomes=("", "false refusal", "")) if row.question.id == "oak" else row
            for row in found.rows]  # fmt: skip
    path = tmp_path / "report.html"
    data = report_data(replace(found, rows=tuple(rows)), verdict)
    path.write_text(html_report(data, [history_line(data)]), encoding="utf-8")
    page.goto(path.as_uri())
    plot = page.locator("figure", has_text="hit in 1,200 by section and language")
    told = plot.locator("circle title").all_text_contents()
    assert [line.partition(" (")[0] for line in told] == [
        "Birds, en: 1.000", "Birds, ja: 0.000", "Trees, en: 1.000", "Trees, ja: 1.000",
    ]  # fmt: skip
    assert plot.locator("circle.few").count() == 4
    page.fill("input[type=search]", "flaky")
    assert shown(page) == ["oak"]
    page.locator("#q-oak summary").click()
    assert "3 times: fine 2, false refusal 1" in page.locator("#q-oak .body").inner_text()
    page.fill("input[type=search]", "")
    tags = page.locator("details", has_text="By kind").locator("thead").first.inner_text()
    assert "false answers ↓" in tags
    assert said == []


def test_hostile_text_does_nothing(
    opened: tuple[Page, list[str], list[str]], tmp_path: Path
) -> None:
    page, asked, said = opened
    path = tmp_path / "report.html"
    path.write_text(html_report(hostile(), []), encoding="utf-8")
    page.goto(path.as_uri() + "#q-eggs")
    page.wait_for_selector("#q-eggs[open] .body")  # opened by the address
    assert (
        EVIL.replace("\x01", "").split("|")[0].strip() in page.locator("#q-eggs .body").inner_text()
    )
    assert page.evaluate("document.scripts.length") == 1
    assert asked == [path.as_uri()] or asked == [path.as_uri() + "#q-eggs"]
    assert said == []


def test_what_slips_in_can_load_nothing(
    opened: tuple[Page, list[str], list[str]], tmp_path: Path
) -> None:
    """The policy holds even where escaping would fail: an image and a script put in by hand."""
    page, _, said = opened
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        smuggled = (
            f'<img src="{address}/x.png"><script>document.title="taken"</script>'
            f'<link rel="stylesheet" href="{address}/x.css">'
        )
        whole = html_report(report_data(*evaluated()), [])
        path = tmp_path / "report.html"
        path.write_text(whole.replace("<main>", f"<main>{smuggled}"), encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        assert page.title() != "taken"
        assert len([line for line in said if "Content Security Policy" in line]) == 3
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has come
            listening.accept()


def test_both_colour_schemes_and_a_phone_are_legible(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(html_report(report_data(*evaluated(questions=MORE)), []), encoding="utf-8")
    papers = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(path.as_uri())
        papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        names = page.locator("tbody th").all()
        assert names
        assert all(one.bounding_box()["height"] < 90 for one in names)  # type: ignore[index]
        context.close()
    assert len(papers) == 2
