"""Every socket of a process watched: none is ever connected to a place that is not public."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fetch_server import PUBLIC, Site
from hostile import CHAINS, HOSTILE, NAMES, REBINDING

ROOT = Path(__file__).resolve().parents[3]

# The real transport in a process of its own, since a hook for audits stays for good. It sees what
# the interpreter asks the system for, whichever library asked. Public addresses refuse, as nothing
# is to leave this machine. Only look-ups of names are ours.
WATCHED = """
import json, sys
from ingest.fetch import Fetcher, FetchError
from ingest.fetch import rate_limit as polite
from ingest.storage.snapshots import SnapshotStore
from rag.settings import load_settings

given = json.load(sys.stdin)
polite.FIRST_BACKOFF = 0.01
dialled, looked_up = [], []

def watch(event, args):
    if event == "socket.connect":
        dialled.append([str(args[1][0]), args[1][1]])
        if args[1][1] != given["port"]:
            raise ConnectionRefusedError(111, "refused by the test")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        looked_up.append([event, str(args[0])])

sys.addaudithook(watch)

def outcomes(urls, resolver):
    settings = load_settings(**given["settings"])
    fetcher = Fetcher(settings, SnapshotStore(settings.data_dir), resolver=resolver)
    for url in urls:
        try:
            fetcher.page(url)
            yield "ok"
        except FetchError as error:
            yield error.status

def changing(answers):
    asked = []
    def resolver(host, port):
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]
    return resolver

told = {}
for part in ("hostile", "chains"):
    urls, start = given[part], len(dialled)
    found = list(outcomes(urls, lambda host, port: given["names"].get(host, [given["public"]])))
    told[part] = [found, dialled[start:]]
found, start = [], len(dialled)
for number, answers in enumerate(given["rebinding"]):
    url = f"http://rebind{number}.example.com/"
    found.append(list(outcomes([url] * 3, changing(answers))))
told["rebinding"] = [found, dialled[start:]]
told["looked_up"] = looked_up
print(json.dumps(told))
"""


@pytest.fixture
def told(site: Site, tmp_path: Path) -> dict[str, Any]:
    """What the process met and whom it called, for each list."""
    chains = []
    for status in (301, 307):
        for number, end in enumerate(CHAINS):
            here = f"/{status}/{number}"
            site.redirect(f"{here}/0", f"{here}/1", status)
            site.redirect(f"{here}/1", site.url(f"{here}/2"), status)
            site.redirect(f"{here}/2", end, status)
            chains.append(site.url(f"{here}/0"))
    given = {
        "settings": {
            "allow_private_hosts": site.host,
            "fetch_delay": 0,
            "fetch_timeout": 5,
            "data_dir": str(tmp_path),
        },
        "port": site.port,
        "public": PUBLIC,
        "names": NAMES,
        "hostile": HOSTILE,
        "chains": chains,
        "rebinding": REBINDING,
    }
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        cwd=ROOT, input=json.dumps(given), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_no_socket_is_connected_to_a_place_that_is_not_public(
    told: dict[str, Any], site: Site
) -> None:
    found, dialled = told["hostile"]
    assert (len(found), dialled) == (len(HOSTILE), [])
    assert set(found) <= {"forbidden_address", "error"}

    found, dialled = told["chains"]
    assert len(found) == 2 * len(CHAINS)
    assert set(found) <= {"forbidden_address", "error"}
    assert len(site.paths()) == 3 * len(found), "every chain was followed to its last step"
    # A connection serves many requests; nothing but our own server was called.
    assert dialled and {tuple(one) for one in dialled} == {("127.0.0.1", site.port)}

    found, dialled = told["rebinding"]
    assert len(found) == len(REBINDING)
    assert all("forbidden_address" in one and "ok" not in one for one in found), found
    assert {address for address, _ in dialled} == {PUBLIC}
    assert all(ipaddress.ip_address(address).is_global for address, _ in dialled)

    # An address is not looked up on its way, which would be a second answer nobody checked.
    assert {asked for event, asked in told["looked_up"] if event != "socket.getaddrinfo"} == set()
    assert {asked for _, asked in told["looked_up"]} <= {"127.0.0.1", PUBLIC}
