"""What keeps strangers out of the page's server, tried on a real one with raw clients."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.scriptrunner import script_runner
from ui_clients import cookie_of, raw, socket_of, status, upgrade, visit
from ui_servers import ROOT, health, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from rag.errors import UsageError
from ui.server.host_names import HostNames, allowed_hosts
from ui.server.open_sockets import MOST_OF_A_READER, OpenSockets
from ui.server.socket_messages import LONGEST, WELCOME, is_welcome
from ui.state.readers import KEY_FILE, READER_COOKIE, Readers, open_readers

SCRIPT = str(ROOT / "tests" / "support" / "ui_fake_server.py")
PATHS = ("/", "/healthz", "/metrics", "/reports/latest", "/_stcore/health", "/static/x", "/nothing")
SOCKET = "/_stcore/stream"
STRANGERS = (
    "evil.example",
    "evil.example:8501",
    "evil.example.",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example#localhost",
    "localhost@evil.example",
    "evil.example:80@localhost",
    "localhost, evil.example",
    "localhost:",
    "localhost:x",
    "localhost:99999",
    "localhost..",
    "[::1",
    "[::1]x",
    "[fe80::1%25eth0]",
    "[::1%25evil.example]",
    "[evil.example]",
    "[127.0.0.1]",
    "0x7f000001",
    "2130706433",
    "127.1",
    "shiori.example.evil.example",
    "xshiori.example",
    "",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on loopback."""
    folder = tmp_path_factory.mktemp("loopback")
    with serve([SCRIPT, "--data", str(folder)], folder / "log") as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for others in the network, with a name of its own."""
    folder = tmp_path_factory.mktemp("shared")
    env = {"UI_HOST": "0.0.0.0", "UI_HOSTS": "shiori.example, Notes.Example."}
    with serve([SCRIPT, "--data", str(folder)], folder / "log", env=env) as found:
        yield found


@pytest.mark.parametrize("host", STRANGERS)
def test_no_route_answers_to_a_strangers_name(address: str, shared: str, host: str) -> None:
    for server in (address, shared):
        for path in PATHS:
            assert status(raw(server, host=host, target=path)) in {400, 421}, path
        assert status(raw(server, *upgrade(), host=host, target=SOCKET)) in {400, 403}


def test_no_route_answers_without_a_name_or_to_two(address: str, shared: str) -> None:
    for server in (address, shared):
        assert status(raw(server)) in {400, 421}
        two = raw(server, "Host: evil.example", host="127.0.0.1")
        assert status(two) in {400, 421}
        two = raw(server, "Host: 127.0.0.1", host="evil.example")
        assert status(two) in {400, 421}


def test_a_name_in_the_request_line_counts_and_one_that_is_forwarded_does_not(
    address: str, shared: str
) -> None:
    for server in (address, shared):
        for target in ("http://evil.example/", "http://x@127.0.0.1/", "evil.example:80", "x"):
            assert status(raw(server, host="127.0.0.1", target=target)) in {400, 421}, target
        absolute = f"http://evil.example{SOCKET}"
        asked = raw(server, *upgrade(), host="127.0.0.1", target=absolute)
        assert status(asked) in {400, 403}
        assert status(raw(server, host="evil.example", target="http://127.0.0.1:1/")) == 200
        for line in ("X-Forwarded-Host: 127.0.0.1", "Forwarded: host=127.0.0.1"):
            assert status(raw(server, line, host="evil.example")) == 421
        assert status(raw(server, "X-Forwarded-Host: evil.example", host="127.0.0.1")) == 200


def test_our_own_names_are_answered(address: str, shared: str) -> None:
    for host in ("localhost", "LOCALHOST.:8501", "127.0.0.1:1", "[::1]:8501", "[0:0::1]"):
        for server in (address, shared):
            assert status(raw(server, host=host)) == 200, host
            assert status(raw(server, *upgrade(), host=host, target=SOCKET)) == 101, host
    ours = ("shiori.example", "SHIORI.example.:80", "notes.example", socket.gethostname())
    for host in (*ours, "192.0.2.7:8501", "[2001:db8::1]"):
        assert status(raw(shared, host=host)) == 200, host
    for host in ("shiori.example", "192.0.2.7:8501", "[2001:db8::1]"):
        assert status(raw(address, host=host)) == 421, host


def test_names_of_the_setting_are_names() -> None:
    for wrong in ("*", "http://a.example", "a.example:80", "a b", "a..b", "-", "a.example/x"):
        with pytest.raises(UsageError, match="UI_HOSTS"):
            allowed_hosts("0.0.0.0", wrong)
    found = allowed_hosts("127.0.0.1", "例え.example, 192.0.2.9, ,a_b.example")
    for host in ("xn--r8jz45g.example", "192.0.2.9", "a_b.example", "127.0.0.1"):
        assert found.allow([host])
    assert not found.allow(["192.0.2.8"])
    assert not HostNames(()).allow(["localhost"])


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://localhost:1", "null", "chrome-extension://{host}", "//{host}"],
)
def test_no_other_site_opens_a_socket(address: str, origin: str) -> None:
    line = f"Origin: {origin.format(host='127.0.0.1:1')}"
    assert status(raw(address, *upgrade(), line, host="127.0.0.1:1", target=SOCKET)) == 403
    both = ("Origin: http://127.0.0.1:1", line)
    assert status(raw(address, *upgrade(), *both, host="127.0.0.1:1", target=SOCKET)) in {400, 403}
    assert status(raw(address, *upgrade(), both[0], host="127.0.0.1:1", target=SOCKET)) == 101


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_put_on_the_server(address: str, method: str) -> None:
    for path in ("/", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/_stcore/agent/mcp"):
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        line.request(method, path, body=b"x" * 100 if method != "TRACE" else None)
        assert line.getresponse().status == 405
        line.close()


def messages() -> dict[str, BackMsg]:
    """One message of each kind that Streamlit knows."""
    found = {}
    for known in BackMsg.DESCRIPTOR.fields:
        message = BackMsg()
        if known.message_type:
            getattr(message, known.name).SetInParent()
        else:
            setattr(message, known.name, True)
        found[known.name] = message
    return found


def test_only_what_a_page_in_use_sends_is_welcome() -> None:
    found = {name: is_welcome(message.SerializeToString()) for name, message in messages().items()}
    assert {name for name, welcome in found.items() if welcome} == set(WELCOME)


def test_a_message_hides_nothing_behind_one_that_is_welcome() -> None:
    known = {name: message.SerializeToString() for name, message in messages().items()}
    rerun = known["rerun_script"]
    for name in set(known) - set(WELCOME):
        assert not is_welcome(known[name] + rerun)
        assert not is_welcome(rerun + known[name])
    long_tag = bytes([known["clear_cache"][0] | 0x80, 0x80, 0x00, 1])
    for odd in (b"", b"\xff", long_tag, rerun[:-1] + b"\x09", b"\x5b\x5c", rerun + b"\x80"):
        assert not is_welcome(odd), odd


def heartbeat() -> bytes:
    return BackMsg(app_heartbeat=True).SerializeToString()


def drained(line: ClientConnection) -> int:
    """The code that a socket is closed with."""
    try:
        while True:
            line.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def test_what_all_readers_share_outlives_every_message(address: str) -> None:
    cookie = cookie_of(address)
    with visit(address, cookie) as page:
        page.ask("How do we water?")
        page.until(lambda: "shiori-sources" in page.text)
        for name, message in messages().items():
            if name not in WELCOME:
                page.send(message)
        page.ask("How do we water the beans?")
        page.until(lambda: page.text.count("shiori-sources") >= 2)
        assert health(address)["ready"] is True
    with visit(address, cookie) as page:
        assert "How do we water" in page.text


def test_a_socket_that_speaks_otherwise_is_closed(address: str) -> None:
    with socket_of(address) as line:
        line.send("text")
        assert drained(line) == 1003
    with socket_of(address) as line:
        line.send(b"\x00" * (LONGEST + 1))
        assert drained(line) == 1009


def test_open_pages_are_counted() -> None:
    counted = OpenSockets(most=3, of_an_address=2, of_a_reader=1)
    with counted.one("a", "r") as first, counted.one("b", "r") as second:
        assert first and not second
        with counted.one("a", "") as third, counted.one("a", "") as fourth:
            assert third and not fourth
            with counted.one("c", "") as fifth, counted.one("d", "") as sixth:
                assert fifth and not sixth
    assert not counted._open


def test_a_reader_has_so_many_pages_open(address: str) -> None:
    cookie = cookie_of(address)
    with ExitStack() as stack:
        for _ in range(MOST_OF_A_READER):
            stack.enter_context(socket_of(address, cookie))
        with pytest.raises(InvalidStatus) as refused, socket_of(address, cookie):
            pass
        assert refused.value.response.status_code == 403
        with socket_of(address, cookie_of(address)):
            pass


FORGED = (
    "",
    "a" * 32,
    "a" * 64,
    "everyone",
    "0" * 63,
    "../../etc",
    "é" * 32,
    '"' + "b" * 64 + '"',
    "A" * 64,
)


def test_cookies_that_are_not_ours_count_for_nothing() -> None:
    readers = Readers(b"key")
    ours, others = readers.new_value(), Readers(b"another").new_value()
    name = readers.name_in([f"{READER_COOKIE}={ours}"])
    assert len(name) == 32
    forged = (*FORGED, others, ours[:32], ours[:-1], ours + "0", ours.upper(), name + others[32:])
    for value in forged:
        if value != ours:
            assert readers.name_in([f"{READER_COOKIE}={value}"]) == "", value
    for value in (*FORGED, others):
        both = f"{READER_COOKIE}={value}; x=y; {READER_COOKIE}={ours}"
        assert readers.name_in([both]) == name
    second = readers.new_value()
    assert readers.name_in([f"{READER_COOKIE}={ours}; {READER_COOKIE}={second}"]) == ""
    assert readers.name_in([f"{READER_COOKIE}={ours}", f"{READER_COOKIE}={second}"]) == ""
    assert readers.name_in(["", ";;", "=", f"not_{READER_COOKIE}={ours}"]) == ""


def test_readers_are_known_after_a_restart_and_a_damaged_key_is_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    cookie = f"{READER_COOKIE}={open_readers(data).new_value()}"
    assert open_readers(data).name_in([cookie])
    assert (data / KEY_FILE).stat().st_mode & 0o777 == 0o600
    for damaged in (b"", b"x" * 64, b"0" * 63):
        (data / KEY_FILE).write_bytes(damaged)
        assert not open_readers(data).name_in([cookie])
        assert len((data / KEY_FILE).read_bytes()) == 64
    file = tmp_path / "file"
    file.touch()
    assert open_readers(file).new_value()  # no folder: of this process alone


def asked(address: str, cookie: str, question: str) -> None:
    with visit(address, cookie) as page:
        page.ask(question)
        page.until(lambda: "shiori-sources" in page.text)


def test_whoever_has_no_cookie_of_ours_is_alone(address: str) -> None:
    cookies = ["", *(f"{READER_COOKIE}={value}" for value in FORGED if value.isascii())]
    cookies.append(f"{READER_COOKIE}={Readers(b'another').new_value()}")
    for number, cookie in enumerate(cookies):
        asked(address, cookie, f"private matter {number}")
        for other in (cookie, ""):
            with visit(address, other) as page:
                assert "private matter" not in page.text
        if cookie:
            assert cookie_of(address, cookie)  # replaced by one of ours


def test_a_reader_comes_back_to_what_was_asked_and_no_other_does(address: str) -> None:
    mine, other = cookie_of(address), cookie_of(address)
    assert mine and other and mine != other
    assert cookie_of(address, mine) == ""
    asked(address, mine, "our own matter")
    with visit(address, mine) as page:
        assert "our own matter" in page.text
    with visit(address, f"{READER_COOKIE}={'c' * 64}; {mine}") as page:
        assert "our own matter" in page.text
    with visit(address, other) as page:
        assert "our own matter" not in page.text


def test_what_the_server_keeps_is_its_owners_alone(
    address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("open") / "data"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "chat.sqlite3").touch(0o644)
    with serve([SCRIPT, "--data", str(folder)], folder.parent / "log") as server:
        asked(server, cookie_of(server), "a question to keep")
        found = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
        assert folder.stat().st_mode & 0o777 == 0o700
    assert found and not any(mode & 0o077 for mode in found.values()), found


def test_pages_draw_one_at_a_time_and_a_few_more() -> None:
    counted, going_on = OpenSockets(), threading.Event()

    def draw(count: int) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=going_on.wait, name="ScriptRunner.scriptThread", daemon=True)
            for _ in range(count)
        ]
        for thread in threads:
            thread.start()
        return threads

    threads = draw(7)
    assert counted.may_draw
    threads += draw(1)
    assert not counted.may_draw
    with counted.one("a", "r"):
        assert counted.may_draw
    going_on.set()
    for thread in threads:
        thread.join()
    assert counted.may_draw


def test_the_threads_that_draw_are_named_as_we_count_them() -> None:
    source = Path(script_runner.__file__).read_text(encoding="utf-8")
    assert 'name="ScriptRunner.scriptThread"' in source
