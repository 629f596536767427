"""The ingest runs as a program: its progress is followed, its end is told, whatever it is."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from rag.settings import load_settings
from ui.state.programs import IngestProgram, Progress, ingest_command, progress_lines, summary_of


def run(code: str, limit: float = 20) -> Progress:
    program = IngestProgram([sys.executable, "-c", code])
    assert program.progress is None
    program.start()
    return finished(program, limit)


def finished(program: IngestProgram, limit: float = 20) -> Progress:
    end = time.monotonic() + limit
    while True:
        progress = program.progress
        assert progress
        if not progress.running:
            return progress
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_run_ends_with_its_summary() -> None:
    done = run("import sys; print('{\"chunks\": 7}'); print('working', file=sys.stderr)")
    assert (done.exit_code, done.summary, done.lines) == (0, {"chunks": 7}, ("working",))
    assert done.seconds > 0


def test_a_run_that_fails_shows_its_last_lines() -> None:
    done = run("import sys; print('no notes in corpus', file=sys.stderr); sys.exit(1)")
    assert (done.exit_code, done.summary) == (1, None)
    assert done.lines[-1] == "no notes in corpus"


def test_progress_is_seen_while_it_runs_and_a_bar_is_one_line() -> None:
    code = (
        "import sys\n"
        "for n in (0, 50, 100):\n"
        "    sys.stderr.write(f'\\rReading: {n:3d}%|###| {n}/100'); sys.stderr.flush()\n"
        "sys.stderr.write('\\n\\x1b[31mdone\\x1b[0m\\n')\n"
        "sys.stdin.read()\n"
    )
    done = run(code)  # reads nothing from stdin, so it does not hang
    assert done.lines == ("Reading: 100%|###| 100/100", "done")


def test_only_one_runs_at_a_time(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    code = f"open({str(marks)!r}, 'a').write('x'); import time; time.sleep(0.3)"
    program = IngestProgram([sys.executable, "-c", code])
    for _ in range(5):
        program.start()
    finished(program)
    assert marks.read_text(encoding="utf-8") == "x"
    program.start()
    finished(program)
    assert marks.read_text(encoding="utf-8") == "xx"


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    program = IngestProgram([str(tmp_path / "nothing")])
    program.start()
    done = finished(program)
    assert done.exit_code == 1
    assert "nothing" in done.lines[-1]


def test_a_program_that_floods_is_kept_short() -> None:
    done = run("import sys\nfor n in range(5000): print('line', n, file=sys.stderr)")
    assert done.lines[-1] == "line 4999"
    assert len(done.lines) == 12


def test_the_command_names_the_folders_of_the_settings(tmp_path: Path) -> None:
    settings = load_settings(corpus_dir=tmp_path / "notes", data_dir=tmp_path / "d")
    command = ingest_command(settings)
    assert command[:5] == (sys.executable, "-P", "-m", "ingest", "--json")
    assert command[-4:] == ("--corpus", str(tmp_path / "notes"), "--data", str(tmp_path / "d"))


def test_control_characters_do_not_reach_the_page() -> None:
    assert list(progress_lines(["\x1b[2K\x07a\tb\x00\n", " \n", "c\rd\n"])) == ["ab", "c", "d"]


@pytest.mark.parametrize("said", ["", "text", "[1]", "{", "{}\nnot json"])
def test_what_is_no_summary_is_none(said: str) -> None:
    assert summary_of(said) is None
