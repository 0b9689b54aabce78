"""Shows plan.txt as a comment of its pull request, and renews that comment with each new plan.

    python ci/comment.py plan.txt

It runs after the plan, in a workflow of its own that may write comments and never runs the pull request's code: so
the plan is untrusted text here. Which pull request it belongs to comes from GitHub's event, not from the plan.
"""

from __future__ import annotations

import html
import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- plan of redshift-connections -->"
# GitHub refuses comments of more than 65,536 characters.
LONGEST = 60_000
PAGE = 100


def main(path: str) -> None:
    """Write the comment; the environment says where (GITHUB_TOKEN, HEAD_REPOSITORY, HEAD_BRANCH, HEAD_SHA)."""
    number = pull_request(os.environ["HEAD_REPOSITORY"], os.environ["HEAD_BRANCH"], os.environ["HEAD_SHA"])
    if number is None:
        print("No open pull request has this commit at its head: nothing to comment on.")
        return
    body = comment(Path(path).read_text(encoding="utf-8", errors="replace"))
    earlier = earlier_comment(number)
    if earlier is None:
        github("POST", f"issues/{number}/comments", {"body": body})
    else:
        github("PATCH", f"issues/comments/{earlier}", {"body": body})
    print(f"Pull request {number}: the comment is {'new' if earlier is None else 'renewed'}.")


def comment(plan: str) -> str:
    """The comment's text; in it the plan is text and nothing else."""
    escaped = html.escape(plan, quote=False)
    is_cut = len(escaped) > LONGEST
    # At the end of a line, so that no escape is cut in two.
    shown = escaped[:LONGEST].rpartition("\n")[0] if is_cut else escaped
    rest = "\n\n(The plan is longer; the job's log has all of it.)" if is_cut else ""
    return f"{MARK}\n### Plan for the Redshift connections\n<pre>\n{shown}\n</pre>{rest}"


def pull_request(repository: str, branch: str, commit: str) -> int | None:
    """The number of the open pull request from this branch, if the commit is still its head."""
    head = urllib.parse.quote(f"{repository.partition('/')[0]}:{branch}", safe="")
    found = github("GET", f"pulls?state=open&per_page={PAGE}&head={head}")
    return next((each["number"] for each in found if each["head"]["sha"] == commit), None)


def earlier_comment(number: int) -> int | None:
    """The id of our comment, by its mark; only a bot's, so that nobody can have theirs overwritten."""
    page = 1
    while found := github("GET", f"issues/{number}/comments?per_page={PAGE}&page={page}"):
        for each in found:
            if each["user"]["type"] == "Bot" and each["body"].startswith(MARK):
                return int(each["id"])
        page += 1
    return None


def github(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask GitHub's REST API about this repository."""
    address = f"{os.environ.get('GITHUB_API_URL', 'https://api.github.com')}/repos/{os.environ['GITHUB_REPOSITORY']}"
    request = urllib.request.Request(  # noqa: S310 - The address is GitHub's own.
        f"{address}/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - As above.
        return json.load(answer)


if __name__ == "__main__":
    main(sys.argv[1])
