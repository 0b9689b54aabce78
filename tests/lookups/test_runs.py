"""Watching a run, with a clock that no test waits for."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.followed_run import follow
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.call import Run
from pulumi_flowservice.lookups.results import DataflowRunResult
from pulumi_flowservice.lookups.runs import history, list_runs, watch
from pulumi_flowservice.settings import load

from tests.contract.dataflows import DATABASE_FLOW_SPEC
from tests.emulator.shop import HOUR, Shop
from tests.support.lifecycle import Process, error_of
from tests.support.raw_server import RawServer, answer
from tools.local_database import LocalDatabase

pytestmark = pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0, run_seconds=0)


@pytest.fixture
def shop(flowservice_emulator: Emulator, database: LocalDatabase) -> Iterator[Shop]:
    """A shop whose orders a dataflow reads every hour."""
    with Shop(flowservice_emulator, database) as made:
        yield made


def test_a_run_is_watched_until_it_is_over(process: Process, shop: Shop) -> None:
    """Its progress comes with the time since it began; the pauses grow to 15 seconds."""
    shop.add("a", -1)
    flow_id = shop.flow()
    shop.emulator.settings(run_seconds=100)
    shop.emulator.advance(HOUR)

    seen = list(watch(process.run, flow_id, None, None))

    runs = [each.run for each in seen if each.run]
    assert [each.status for each in runs] == [*["in_progress"] * (len(seen) - 1), "success"]
    assert (runs[-1].rows_written, len({each.id for each in runs})) == (1, 1)
    assert seen[0].seconds < 10 < 90 < seen[-1].seconds < 130
    assert process.steps.waits[-1] == 15 and sum(process.steps.waits) < 130


@pytest.mark.long
def test_the_first_run_is_waited_for(process: Process, shop: Shop) -> None:
    """It begins in an hour."""
    flow_id = shop.flow()

    seen = list(watch(process.run, flow_id, None, None))

    assert (seen[0].run, seen[0].seconds) == (None, 0.0)
    assert seen[-1].run and seen[-1].run.is_over
    assert HOUR - 60 < process.steps.slept < HOUR + 60


def test_each_look_has_a_time_limit_of_its_own(process: Process, shop: Shop) -> None:
    """A run may take longer than the operation timeout, and a look may have trouble."""
    flow_id = shop.flow()
    shop.emulator.settings(run_seconds=HOUR / 4)
    shop.emulator.advance(HOUR)
    shop.emulator.fault("GET", "/runs/*", times=5, status=503, skip=10)

    *_, last = watch(process.run, flow_id, None, None)

    assert last.run and last.run.is_over
    assert process.steps.slept > process.run.settings.operation_timeout


def test_a_run_that_is_gone_ends_the_watch(process: Process, shop: Shop) -> None:
    """Somebody has deleted the dataflow meanwhile."""
    flow_id = shop.flow()
    shop.emulator.settings(run_seconds=1_000)
    shop.emulator.advance(HOUR)
    process.steps.meanwhile = lambda: shop.emulator.delete_flow(flow_id) if shop.emulator.flows() else None

    found = error_of(lambda: list(watch(process.run, flow_id, None, None)))

    assert found.code == Code.NOT_FOUND
    assert "Check that the dataflow still exists." in str(found)


@pytest.mark.long
def test_progress_is_a_line_for_each_change(process: Process, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard error is no terminal: the time alone is no news."""
    shop.add("a", -1)
    flow_id = shop.flow()
    found = history(process.run, flow_id, 10, None)

    def slower() -> None:
        shop.emulator.settings(run_seconds=60)

    process.steps.meanwhile = slower
    assert follow(process.run, found, None, None)

    waiting, running, over = capsys.readouterr().err.splitlines()
    assert waiting.startswith("waiting for the first run, which is due at 20") and waiting.endswith(" UTC")
    assert running == "in progress: 0 rows read, 0 written, 0 failed"
    assert over == "success: 1 rows read, 1 written, 0 failed"


def test_progress_is_one_line_at_a_terminal(process: Process, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the time that has passed; it is gone in the end, when the report follows."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    flow_id = shop.flow()
    shop.emulator.settings(run_seconds=100)
    shop.emulator.advance(HOUR)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    assert follow(process.run, history(process.run, flow_id, 10, None), None, None)

    shown = terminal.getvalue()
    assert re.search(r"0:01:[0-5]\d success: 0 rows read, 0 written, 0 failed", shown)
    assert shown.endswith("\x1b[1A\x1b[2K")


def test_runs_come_from_all_pages(process: Process, shop: Shop) -> None:
    """The newest first, however many there are."""
    flow_id = shop.flow()
    for _ in range(5):
        shop.emulator.advance(24 * HOUR)
        shop.runs(flow_id)

    found = list_runs(process.run, flow_id, 110, None)

    starts = [str(each.started_at) for each in found]
    assert len(found) == 110
    assert starts == sorted(starts, reverse=True)
    assert found[0].started_at == list_runs(process.run, flow_id, 1, None)[0].started_at


def test_odd_runs_are_shown_as_far_as_they_can_be() -> None:
    """Times of no calendar, no counts, words in any case, texts of many lines: nothing of that is an error."""
    flow_id = "2edc08ac-4df5-4fe6-936f-81a19ce92f5c"
    spec = {"id": DATABASE_FLOW_SPEC, "version": "1.0"}
    parts = {"sourceConnectionIds": ["s"], "targetConnectionIds": ["t"]}
    flow = answer(200, {"items": [{"id": flow_id, "flowSpec": spec, "state": "enabled", **parts}]})
    times = [{"startedAtUTC": start, "completedAtUTC": end} for start, end in ((10**18, 10**19), (-5, 10**18), (9, 5))]
    error = {"code": "A-1", "message": "a\n::stop\x1b[2J"}
    metrics = [
        *({"durationSummary": each, "statusSummary": {"status": "IN_PROGRESS"}} for each in times),
        None,
        {"durationSummary": None, "recordSummary": None, "statusSummary": None},
        {"statusSummary": {"status": "PartialFailure", "errors": [error, error]}},
    ]
    runs = [{"id": f"{number}", "flowId": flow_id, "metrics": each} for number, each in enumerate(metrics)]
    with RawServer(flow, answer(200, {"items": [*runs, {"id": "odd", "metrics": 5}]})) as server:
        names = ("ENDPOINT", "ACCESS_TOKEN", "API_KEY", "IMS_ORG", "SANDBOX")
        values = (server.url, "a-token", "a-key", "x@AdobeOrg", "dev")
        variables = {f"FLOWSERVICE_{name}": value for name, value in zip(names, values, strict=True)}
        warnings: list[str] = []
        found = list_runs(Run(load(lambda _key: None, variables), warn=warnings.append), flow_id, 10, None)

    shown = {each.id: each for each in found}
    statuses = [shown[f"{number}"].status for number in range(len(metrics))]
    assert statuses == ["in_progress", "in_progress", "in_progress", "", "", "partial_failure"]
    assert {each.duration_seconds for each in found} == {None}
    assert shown["5"].errors == ["A-1 a\\n::stop\\x1b[2J"] * 2
    assert [text[:6] for text in warnings] == ["FS4011"]


@pytest.mark.parametrize(
    ("status", "completed", "is_over", "is_good"),
    [
        ("success", None, True, True),
        ("completed", "2030-01-01T00:00:00.000+00:00", True, True),
        ("failed", None, True, False),
        ("partial_success", None, True, False),
        ("partial_failure", None, True, False),
        ("in_progress", None, False, False),
        ("queued", "2030-01-01T00:00:00.000+00:00", False, False),
        ("", None, False, False),
        ("aborted", None, False, False),
        ("aborted", "2030-01-01T00:00:00.000+00:00", True, False),
    ],
)
def test_what_a_status_means(status: str, completed: str | None, is_over: bool, is_good: bool) -> None:
    """A word that nobody has documented is no success, and over when it has an end."""
    found = DataflowRunResult("a", status, completed_at=completed)

    assert (found.is_over, found.is_good) == (is_over, is_good)
