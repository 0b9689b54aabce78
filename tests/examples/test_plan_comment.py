"""The script that shows a plan in its pull request, against a stand-in for GitHub's REST API on 127.0.0.1."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

SCRIPT = Path(__file__).parents[2] / "examples/gitops/ci/comment.py"
MARK = "<!-- plan of redshift-connections -->"
REPOSITORY = "/repos/example/connections"


class GitHub(ThreadingHTTPServer):
    """Keeps the pull requests and comments that a test puts in, and what the script writes.

    Source of paths and fields: GitHub's REST API documentation, "List pull requests" and "Issue comments".
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pulls: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.writes: list[tuple[str, str]] = []
        self.heads: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: GitHub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        if parts.path == f"{REPOSITORY}/pulls":
            self.server.heads += query["head"]
            self._answer(self.server.pulls)
        else:
            first = (int(query["page"][0]) - 1) * int(query["per_page"][0])
            self._answer(self.server.comments[first : first + int(query["per_page"][0])])

    def do_POST(self) -> None:
        self.server.writes.append((f"POST {self.path}", self._body()))
        self._answer({}, 201)

    def do_PATCH(self) -> None:
        self.server.writes.append((f"PATCH {self.path}", self._body()))
        self._answer({})

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""

    def _body(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def _answer(self, document: Any, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status if self.headers["Authorization"] == "Bearer token-of-the-job" else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def github() -> Iterator[GitHub]:
    server = GitHub()
    server.pulls = [{"number": 7, "head": {"sha": "abc"}}]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def comment(github: GitHub, folder: Path, plan: str) -> str:
    """Run the script and return what it prints."""
    (folder / "plan.txt").write_text(plan)
    variables = {
        "GITHUB_API_URL": f"http://127.0.0.1:{github.server_port}",
        "GITHUB_REPOSITORY": "example/connections",
        "GITHUB_TOKEN": "token-of-the-job",
        "HEAD_REPOSITORY": "somebody/connections",
        "HEAD_BRANCH": "add/returns",
        "HEAD_SHA": "abc",
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, str(SCRIPT), "plan.txt"]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_plan_is_a_new_comment(github: GitHub, tmp_path: Path) -> None:
    """The pull request is found by the branch of the fork, as GitHub's event names it."""
    comment(github, tmp_path, "STACK dev\n + 1 to create\n")

    [(request, body)] = github.writes
    assert request == f"POST {REPOSITORY}/issues/7/comments"
    assert body.startswith(MARK) and "+ 1 to create" in body
    assert github.heads == ["somebody:add/returns"]


def test_the_next_plan_renews_the_comment(github: GitHub, tmp_path: Path) -> None:
    """Of many comments, only the one that a bot began with the mark is changed."""
    chatter = [{"id": i, "body": "nice", "user": {"type": "User"}} for i in range(130)]
    forged = {"id": 555, "body": f"{MARK} mine", "user": {"type": "User"}}
    ours = {"id": 777, "body": f"{MARK}\nold", "user": {"type": "Bot"}}
    github.comments = [forged, *chatter, ours]

    comment(github, tmp_path, "new plan")

    assert [request for request, _ in github.writes] == [f"PATCH {REPOSITORY}/issues/comments/777"]


def test_a_plan_is_text_and_nothing_else(github: GitHub, tmp_path: Path) -> None:
    """It comes from a stranger's code: it ends no block, and is cut to what GitHub takes."""
    comment(github, tmp_path, "</pre>\n```\n<img src=x>\n" + "<&>\n" * 40_000)

    [(_, body)] = github.writes
    inside = body.partition("<pre>\n")[2].rpartition("\n</pre>")[0]
    assert "<" not in inside and "&lt;/pre&gt;" in inside
    assert len(body) < 65_536
    assert "the job's log has all of it" in body


def test_a_commit_that_is_no_head_any_more_is_left_alone(github: GitHub, tmp_path: Path) -> None:
    """An old plan does not overwrite the new one's comment."""
    github.pulls = [{"number": 7, "head": {"sha": "newer"}}]

    said = comment(github, tmp_path, "old plan")

    assert "nothing to comment on" in said
    assert github.writes == []
