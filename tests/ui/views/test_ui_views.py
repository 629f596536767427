"""The pages beside the chat: the walk through the topics, the library, the quality."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui_fakes import FakePipeline

from rag.errors import IndexMissing
from rag.settings import Settings
from rag.storage.link_ledger import LEDGER_FILE
from ui.i18n.locale import ENGLISH
from ui.state.backend import backend


def onboarding_page() -> None:
    from ui.views import onboarding

    onboarding.show()


def library_page() -> None:
    from ui.views import library

    library.show()


def quality_page() -> None:
    from ui.views import quality

    quality.show()


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def click(at: AppTest, key: str) -> AppTest:
    return at.button(key=key).click().run()


@pytest.fixture
def ready(pipeline: FakePipeline) -> FakePipeline:
    backend().load()
    return pipeline


def test_one_walks_through_the_topics(ready: FakePipeline) -> None:
    at = AppTest.from_function(onboarding_page, default_timeout=30).run()
    assert not at.exception
    assert "<h2>Garden</h2>" in html(at) and "tomatoes need more than beans" in html(at)
    assert at.selectbox[0].label == "Topic 1 of 2"
    assert at.button(key="back").disabled
    click(at, "on")
    assert "<h2>道具</h2>" in html(at) and "じょうろ" in html(at)
    assert at.button(key="on").disabled
    at.selectbox[0].set_value(0).run()
    assert "<h2>Garden</h2>" in html(at)


def test_without_notes_there_are_no_topics(
    ready: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui_fakes import FakeIndex

    monkeypatch.setattr(ready, "index", lambda: FakeIndex((), {}, "empty"))
    at = AppTest.from_function(onboarding_page, default_timeout=30).run()
    assert not at.exception
    assert ENGLISH.no_topics in html(at)


@pytest.mark.parametrize("page", [onboarding_page, library_page])
def test_without_an_index_other_pages_say_so_too(page: object, pipeline: FakePipeline) -> None:
    pipeline.load_error = IndexMissing("There is no index.")
    with pytest.raises(IndexMissing):
        backend().load()
    at = AppTest.from_function(page, default_timeout=30).run()  # type: ignore[arg-type]
    assert not at.exception
    assert ENGLISH.index_missing in html(at)


def test_the_library_lists_sources_and_finds_them(ready: FakePipeline) -> None:
    at = AppTest.from_function(library_page, default_timeout=30).run()
    assert not at.exception
    assert "garden.md · Note · passages: 2" in html(at)
    assert 'href="https://garden.example/watering"' in html(at)
    assert "2024-05-01" in html(at)
    at.text_input[0].set_value("HOW water").run()
    assert "How to water" in html(at) and "garden.md · Note" not in html(at)
    at.text_input[0].set_value("<nothing>").run()
    assert "Nothing in the list matches “&lt;nothing&gt;”." in html(at)


def write_ledger(settings: Settings, *rows: dict[str, object]) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (settings.data_dir / LEDGER_FILE).write_text(lines, encoding="utf-8")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/%E6%9C%AC/", "a.example/本"),
        ("https://a.example/x?page=2", "a.example/x?page=2"),
        ("https://a.example/" + "long-" * 30 + "end.pdf", "a.example/l…"),
        ("https://a.example/%E2%80%AEgpj.exe", "a.example/%E2%80%AEgpj.exe"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_an_address_is_short_enough_to_read(url: str, shown: str) -> None:
    from ui.views.library import short_url

    assert short_url(url).startswith(shown)
    assert len(short_url(url)) <= 72
    assert short_url(url).endswith(shown[-6:]) or short_url(url).endswith("end.pdf")


def test_a_reason_known_in_japanese_is_told_in_japanese() -> None:
    from rag.storage.link_ledger import LedgerRow
    from ui.i18n.locale import JAPANESE
    from ui.views.library import _link_row

    row = LedgerRow("https://a.example/x", "", "image", "unsupported_type", "It is an image.")
    assert "画像です。" in _link_row(row, JAPANESE) and "image" not in _link_row(row, JAPANESE)
    assert "It is an image." in _link_row(row, ENGLISH)


def test_the_library_says_what_became_of_every_link(
    ready: FakePipeline, settings: Settings
) -> None:
    where = [{"source": "garden.md", "line": 3, "path": ["Garden"], "text": "x"}]
    common = {"kind": "page", "linked_from": where}
    good, bad = "https://a.example/", "javascript:alert(1)"
    write_ledger(
        settings,
        {"url": good, "canonical": good, "status": "ok", **common},
        {"url": bad, "canonical": bad, "status": "not_found", "reason": "<b>404</b>", **common},
    )
    at = AppTest.from_function(library_page, default_timeout=30).run()
    page = html(at)
    assert "1 read, 1 failed, 0 left out" in page
    assert 'href="https://a.example/"' in page and 'href="javascript' not in page
    assert "&lt;b&gt;404&lt;/b&gt; · Linked from Garden (garden.md, line 3)" in page
    at.text_input[0].set_value("not found").run()
    assert "javascript:alert(1)" in html(at) and "https://a.example/" not in html(at)


def test_a_damaged_ledger_is_one_line(ready: FakePipeline, settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / LEDGER_FILE).write_text("{\n", encoding="utf-8")
    at = AppTest.from_function(library_page, default_timeout=30).run()
    assert not at.exception
    assert "line 1" in html(at)


def test_an_ingest_is_started_and_followed(
    ready: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from ui.state.programs import IngestProgram

    code = "import sys; print('reading', file=sys.stderr); print('{\"chunks\": 5}')"
    monkeypatch.setattr(backend(), "ingest", IngestProgram([sys.executable, "-c", code]))
    at = AppTest.from_function(library_page, default_timeout=30).run()
    click(at, "ingest")
    limit = time.monotonic() + 20
    while ENGLISH.update_done.partition("{")[0] not in html(at):
        assert time.monotonic() < limit
        at.run()
    assert "s: 5 passages" in html(at)


def test_an_ingest_that_fails_shows_its_last_lines(
    ready: FakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from ui.state.programs import IngestProgram

    code = "import sys; print('no room left', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(backend(), "ingest", IngestProgram([sys.executable, "-c", code]))
    backend().ingest.start()
    limit = time.monotonic() + 20
    while backend().ingest.progress is None or backend().ingest.progress.running:
        assert time.monotonic() < limit
        time.sleep(0.01)
    at = AppTest.from_function(library_page, default_timeout=30).run()
    assert at.code[0].value == "no room left"
    assert ENGLISH.update_failed in html(at)


def test_before_an_evaluation_the_command_is_named(ready: FakePipeline) -> None:
    at = AppTest.from_function(quality_page, default_timeout=30).run()
    assert not at.exception
    assert "<code>make eval</code>" in html(at)


@pytest.mark.parametrize("served", [True, False])
def test_the_last_report_is_shown(ready: FakePipeline, settings: Settings, served: bool) -> None:
    folder = settings.data_dir / "reports" / "latest"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<h1>x</h1>", encoding="utf-8")
    (folder / "report.json").write_text('{"verdict": {"line": "As <good> as"}}', encoding="utf-8")
    backend().serves_reports = served
    at = AppTest.from_function(quality_page, default_timeout=30).run()
    assert not at.exception
    assert "As &lt;good&gt; as" in html(at)
    assert ('href="/reports/latest' in html(at)) is served
    assert (str(Path(folder / "report.html")) in html(at)) is not served
