"""What the workflows may do, and that the evaluation's comment is posted once and then renewed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_pull_request_brings_runs_without_the_right_to_write(path: Path) -> None:
    found = workflow(path.name)
    assert found["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in found[True]  # `on`, as YAML 1.1 reads it
    for job in found["jobs"].values():
        uses = [step.get("uses", "") for step in job["steps"]]
        if any(value == "write" for value in job.get("permissions", {}).values()):
            assert not [one for one in uses if one.startswith("actions/checkout")]
        for step in job["steps"]:
            # what a stranger can word is data in the environment, never part of a script
            assert not re.search(r"\$\{\{\s*github\.(event|head_ref)", step.get("run", ""))


def test_only_the_comment_may_write_and_forks_go_without() -> None:
    jobs = workflow("evaluate.yml")["jobs"]
    assert "permissions" not in jobs["evaluate"]
    assert jobs["comment"]["permissions"] == {"pull-requests": "write"}
    condition = " ".join(jobs["comment"]["if"].split())
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition


@pytest.mark.parametrize(
    ("tag", "changelog", "made"),
    [
        ("v1.2.0", "## [Unreleased]\n\n## [1.2.0]\n\n- New\n\n## [1.1.0]\n\n- Old\n", "- New"),
        ("v1.3.0", "## [1.3.0]\n\n- New\n", None),
        ("v1.2.0", "## [Unreleased]\n\n- New\n", None),
        ("v1.2.0", "## [1.2.0]\n\n## [1.1.0]\n\n- Old\n", None),
    ],
)
def test_a_release_needs_its_version_and_its_part_of_the_changelog(
    tmp_path: Path, tag: str, changelog: str, made: str | None
) -> None:
    (step,) = [
        one for one in workflow("release.yml")["jobs"]["build"]["steps"] if "awk" in str(one)
    ]
    (tmp_path / "pyproject.toml").write_text('name = "x"\nversion = "1.2.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "GITHUB_REF_NAME": tag}
    command = ["bash", "-euo", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=tmp_path, env=environment, check=False)
    assert (done.returncode == 0) is (made is not None)
    if made:
        assert (tmp_path / "dist" / "notes.md").read_text(encoding="utf-8").strip() == made


def test_a_release_is_a_draft_that_a_person_publishes() -> None:
    jobs = workflow("release.yml")["jobs"]
    assert jobs["draft"]["permissions"] == {"contents": "write"}
    assert jobs["draft"]["needs"] == "build"
    assert "--draft" in jobs["draft"]["steps"][-1]["run"]
    assert "permissions" not in jobs["build"]


GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> calls
case "$*" in
  *--paginate*)
    while [ "$1" != --jq ]; do shift; done
    if command -v jq > /dev/null; then jq -r "$2" comments.json; else "$PYTHON" select.py; fi ;;
  *body=@*) cat comment.md > posted ;;
esac
"""


# What the filter says, for a machine without jq (which gh brings along).
SELECT = """\
import json, os
for one in json.load(open("comments.json")):
    if one["user"]["type"] == "Bot" and one["body"].startswith(os.environ["MARK"]):
        print(one["id"])
"""


@pytest.mark.parametrize(
    ("there", "call"),
    [
        ([], "api --silent repos/team/notes/issues/7/comments -F body=@comment.md"),
        (
            [
                {"id": 1, "user": {"type": "User"}, "body": "<!-- the evaluation's comment -->"},
                {"id": 2, "user": {"type": "Bot"}, "body": "of another workflow"},
                {"id": 3, "user": {"type": "Bot"}, "body": "<!-- the evaluation's comment -->\nx"},
            ],
            "api --silent -X PATCH repos/team/notes/issues/comments/3 -F body=@comment.md",
        ),
    ],
)
def test_the_comment_is_posted_once_and_then_renewed(
    tmp_path: Path, there: list[dict[str, Any]], call: str
) -> None:
    step = workflow("evaluate.yml")["jobs"]["comment"]["steps"][-1]
    for name, text in {
        "gh": GH,
        "select.py": SELECT,
        "comments.json": json.dumps(there),
        "report/summary.md": "## ✅ Fine\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GITHUB_REPOSITORY": "team/notes",
        "NUMBER": "7",
        "PYTHON": sys.executable,
        "MARK": step["env"]["MARK"],
    }
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", step["run"]], cwd=tmp_path, env=environment, check=True
    )
    assert (tmp_path / "calls").read_text(encoding="utf-8").splitlines()[-1] == call
    posted = (tmp_path / "posted").read_text(encoding="utf-8")
    assert posted == "<!-- the evaluation's comment -->\n## ✅ Fine\n"
