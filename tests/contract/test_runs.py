"""Runs: when flows read their tables, and what they tell about it."""

from __future__ import annotations

from tests.contract.api import is_gone, refused
from tests.contract.dataflows import Dataflows


def soon(dataflows: Dataflows) -> str:
    """Create a flow that runs in seconds, and return its id."""
    return dataflows.flow(scheduleParams=dataflows.schedule(startTime=dataflows.soon()))


def test_a_run_tells_what_it_did(dataflows: Dataflows) -> None:
    """Its flow, its times, its records and its status."""
    flow_id = soon(dataflows)

    run = dataflows.ran(flow_id)

    metrics = run["metrics"]
    assert run["flowId"] == flow_id
    assert metrics["durationSummary"]["startedAtUTC"] <= metrics["durationSummary"]["completedAtUTC"]
    assert metrics["statusSummary"]["status"].lower() == "success"
    assert metrics["recordSummary"]["inputRecordCount"] >= metrics["recordSummary"]["outputRecordCount"] >= 0
    assert dataflows.api.send("GET", f"/runs/{run['id']}").item["id"] == run["id"]


def test_a_flow_tells_of_its_last_run(dataflows: Dataflows) -> None:
    """State and times."""
    flow_id = soon(dataflows)

    run = dataflows.ran(flow_id)

    details = dataflows.get(flow_id)["lastRunDetails"]
    assert (details["id"], details["state"]) == (run["id"], "success")
    assert details.keys() >= {"startedAtUTC", "completedAtUTC"}


def test_a_run_that_brought_rows_is_not_repeated(dataflows: Dataflows) -> None:
    """400 with code 1387; no other action than `re-trigger` is known."""
    run = dataflows.ran(soon(dataflows))
    path = f"/runs/{run['id']}/action"

    if run["metrics"]["recordSummary"]["outputRecordCount"]:
        assert refused(dataflows.api.send("POST", f"{path}?op=re-trigger", content_type=None), 400, "1387-400")
    assert refused(dataflows.api.send("POST", f"{path}?op=stop", content_type=None), 400, "1398-400")


def test_only_a_one_time_flow_runs_on_demand(dataflows: Dataflows) -> None:
    """400 with code 1386, unless clients may not ask at all."""
    params = {"startTime": dataflows.now(), "windowStartTime": 0, "windowEndTime": 1}

    answer = dataflows.api.send("POST", "/runs", {"flowId": dataflows.flow(), "params": params})

    assert answer.status == 400
    assert "1386-400" in answer.text or "1427-400" in answer.text


def test_a_run_of_nobody_is_not_found(dataflows: Dataflows) -> None:
    """As any unknown resource."""
    assert is_gone(dataflows.api.send("GET", f"/runs/{dataflows.api.unknown_id()}"))
