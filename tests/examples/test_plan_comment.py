"""The script that shows a plan in its pull request, with a stand-in for GitHub's command line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "examples/gitops/ci/comment.sh"
BRANCH = "add/returns; $(touch broken)"
# Keeps its arguments and what it reads; answers the first question with a number.
GH = """#!/bin/sh
printf '%s\\n' "$@" > "$KEPT/$2.arguments"
if [ "$2" = list ]; then
    printf '%s' "$NUMBER"
else
    cat > "$KEPT/body"
fi
"""


def comment(folder: Path, plan: bytes, number: str = "7") -> str:
    """Run the script with this plan and return what it prints; the stand-in finds the pull request `number`."""
    program = folder / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH)
    program.chmod(0o755)
    (folder / "plan.txt").write_bytes(plan)
    variables = {
        "PATH": f"{program.parent}:{os.defpath}",
        "KEPT": str(folder),
        "NUMBER": number,
        "HEAD_BRANCH": BRANCH,
        "HEAD_SHA": "abc",
    }
    command = [str(SCRIPT), "plan.txt"]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def arguments(folder: Path, command: str) -> list[str]:
    return (folder / f"{command}.arguments").read_text().splitlines()


def test_a_plan_becomes_the_comment_of_its_pull_request(tmp_path: Path) -> None:
    """The pull request is found by the event's branch and commit; its comment is renewed, or made."""
    comment(tmp_path, b"STACK dev\n + 1 to create\n")

    asked = arguments(tmp_path, "list")
    assert asked[:6] == ["pr", "list", "--state", "open", "--head", BRANCH]
    # No text of the event becomes part of a program.
    assert "env.HEAD_SHA" in asked[-1] and "abc" not in asked[-1]
    assert not (tmp_path / "broken").exists()
    assert " ".join(arguments(tmp_path, "comment")) == "pr comment 7 --edit-last --create-if-none --body-file -"
    body = (tmp_path / "body").read_text()
    assert body == "### Plan for the connections\n<pre>\nSTACK dev\n + 1 to create\n</pre>\n"


def test_a_commit_that_is_no_head_any_more_gets_no_comment(tmp_path: Path) -> None:
    """A newer plan is on its way, or the pull request is closed."""
    assert "nothing to comment on" in comment(tmp_path, b"plan\n", number="")
    assert not (tmp_path / "body").exists()


def test_control_characters_are_no_part_of_a_comment(tmp_path: Path) -> None:
    """What could steer a terminal or break a line is replaced."""
    comment(tmp_path, b"orders\r::x\x1b[31m\x00\tb\n")

    assert (tmp_path / "body").read_bytes().splitlines()[2] == b"orders?::x?[31m?\tb"


@pytest.mark.parametrize(
    "start",
    [b"</pre>\n```\n<img src=x> &lt;\n", b"\xff\xfe not UTF-8 <\n", b"<" * 200_000],
    ids=["html", "bytes", "long"],
)
def test_a_plan_is_text_and_nothing_else(tmp_path: Path, start: bytes) -> None:
    """It comes from a stranger's code: it ends no block, and is cut to what GitHub takes."""
    comment(tmp_path, start + b"<&>\n" * 40_000)

    body = (tmp_path / "body").read_bytes()
    inside = body.partition(b"<pre>\n")[2].rpartition(b"\n</pre>")[0]
    assert b"<" not in inside and b">" not in inside
    assert b"(The plan is longer" in inside
    assert len(body) < 65_536
