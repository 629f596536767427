"""The server around the page: headers, cookie, health, figures, report."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
import streamlit
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from ui_fakes import FakePipeline, answer

from rag.errors import IndexMissing
from rag.settings import Settings
from ui.components.script import SCRIPT
from ui.server.asgi import create_app, healthz, metrics, report
from ui.server.guard import Guard
from ui.server.host_names import HostNames
from ui.server.policy import REPORT_POLICY, page_policy
from ui.server.reports import latest_report
from ui.state.backend import backend
from ui.state.jobs import Snapshot
from ui.state.readers import Readers

INDEX = Path(streamlit.__file__).with_name("static") / "index.html"


def directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {part[0]: part[1:] for part in parts if part}


def test_the_policy_loads_and_sends_nothing_elsewhere() -> None:
    found = directives(page_policy(INDEX.read_text(encoding="utf-8"), SCRIPT))
    for name, values in found.items():
        allowed = {"'self'", "'none'", "data:", "blob:", "'unsafe-inline'"}
        assert {value for value in values if not value.startswith("'sha256-")} <= allowed, name
    assert found["default-src"] == found["connect-src"] == found["frame-src"] == ["'self'"]
    assert "'unsafe-inline'" not in found["script-src"]
    assert "blob:" not in found["script-src"] and "data:" not in found["script-src"]


def test_the_policy_allows_the_inline_scripts_of_the_page_and_no_other() -> None:
    scripts = directives(page_policy("<script>a()</script><script src=x></script>", "b()"))
    hashes = [base64.b64encode(hashlib.sha256(t).digest()).decode() for t in (b"a()", b"b()")]
    assert scripts["script-src"] == ["'self'", *(f"'sha256-{one}'" for one in hashes)]


def test_streamlits_page_has_an_inline_script_to_allow() -> None:
    assert "<script>" in INDEX.read_text(encoding="utf-8")  # if not, the policy has one to drop


@pytest.fixture
def guarded() -> TestClient:
    async def page(_request: Request) -> Response:
        return HTMLResponse("<p>hello</p>")

    async def text(_request: Request) -> Response:
        return PlainTextResponse("x", headers={"content-security-policy": "sandbox"})

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(websocket.headers.get("origin", "none"))
        await websocket.close()

    async def origin(request: Request) -> Response:
        return PlainTextResponse(request.headers.get("origin", "none"))

    routes = [Route("/", page), Route("/text", text), Route("/origin", origin)]
    readers = Readers(b"key")
    guard = Middleware(
        Guard,
        policy="default-src 'self'",
        hosts=HostNames(["testserver"]),
        readers=lambda: readers,
        origins=["https://proxy.example"],
    )
    app = Starlette(routes=[*routes, WebSocketRoute("/socket", socket)], middleware=[guard])
    return TestClient(app)


@pytest.mark.parametrize("origin", [None, "http://testserver", "https://proxy.example"])
def test_pages_of_this_site_may_open_its_socket(guarded: TestClient, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    with guarded.websocket_connect("/socket", headers=headers) as socket:
        assert socket.receive_text() == (origin or "none")
    assert guarded.get("/origin", headers=headers).text == (origin or "none")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost",
        "http://testserver:81",
        "http://testserver.evil.example",
        "http://127.0.0.1:9999",
        "null",
    ],
)
def test_pages_of_other_sites_may_not(guarded: TestClient, origin: str) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        guarded.websocket_connect("/socket", headers={"origin": origin}),
    ):
        pass
    assert refused.value.code == 1008
    answer = guarded.get("/origin", headers={"origin": origin})
    assert answer.text == "none"
    assert "access-control-allow-origin" not in answer.headers


def test_every_response_is_guarded(guarded: TestClient) -> None:
    for path in ("/", "/text", "/nothing"):
        headers = guarded.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert guarded.get("/").headers["content-security-policy"] == "default-src 'self'"
    assert guarded.get("/text").headers["content-security-policy"] == "sandbox"


def test_a_reader_gets_a_name_once(guarded: TestClient) -> None:
    first = guarded.get("/").headers["set-cookie"]
    assert re.fullmatch(
        r"shiori_reader=[0-9a-f]{64}; HttpOnly; Max-Age=31536000; Path=/; SameSite=Lax", first
    )
    assert "set-cookie" not in guarded.get("/").headers  # the client sends it back
    guarded.cookies.clear()
    assert guarded.get("/").headers["set-cookie"] != first
    guarded.cookies.clear()
    assert "set-cookie" not in guarded.get("/text").headers


def request() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": []})


def test_health_tells_whether_questions_are_answered(pipeline: FakePipeline) -> None:
    pipeline.loading.clear()
    body = json.loads(bytes(healthz(request()).body))
    assert body == {"status": "ok", "ready": False, "state": "loading"}
    pipeline.loading.set()
    backend().load()
    assert json.loads(bytes(healthz(request()).body))["ready"] is True


def test_health_tells_why_not(pipeline: FakePipeline) -> None:
    pipeline.load_error = IndexMissing("There is no index. Run: python -m ingest")
    with pytest.raises(IndexMissing):
        backend().load()
    body = json.loads(bytes(healthz(request()).body))
    assert (body["state"], body["error"]) == ("failed", str(pipeline.load_error))


def test_health_tells_that_an_older_index_serves(pipeline: FakePipeline) -> None:
    backend().load()
    assert "problem" not in json.loads(bytes(healthz(request()).body))
    pipeline.index_problem = "Generation 'g2' is damaged."
    body = json.loads(bytes(healthz(request()).body))
    assert (body["status"], body["ready"]) == ("ok", True)
    assert body["problem"] == pipeline.index_problem


def test_figures_are_in_prometheus_format(pipeline: FakePipeline) -> None:
    shared = backend()
    shared.load()
    shared.metrics.ended(Snapshot(answer=answer()), "en", 0.3)
    shared.metrics.ended(Snapshot(answer=answer(refused=True)), "ja", 0.2)
    shared.metrics.ended(Snapshot(answer=answer(), stopped=True), "en", 9)
    shared.metrics.ended(Snapshot(error="x"), "en", 9)
    shared.metrics.judged("down")
    text = bytes(metrics(request()).body).decode()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["shiori_answers_total", "answered", "en"] == 1
    assert found["shiori_answers_total", "ja", "refused"] == 1
    assert found["shiori_answers_total", "en", "stopped"] == 1
    assert found["shiori_answers_total", "en", "failed"] == 1
    assert found["shiori_answer_seconds_count",] == 2
    assert found["shiori_verdicts_total", "down"] == 1
    assert (found["shiori_ready",], found["shiori_passages",], found["shiori_sources",]) == (
        1,
        3,
        2,
    )


def write_report(
    settings: Settings, verdict: str = '{"verdict": {"line": "as good as before"}}'
) -> Path:
    folder = settings.data_dir / "reports" / "latest"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<h1>日本</h1>", encoding="utf-8")
    (folder / "report.json").write_text(verdict, encoding="utf-8")
    return folder / "report.html"


def test_there_is_no_report_before_an_evaluation(
    pipeline: FakePipeline, settings: Settings
) -> None:
    assert latest_report(settings.data_dir) is None
    assert report(request()).status_code == 404


@pytest.mark.parametrize(
    ("json_text", "verdict"),
    [
        ('{"verdict": {"line": "as good as before"}}', "as good as before"),
        ("{", ""),
        ("[]", ""),
        ('{"verdict": 3}', ""),
    ],
)
def test_the_report_is_found_whatever_stands_beside_it(
    settings: Settings, json_text: str, verdict: str
) -> None:
    page = write_report(settings, json_text)
    found = latest_report(settings.data_dir)
    assert found and (found.html, found.verdict) == (page, verdict)


def test_the_report_may_reach_nothing(pipeline: FakePipeline, settings: Settings) -> None:
    write_report(settings)
    response = report(request())
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == REPORT_POLICY
    found = directives(REPORT_POLICY)
    assert found["default-src"] == ["'none'"] and "connect-src" not in found
    assert found["sandbox"] == ["allow-scripts"]


def test_the_app_can_be_made() -> None:
    assert create_app().script_path.name == "app.py"
