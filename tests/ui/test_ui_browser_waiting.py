"""What a reader sees while something takes its time: loading, writing, stopping, no index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import ui_servers
from ui_servers import serve

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCRIPT = str(Path(ui_servers.__file__).with_name("ui_fake_server.py"))
Open = Callable[..., None]


@pytest.fixture
def start(page: Page, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a server of its own that is told how to behave."""
    with ExitStack() as stack:

        def open_page(*options: str, ready: bool = True) -> None:
            command = [SCRIPT, "--data", str(tmp_path), *options]
            page.goto(stack.enter_context(serve(command, tmp_path / "server.log", ready=ready)))

        yield open_page


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that answers, and the file that lets a slow answer go on."""
    data = tmp_path_factory.mktemp("shared")
    with serve([SCRIPT, "--data", str(data)], data / "server.log") as address:
        yield address, data / "write"


@pytest.fixture
def go_on(page: Page, shared: tuple[str, Path]) -> Iterator[Path]:
    """The page of the shared server; touch the file and slow answers go on."""
    address, sign = shared
    sign.unlink(missing_ok=True)
    page.goto(address)
    yield sign
    sign.touch()


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_one_types_while_models_load_and_is_told_what_for(
    page: Page, start: Open, tmp_path: Path
) -> None:
    start("--slow-start", ready=False)
    page.get_by_text("Getting ready: loading the index").wait_for()
    ask(page, "How do we water?")
    page.get_by_text("Your question waits until the index is loaded").wait_for()
    (tmp_path / "go").touch()
    page.locator(".shiori-answer mark, .shiori-made-by").first.wait_for()
    assert page.locator(".shiori-answer").count() == 1


def test_the_page_comes_alive_by_itself_when_models_are_there(
    page: Page, start: Open, tmp_path: Path
) -> None:
    start("--slow-start", ready=False)
    page.get_by_text("Getting ready").wait_for()
    (tmp_path / "go").touch()
    page.locator(".st-key-examples").wait_for()


def test_an_answer_is_stopped_by_the_button_of_the_input(page: Page, go_on: Path) -> None:
    ask(page, "slow question")
    page.locator(".shiori-growing p").first.wait_for()
    page.get_by_test_id("stChatInputStopButton").click()
    page.get_by_text("only the beginning of the answer").first.wait_for()
    page.get_by_text("Did this help?").wait_for()
    assert "tomatoes need" not in page.locator(".shiori-answer").inner_text()


def test_an_answer_goes_on_over_a_reload(page: Page, go_on: Path) -> None:
    ask(page, "slow question")
    page.locator(".shiori-growing p").first.wait_for()
    page.reload()
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop").wait_for()
    assert page.locator(".shiori-growing p").first.is_visible()
    go_on.touch()
    page.locator(".shiori-made-by").wait_for()
    assert "tomatoes need more than beans" in page.locator(".shiori-answer").inner_text()


def test_a_click_elsewhere_does_not_end_an_answer(page: Page, go_on: Path) -> None:
    ask(page, "slow question")
    page.locator(".shiori-growing p").first.wait_for()
    page.get_by_role("link", name="Library").click()
    page.locator(".shiori-list").first.wait_for()
    go_on.touch()
    page.get_by_role("link", name="Chat").click()
    page.locator(".shiori-made-by").wait_for()
    assert "tomatoes need more than beans" in page.locator(".shiori-answer").inner_text()


def test_without_an_index_the_command_is_shown(page: Page, start: Open) -> None:
    start("--no-index", ready=False)
    page.get_by_text("Nothing is indexed yet").wait_for()
    page.get_by_text("python -m ingest").wait_for()
    ask(page, "How do we water?")
    page.get_by_role("alert").get_by_text("There is no index yet.").wait_for()
    assert "Traceback" not in page.content()


def test_a_first_visit_may_be_to_any_page(page: Page, start: Open) -> None:
    """Streamlit would serve the file of a page by itself before the frame has run once."""
    start()
    page.goto(page.url.rstrip("/") + "/onboarding")
    page.locator(".shiori-topic").wait_for()


def test_an_error_is_one_line(page: Page, go_on: Path) -> None:
    ask(page, "boom")
    page.get_by_role("alert").wait_for()
    assert "a secret detail" not in page.content()


def test_an_answer_asked_by_a_click_is_stopped_by_a_button(page: Page, go_on: Path) -> None:
    ask(page, "slow question")
    page.locator(".shiori-growing p").first.wait_for()
    page.reload()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("only the beginning of the answer").first.wait_for()
    page.get_by_text("Did this help?").wait_for()


def test_the_window_is_called_shiori(page: Page, go_on: Path) -> None:
    page.get_by_test_id("stChatInputTextArea").wait_for()
    assert "Shiori" in page.title()


REPORT = """<!doctype html><title>r</title><p id="said">quiet</p><script>
let said = "ran alone";
try { said = parent.document.title; } catch { }
document.getElementById("said").textContent = said;
fetch("/healthz").then(() => { document.getElementById("said").textContent = "reached out"; });
</script>"""


def test_the_report_runs_in_the_page_and_can_reach_nothing(
    page: Page, shared: tuple[str, Path]
) -> None:
    address, sign = shared
    folder = sign.parent / "reports" / "latest"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(REPORT, encoding="utf-8")
    page.goto(f"{address}/quality")
    frame = page.frame_locator("iframe")
    frame.get_by_text("ran alone").wait_for()
    page.wait_for_timeout(300)
    assert frame.locator("#said").inner_text() == "ran alone"
