from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from fault_server import DONE, Reply, chunk, error, serve, streamed
from llm_fixtures import Extractive, WordVectors, passage, request

import rag.llm.budget
import rag.llm.chat_model
import rag.llm.providers
from rag.answering.base import Draft
from rag.answering.factory import build_answerers
from rag.answering.generative import GenerativeAnswerer
from rag.answering.messages import sentence_lines
from rag.errors import SettingsError
from rag.llm.chat_model import load_chat_model
from rag.settings import load_settings
from rag.types import Delta, Language, Sentence
from rag.verification.verifier import Verifier

KEY = "sk-fault-1234567890abcdef"
GOOD = "CloudFormationがGitとの同期をサポート[1]。"
CHUNKS = [passage("107-109"), passage("160-160")]


@dataclass
class Ran:
    draft: Draft
    text: str
    seconds: float
    calls: int
    logs: list[Any]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., Ran]:
    monkeypatch.setattr(rag.llm.chat_model, "_BACKOFF", 0.02)
    caplog.set_level(logging.DEBUG)

    def ask(
        script: Callable[[int, dict[str, Any]], Reply],
        timeout: float = 30,
        language: Language = "ja",
        url: str = "",
    ) -> Ran:
        with serve(script) as server, structlog.testing.capture_logs() as logs:
            settings = load_settings(
                llm_base_url=url or server.url, openai_api_key=KEY, llm_timeout=timeout
            )
            model = load_chat_model("openai:m", settings)
            answerer = GenerativeAnswerer(
                {"openai:m": lambda: model}, Verifier(WordVectors()), Extractive()
            )
            question = "CloudFormationは何をサポートしましたか？"
            started = time.monotonic()
            items = list(answerer.answer(request(question, CHUNKS, language)))
            seconds = time.monotonic() - started
            calls = len(server.requests)
        draft = items[-1]
        assert isinstance(draft, Draft)
        text = "".join(item.text for item in items[:-1] if isinstance(item, Delta))
        assert text == draft.text
        told = capfd.readouterr()
        everything = [draft.notice, str(logs), caplog.text, told.out, told.err]
        assert not any(KEY in place for place in everything)
        assert not any("Traceback" in place for place in everything)
        assert "\n" not in draft.notice
        return Ran(draft, text, seconds, calls, logs)

    return ask


def always(reply: Reply) -> Callable[[int, dict[str, Any]], Reply]:
    return lambda number, body: reply


def first(reply: Reply) -> Callable[[int, dict[str, Any]], Reply]:
    """One fault, then a good answer."""
    return lambda number, body: reply if number == 1 else streamed(GOOD)


SOON = format_datetime(datetime.now(UTC) + timedelta(seconds=-5), usegmt=True)
HTML = Reply(200, {"Content-Type": "text/html"}, "<html><body>It works</body></html>")

RECOVERS = {
    "429 with Retry-After": error(429, "slow down", {"Retry-After": "0.1"}),
    "429 with a date": error(429, "slow down", {"Retry-After": SOON}),
    "429 without Retry-After": error(429, "slow down"),
    "429 with nonsense in Retry-After": error(429, "slow down", {"Retry-After": "soon"}),
    "500": error(500, "oops"),
    "502 with HTML": Reply(502, {"Content-Type": "text/html"}, "<h1>Bad gateway</h1>"),
    "empty once": streamed(""),
    "dropped before the first token": Reply(events=[": wait\n\n"], reset=True),
}


@pytest.mark.parametrize("name", RECOVERS)
def test_a_passing_fault_is_tried_again(run: Callable[..., Ran], name: str) -> None:
    ran = run(first(RECOVERS[name]))
    assert ran.draft.model == "openai:m"
    assert ran.text == "CloudFormationがGitとの同期をサポート。[1]"
    assert ran.draft.notice == ""
    assert ran.calls == 2
    assert ran.draft.tokens == {"input": 120, "output": 30}
    assert ran.draft.seconds["first_token"] > 0


FAILS = {
    "429 for ever": (error(429, "slow down"), 3, "混み合って"),
    "429 for an hour": (error(429, "slow down", {"Retry-After": "3600"}), 1, "混み合って"),
    "quota": (error(429, f"insufficient_quota for {KEY}"), 1, "APIキー"),
    "503 for ever": (error(503, "down"), 3, "障害"),
    "refused key": (error(401, f"Incorrect API key provided: {KEY}"), 1, "APIキー"),
    "forbidden": (error(403, "no"), 1, "APIキー"),
    "no such model": (error(404, "The model `m` does not exist"), 1, "モデルがありません"),
    "context": (error(400, "maximum context length is 10 tokens"), 1, "長さを超え"),
    "bad request": (error(400, "temperature is not supported"), 1, "受け付けられません"),
    "empty": (streamed(""), 3, "空の応答"),
    "malformed JSON": (Reply(200, {}, '{"choices": [{"mess'), 3, "形式が不正"),
    "malformed events": (Reply(events=["data: {oops\n\n", DONE]), 3, "形式が不正"),
    "a web page": (HTML, 3, ""),
    "an error in the stream": (Reply(events=['data: {"error": {"message": "boom"}}\n\n']), 3, ""),
    "filtered": (Reply(events=[chunk(finish="content_filter"), DONE]), 1, "控え"),
    "another language": (
        streamed("CloudFormation can now be synchronised with Git [1]."),
        1,
        "別の言語",
    ),
    "only a citation": (streamed("[1]"), 1, "確認できません"),
    "a forged citation": (
        streamed("CloudFormationがGitとの同期をサポート[9]。"),
        1,
        "確認できません",
    ),
    "invented": (streamed("料金は月額40ドルです[1]。"), 1, "確認できません"),
    "dropped within a sentence": (Reply(events=[chunk("CloudForm")], reset=True), 1, "切れ"),
}


@pytest.mark.parametrize("name", FAILS)
def test_a_lasting_fault_gives_the_quotes_and_one_clear_line(
    run: Callable[..., Ran], name: str
) -> None:
    reply, calls, line = FAILS[name]
    ran = run(always(reply))
    assert ran.draft.model == "extractive"
    assert ran.text.startswith("「")
    assert ran.draft.notice.startswith("モデルの代わりに")
    assert "openai:m: " in ran.draft.notice
    assert line in ran.draft.notice
    assert ran.calls == calls


HANGS = {
    "before the answer": Reply(events=[60.0, DONE]),
    "after a token": Reply(events=[chunk("Cloud"), 60.0, DONE]),
    "slow drip": Reply(events=[item for _ in range(300) for item in (chunk("…"), 0.05)]),
    "slow drip of nothing": Reply(events=[item for _ in range(300) for item in (": x\n\n", 0.05)]),
}


@pytest.mark.parametrize("name", HANGS)
def test_a_server_that_keeps_one_waiting_is_given_up(run: Callable[..., Ran], name: str) -> None:
    ran = run(always(HANGS[name]), timeout=2)
    assert ran.seconds < 12
    assert "時間内に" in ran.draft.notice
    assert ran.draft.model == "extractive"


@pytest.mark.parametrize(
    ("events", "line"),
    [
        ([chunk(GOOD), chunk("次に")], "途中で切れました"),
        ([chunk(GOOD + "\n"), 60.0], "応答がありません"),
    ],
)
def test_what_was_checked_before_it_broke_off_stays_and_is_called_partial(
    run: Callable[..., Ran], events: list[Any], line: str
) -> None:
    ran = run(always(Reply(events=events, reset=True)), timeout=3)
    assert ran.text == "CloudFormationがGitとの同期をサポート。[1]"
    assert ran.draft.model == "openai:m"
    assert line in ran.draft.notice
    assert "途中まで" in ran.draft.notice


def test_a_missing_finish_reason_and_a_length_limit_are_told(run: Callable[..., Ran]) -> None:
    assert "完了の合図" in run(always(streamed(GOOD, finish=None))).draft.notice
    assert "上限" in run(always(streamed(GOOD, finish="length"))).draft.notice


def test_a_megabyte_is_cut_and_still_checked(run: Callable[..., Ran]) -> None:
    unbroken = run(always(streamed("あ" * 1_000_000, step=20_000)))
    assert unbroken.draft.model == "extractive"
    sentences = run(always(streamed(GOOD + "料金は無料です[1]。" * 60_000, step=30_000)))
    assert sentences.text == "CloudFormationがGitとの同期をサポート。[1]"
    assert len(sentences.draft.sentences) <= 60


def test_a_model_that_finds_no_answer_refuses(run: Callable[..., Ran]) -> None:
    ran = run(always(streamed("NO_ANSWER")))
    assert ran.draft.refused
    assert ran.text == ""


def test_nobody_listening(run: Callable[..., Ran]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run(always(streamed(GOOD)), url=f"http://127.0.0.1:{port}/v1")
    assert "接続できません" in ran.draft.notice


def test_after_repeated_failure_the_server_gets_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rag.llm.chat_model, "_BACKOFF", 0.01)
    down = [True]
    with serve(lambda number, body: error(503, "down") if down[0] else streamed(GOOD)) as server:
        settings = load_settings(llm_base_url=server.url, openai_api_key=KEY, llm_timeout=30)
        model = load_chat_model("openai:m", settings)
        model.breaker = rag.llm.budget.Breaker(after=3, seconds=2.0)
        answerer = GenerativeAnswerer(
            {"openai:m": lambda: model}, Verifier(WordVectors()), Extractive()
        )
        asked = request("何ですか？", CHUNKS, "ja")
        for _ in range(3):
            list(answerer.answer(asked))
        calls = len(server.requests)
        assert 3 <= calls <= 9
        resting = list(answerer.answer(asked))[-1]
        assert isinstance(resting, Draft)
        assert "休止" in resting.notice
        assert len(server.requests) == calls
        down[0] = False
        time.sleep(2.1)
        after = list(answerer.answer(asked))[-1]
        assert isinstance(after, Draft)
        assert after.model == "openai:m"


def test_the_next_model_answers_when_the_first_fails() -> None:
    with serve(
        lambda number, body: error(401, "no") if body["model"] == "a" else streamed(GOOD)
    ) as server:
        settings = load_settings(llm_base_url=server.url, openai_api_key=KEY)
        models = {name: load_chat_model(f"openai:{name}", settings) for name in ("a", "b")}
        answerer = GenerativeAnswerer(
            {name: lambda model=model: model for name, model in models.items()},  # type: ignore[misc]
            Verifier(WordVectors()),
            Extractive(),
        )
        draft = list(answerer.answer(request("何？", CHUNKS, "ja")))[-1]
        assert isinstance(draft, Draft)
        assert draft.model == "b"
        assert "別のモデル" in draft.notice
        assert "a: APIキー" in draft.notice


def _chain(server_url: str, count: int, timeout: float = 30) -> GenerativeAnswerer:
    names = [f"openai:m{number}" for number in range(count)]
    settings = load_settings(
        llm=",".join(names),
        llm_base_url=server_url,
        openai_api_key=KEY,
        llm_timeout=timeout,
        llm_price="3/15",
    )
    built = build_answerers(settings, lambda: Verifier(WordVectors()), Extractive())[names[0]]
    assert isinstance(built, GenerativeAnswerer)
    return built


def test_a_chain_of_models_makes_three_calls_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rag.llm.chat_model, "_BACKOFF", 0.01)
    with serve(always(error(503, "down"))) as server:
        draft = list(_chain(server.url, 4).answer(request("何？", CHUNKS, "ja")))[-1]
        assert isinstance(draft, Draft)
        assert len(server.requests) == draft.calls == 3
    assert draft.model == "extractive"
    assert "上限" in draft.notice


def test_a_chain_of_models_shares_one_time() -> None:
    with serve(always(Reply(events=[60.0, DONE]))) as server:
        started = time.monotonic()
        draft = list(_chain(server.url, 3, timeout=2).answer(request("何？", CHUNKS, "ja")))[-1]
        assert time.monotonic() - started < 5.5  # three times 2 s would not fit
        assert isinstance(draft, Draft)
        assert draft.model == "extractive"


@pytest.fixture
def every_level() -> Iterator[None]:
    """Logs of all levels, whatever the settings of a test before this one were."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


def test_calls_and_cost_of_all_tries_are_told(every_level: None) -> None:
    with (
        serve(lambda number, body: error(401, "no") if number == 1 else streamed(GOOD)) as server,
        structlog.testing.capture_logs() as logs,
    ):
        draft = list(_chain(server.url, 2).answer(request("何？", CHUNKS, "ja")))[-1]
    assert isinstance(draft, Draft)
    assert draft.calls in (2, 3)  # a connection that a server before left dead costs one more
    assert draft.cost == pytest.approx((120 * 3 + 30 * 15) / 1e6)
    last = [line for line in logs if line["event"] == "model tried"][-1]
    assert last["calls"] in (1, 2)
    assert last["cost"] == draft.cost


@pytest.mark.parametrize("provider", ["ollama", "bedrock_converse"])
def test_connecting_has_a_time_of_its_own(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    botocore = SimpleNamespace(Config=lambda **given: SimpleNamespace(**given))
    real = rag.llm.providers.import_module
    monkeypatch.setattr(
        rag.llm.providers,
        "import_module",
        lambda name: botocore if name == "botocore.config" else real(name),
    )
    known = rag.llm.providers.PROVIDERS[provider]
    settings = load_settings(llm_timeout=60)
    options = rag.llm.providers.options_of(f"{provider}:m", provider, known, settings)
    config = options.get("config")
    assert (config.connect_timeout if config else options["client_kwargs"]["timeout"].connect) <= 10


@pytest.mark.parametrize(
    "given",
    [
        {"openai_api_key": ["sk-fault-value"], "search_k": 0},
        {"llm_base_url": "ftp://me:sk-fault-value@host/v1"},
        {"llm_base_url": "https://me:sk-fault-value@host/v1 x"},
        {"llm_base_url": "//host/v1?key=sk-fault-value"},
    ],
)
def test_an_error_in_settings_names_no_secret(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(**given)
    assert "sk-fault-value" not in str(error.value)
    assert next(iter(given)).upper() in str(error.value)


def test_the_command_line_tells_what_became_of_sentences() -> None:
    said = [Sentence("A.", True, (1,)), Sentence("B.", False, (), "link")]
    short = "1 sentence kept, 1 left out (it leads to what is no source)"
    assert sentence_lines(said, False) == [short]
    details = ["  kept [1]: A.", "  left out (it leads to what is no source): B."]
    assert sentence_lines(said, True) == [short, *details]
    assert sentence_lines(said, True, "ja") == [
        "表示1文、省略1文（出典ではない場所へのリンクがある）",
        "  表示[1]: A.",
        "  省略（出典ではない場所へのリンクがある）: B.",
    ]
    assert sentence_lines((), True) == []
