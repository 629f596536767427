"""Several addresses of one name: the first that answers is used, whatever the others do."""

from __future__ import annotations

import threading
from typing import Any

import httpcore
import pytest
from fetch_server import Site

from ingest.fetch.happy_eyeballs import connect_to_first, in_turns
from ingest.fetch.transport import connect_directly

SILENT, REFUSING, NOWHERE, THERE, LATE = "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"


class Net:
    """Addresses that behave each in its way; the silent ones stay silent until the end."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.tried: list[str] = []
        self.end = threading.Event()
        self.closed = threading.Event()

    def attempt(self, address: str, seconds: float) -> httpcore.NetworkStream:
        self.tried.append(address)
        if address == REFUSING:
            raise httpcore.ConnectError("refused") from ConnectionRefusedError(111, "refused")
        if address == NOWHERE:
            raise httpcore.ConnectError("no route") from OSError(101, "Network is unreachable")
        if address in (SILENT, LATE):
            self.end.wait(seconds)
        if address == SILENT:
            raise httpcore.ConnectTimeout("timed out")
        stream = connect_directly("127.0.0.1", self.site.port, seconds)
        return Watched(stream, self.closed) if address == LATE else stream


class Watched(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, closed: threading.Event) -> None:
        self._stream = stream
        self._closed = closed

    def close(self) -> None:
        self._stream.close()
        self._closed.set()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@pytest.fixture
def net(site: Site) -> Net:
    return Net(site)


@pytest.mark.parametrize(
    "addresses",
    [
        [THERE],
        [THERE, SILENT],
        [SILENT, THERE],
        [REFUSING, THERE],
        [NOWHERE, THERE],
        [SILENT, REFUSING, NOWHERE, THERE],
    ],
)
def test_the_first_that_answers_is_used(addresses: list[str], net: Net) -> None:
    stream = connect_to_first(addresses, net.attempt, 60.0)
    stream.close()
    assert not net.end.is_set(), "nobody waited for the silent one"
    assert set(net.tried) <= set(addresses)
    net.end.set()


def test_a_connection_that_comes_too_late_is_closed(net: Net) -> None:
    connect_to_first([LATE, THERE], net.attempt, 60.0).close()
    assert not net.closed.is_set()
    net.end.set()
    assert net.closed.wait(20)


@pytest.mark.parametrize(
    ("addresses", "error", "words"),
    [
        ([SILENT, SILENT], httpcore.ConnectTimeout, "answered in time"),
        ([SILENT, REFUSING], httpcore.ConnectTimeout, "answered in time"),
        ([NOWHERE, SILENT], httpcore.ConnectTimeout, "answered in time"),
        ([REFUSING, NOWHERE], httpcore.ConnectError, "refused"),
        ([NOWHERE, REFUSING], httpcore.ConnectError, "refused"),
        ([NOWHERE, NOWHERE], httpcore.ConnectError, "no route"),
        ([SILENT], httpcore.ConnectTimeout, "timed out"),
    ],
)
def test_of_several_reasons_the_one_that_says_most(
    addresses: list[str], error: type[Exception], words: str, net: Net
) -> None:
    with pytest.raises(error, match=words):
        connect_to_first(addresses, net.attempt, 0.6)


def test_all_share_one_time(net: Net) -> None:
    given: list[float] = []

    def attempt(address: str, seconds: float) -> httpcore.NetworkStream:
        given.append(seconds)
        return net.attempt(address, seconds)

    with pytest.raises(httpcore.ConnectTimeout):
        connect_to_first([SILENT] * 4, attempt, 0.8)
    assert len(given) == 3  # one at once, one after .3 and one after .6 seconds
    assert given == sorted(given, reverse=True)
    assert max(given) <= 0.8


def test_the_kinds_of_addresses_take_turns() -> None:
    six = [f"2606::{number}" for number in range(8)]
    four = [f"93.184.216.{number}" for number in range(4)]
    assert in_turns([*six, *four]) == [six[0], four[0], six[1], four[1]]
    assert in_turns([*four, *six]) == [four[0], six[0], four[1], six[1]]
    assert in_turns(four[:1]) == four[:1]
    assert in_turns(six) == six[:4]
