"""Where connections may lead: hostile URLs, redirects and names, with every attempt recorded."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from fetch_server import PUBLIC, Site, Wire, fetching, serving, settings_for
from hostile import CHAINS, HOSTILE, NAMES, REBINDING

from ingest.fetch import Fetcher, FetchError
from ingest.fetch.address_guard import Guard, is_public
from rag.errors import SettingsError


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that any socket of this process connects to."""
    seen: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        seen.append(address)
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def test_the_list_is_long_enough() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 100
    assert len(set(CHAINS)) == len(CHAINS) >= 20
    assert len(REBINDING) >= 5


def test_no_hostile_url_is_connected_to(tmp_path: Path, dialled: list[Any]) -> None:
    wire = Wire(9, NAMES)
    with fetching(settings_for(tmp_path), resolver=wire.resolve) as fetcher:
        for url in HOSTILE:
            with pytest.raises(FetchError) as caught:
                fetcher.page(url)
            assert caught.value.status in ("forbidden_address", "error"), url
            with pytest.raises(FetchError):
                fetcher.send("POST", url, headers={}, content=b"x")
    assert dialled == []


@pytest.mark.parametrize("url", [url for url in HOSTILE if url.startswith("http://[")][:20])
def test_addresses_are_called_forbidden_rather_than_broken(url: str) -> None:
    if "%25" in url or url in ("http://[::1/", "http://[127.0.0.1]/"):
        return
    with pytest.raises(FetchError) as caught:
        Guard().target(url)
    assert caught.value.status == "forbidden_address"


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1",
     "2606:2800:220:1::1", "2001:4860:4860::8888", "2a00:1450::1", "64:ff9b::93.184.216.34"],
)  # fmt: skip
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_public_name_is_reached_at_the_address_that_was_checked(
    site: Site, tmp_path: Path
) -> None:
    site.page("/a", b"hello")
    wire = Wire(site.port)
    with fetching(settings_for(tmp_path), resolver=wire.resolve, connect=wire.connect) as fetcher:
        page = fetcher.page("http://Example.COM:80/a#part")
    assert page is not None and page.body == b"hello"
    assert set(wire.connected) == {(PUBLIC, 80)}
    assert {asked.headers["host"] for asked in site.asked} == {"example.com"}


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site, tmp_path: Path) -> None:
    site.page("/a", b"hello")
    wire = Wire(site.port, {"example.com": ["2606:2800:220:1::1", PUBLIC]})

    def connect(address: str, port: int, seconds: float) -> Any:
        if ":" in address:
            raise OSError(101, "Network is unreachable")
        return wire.connect(address, port, seconds)

    with fetching(settings_for(tmp_path), resolver=wire.resolve, connect=connect) as fetcher:
        page = fetcher.page("http://example.com/a")
    assert page is not None and page.body == b"hello"


@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize("end", CHAINS)
def test_a_redirect_chain_is_checked_at_every_step(
    end: str, status: int, site: Site, tmp_path: Path
) -> None:
    site.redirect("/0", "/1", status)
    site.redirect("/1", "http://other.example.com/2", status)
    site.redirect("/2", end, status)
    site.page("/", b"secret")
    site.page("/latest/meta-data/", b"secret")
    wire = Wire(site.port, NAMES)
    with (
        fetching(settings_for(tmp_path), resolver=wire.resolve, connect=wire.connect) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.page("http://public.example.com/0")
    assert caught.value.status in ("forbidden_address", "error")
    assert site.paths() == ["/0", "/1", "/2"]
    assert {address for address, _ in wire.connected} == {PUBLIC}
    assert {port for _, port in wire.connected} == {80}


class Rebinding(Wire):
    """A name whose answer changes with every look-up."""

    def __init__(self, port: int, answers: list[list[str]]) -> None:
        super().__init__(port)
        self.answers = answers

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        return self.answers[min(len(self.resolved), len(self.answers)) - 1]


@pytest.mark.parametrize("answers", REBINDING)
def test_a_name_that_changes_its_address_never_leads_inside(
    answers: list[list[str]], site: Site, tmp_path: Path
) -> None:
    # Every answer closes its connection, so that every request looks the name up again.
    for step in range(4):
        site.page(f"/{step}", b"", 302, Location=f"/{step + 1}", Connection="close")
    site.page("/4", b"secret", Connection="close")
    site.page("/robots.txt", b"", 404, Connection="close")
    wire = Rebinding(site.port, answers)
    with fetching(settings_for(tmp_path), resolver=wire.resolve, connect=wire.connect) as fetcher:
        for _ in range(3):
            try:
                fetcher.page("http://rebind.example.com/0")
            except FetchError as error:
                assert error.status == "forbidden_address"
    assert len(wire.resolved) == len(wire.connected) + 1  # the last answer was refused
    assert all(is_public(address) for address, _ in wire.connected)


def test_one_look_up_serves_the_check_and_the_connection(site: Site, tmp_path: Path) -> None:
    site.page("/a", b"hello", Connection="close")
    site.page("/robots.txt", b"", 404, Connection="close")
    wire = Wire(site.port)
    with fetching(settings_for(tmp_path), resolver=wire.resolve, connect=wire.connect) as fetcher:
        fetcher.page("http://example.com/a")
    assert len(wire.resolved) == len(wire.connected) == 2  # robots.txt and the page


def test_proxy_variables_are_ignored(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dialled: list[Any]
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.page("/a", b"hello")
    with fetching(settings_for(tmp_path, allow_private_hosts=site.host)) as fetcher:
        assert fetcher.page(site.url("/a")) is not None
    assert {address[1] for address in dialled} == {site.port}


def test_only_the_named_private_host_and_port_are_allowed(site: Site, tmp_path: Path) -> None:
    with serving() as other:
        other.page("/", b"secret")
        site.redirect("/out", other.url("/"))
        settings = settings_for(tmp_path, allow_private_hosts=f" {site.host.upper()} ,")
        with fetching(settings) as fetcher:
            for url in (other.url("/"), site.url("/out"), f"http://localhost:{site.port}/"):
                with pytest.raises(FetchError) as caught:
                    fetcher.page(url)
                assert caught.value.status == "forbidden_address"
        assert other.asked == []


def test_an_allowed_name_may_be_private_but_not_hand_out_credentials() -> None:
    guard = Guard("wiki.corp.internal, [fd12::1]:8443, 127.0.0.1:8123")
    assert guard.target("https://wiki.corp.internal/x").port == 443
    assert guard.target("http://[fd12::1]:8443/").host == "fd12::1"
    guard.check("wiki.corp.internal", 443, ["10.0.0.7", "fd12::7"])
    inside = "169.254.169.254 ::ffff:169.254.169.254 64:ff9b::169.254.169.254 168.63.129.16"
    for address in f"{inside} 0.0.0.0 fd00:ec2::254 224.0.0.1 nonsense".split():
        with pytest.raises(FetchError):
            guard.check("wiki.corp.internal", 443, [address])
    with pytest.raises(FetchError):
        guard.target("http://wiki.corp.internal:8080/")


@pytest.mark.parametrize(
    ("host", "address", "message"),
    [
        ("10.0.0.7", "10.0.0.7", "10.0.0.7 is not a public address (ALLOW_PRIVATE_HOSTS can"),
        ("wiki.example", "10.0.0.7", "wiki.example leads to 10.0.0.7, which is not a public"),
        ("169.254.169.254", "169.254.169.254", "169.254.169.254 is not a public address."),
        ("wiki.example", "224.0.0.1", "leads to 224.0.0.1, which is not a public address."),
    ],
)
def test_the_setting_is_offered_only_where_it_would_help(
    host: str, address: str, message: str
) -> None:
    with pytest.raises(FetchError) as caught:
        Guard().check(host, 443, [address])
    assert message in str(caught.value)


@pytest.mark.parametrize("value", ["http://wiki", "a b", "wiki:", "wiki:port", "user@wiki", "*"])
def test_a_list_of_hosts_that_cannot_be_read_is_an_error(value: str) -> None:
    with pytest.raises(SettingsError, match="ALLOW_PRIVATE_HOSTS"):
        Guard(value)


def test_redirects_are_counted_and_circles_found(site: Site, fetcher: Fetcher) -> None:
    for step in range(6):
        site.redirect(f"/{step}", f"/{step + 1}")
    site.page("/6", b"end")
    page = fetcher.page(site.url("/1"))
    assert page is not None and page.final_url == site.url("/6")
    with pytest.raises(FetchError, match="more than 5"):
        fetcher.page(site.url("/0"))
    site.redirect("/round", "/about")
    site.redirect("/about", "/round#again")
    with pytest.raises(FetchError, match="circle"):
        fetcher.page(site.url("/round"))


def test_redirects_to_japanese_paths_and_relative_ones(site: Site, fetcher: Fetcher) -> None:
    def japanese(to: Any) -> None:
        head = "HTTP/1.1 302 Found\r\nLocation: /記事/二つ目?q=値\r\nContent-Length: 0\r\n\r\n"
        to.wfile.write(head.encode())

    site.routes["/ja"] = japanese
    end = "/%E8%A8%98%E4%BA%8B/%E4%BA%8C%E3%81%A4%E7%9B%AE"
    site.redirect(end, "../end")
    site.page("/end", b"there")
    page = fetcher.page(site.url("/ja"))
    assert page is not None and page.body == b"there"
    assert site.paths()[1] == f"{end}?q=%E5%80%A4"


def test_tls_is_verified_for_the_name_and_not_the_address(tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    names: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("secure.example.com").configure_cert(server)
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with serving(server) as site:
        site.page("/a", b"hello")
        wire = Wire(site.port)
        given = {"resolver": wire.resolve, "connect": wire.connect}
        with fetching(settings_for(tmp_path), **given, ssl_context=trusting) as fetcher:
            page = fetcher.page("https://secure.example.com/a")
            assert page is not None and page.body == b"hello"
            with pytest.raises(FetchError, match="certificate of other"):
                fetcher.page("https://other.example.com/a")
        with (
            fetching(settings_for(tmp_path), **given) as fetcher,
            pytest.raises(FetchError, match="certificate of secure"),
        ):
            fetcher.page("https://secure.example.com/b")
    assert names[0] == "secure.example.com"
    assert {address for address, _ in wire.connected} == {PUBLIC}
