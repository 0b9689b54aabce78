"""Runs come newest first, whatever the API makes of the order that it is asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pulumi_flowservice.errors import AnswerError

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer
from tests.support.sending import client_of, sandbox_of

FLOW = "2edc08ac-4df5-4fe6-936f-81a19ce92f5c"
REFUSED = answer(400, {"type": "https://x/flow/FLOW-1433-400", "title": "Bad Request", "detail": "no such field"})


def run(number: int, flow: str = FLOW, **more: Any) -> dict[str, Any]:
    """A run that was created at that time."""
    return {"id": f"run-{number}", "flowId": flow, "createdAt": number, **more}


def page(*runs: dict[str, Any], token: str = "") -> bytes:
    """An answer with these runs, and a link to the next page if there is one."""
    links = {"next": {"href": f"/runs?continuationToken={token}"}} if token else {}
    return answer(200, {"items": list(runs), "_links": links})


def newest(server: RawServer, passing: FakeTime) -> list[str]:
    """The ids of the runs in their order."""
    return [each.id for each in sandbox_of(client_of(server.url, passing)).runs.newest(FLOW)]


def query(server: RawServer, number: int) -> dict[str, list[str]]:
    """The query of a request."""
    return parse_qs(urlsplit(server.received[number].path).query)


def test_one_page_is_enough_for_the_newest(passing: FakeTime) -> None:
    """Of the thousands of runs of a flow, no more pages are read than are needed."""
    with RawServer(page(run(9), run(8), token="a"), page(run(7))) as server:
        runs = sandbox_of(client_of(server.url, passing)).runs.newest(FLOW)
        first = [next(runs).id, next(runs).id]
        assert len(server.received) == 1
        rest = [each.id for each in runs]

    assert (first, rest) == (["run-9", "run-8"], ["run-7"])
    assert query(server, 0) == {"property": [f"flowId=={FLOW}"], "limit": ["100"], "orderby": ["-createdAt"]}
    assert query(server, 1) == {**query(server, 0), "continuationToken": ["a"]}


@pytest.mark.parametrize("first", [page(run(7), run(9), token="a"), REFUSED])
def test_all_pages_are_sorted_here_if_the_api_does_not(passing: FakeTime, first: bytes) -> None:
    """Whether it ignores the order or refuses it."""
    with RawServer(first, page(run(7), run(9), token="a"), page(run(8))) as server:
        assert newest(server, passing) == ["run-9", "run-8", "run-7"]

    assert "orderby" not in query(server, 1)


def test_a_run_that_begins_meanwhile_moves_none_twice(passing: FakeTime) -> None:
    """It shifts the last one of a page to the next page."""
    with RawServer(page(run(9), run(8), token="a"), page(run(8), run(7))) as server:
        assert newest(server, passing) == ["run-9", "run-8", "run-7"]


def test_equal_times_are_told_apart_by_the_start(passing: FakeTime) -> None:
    """As when several were due at once; the last resort is the id, so that the order stays."""
    metrics = {"durationSummary": {"startedAtUTC": 5}}
    runs = (run(1), *({**run(1, metrics=metrics), "id": each} for each in ("run-2", "run-0")))
    with RawServer(page(*runs)) as server:
        assert newest(server, passing) == ["run-0", "run-2", "run-1"]


def test_runs_of_other_flows_are_left_out(passing: FakeTime) -> None:
    """Even if the API's filter shows them."""
    with RawServer(page(run(9, "another"), run(8))) as server:
        assert newest(server, passing) == ["run-8"]


def test_other_refusals_are_errors(passing: FakeTime) -> None:
    """A missing permission is no reason to ask again."""
    with RawServer(answer(403, {"title": "Forbidden"})) as server, pytest.raises(AnswerError, match="403"):
        newest(server, passing)

    assert len(server.received) == 1
