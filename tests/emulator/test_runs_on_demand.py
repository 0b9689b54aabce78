"""Runs that somebody asks for: of one-time flows, and again after one that brought nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import Answer, refused
from tests.emulator.shop import HOUR, Shop
from tools.local_database import LocalDatabase


@pytest.fixture
def shop(flowservice_emulator: Emulator, database: LocalDatabase) -> Iterator[Shop]:
    """A shop, whose table goes with it."""
    with Shop(flowservice_emulator, database) as made:
        yield made


def ask(shop: Shop, flow_id: str, **changes: Any) -> Answer:
    """Ask for a run of what changed in the hour after the start."""
    window = {"windowStartTime": shop.start, "windowEndTime": shop.start + HOUR}
    params = {"startTime": shop.flows.now(), **window, "deltaColumn": {"name": "changed"}, **changes}
    kept = {key: value for key, value in params.items() if value is not None}
    return shop.api.send("POST", "/runs", {"flowId": flow_id, "params": kept})


def again(shop: Shop, run: dict[str, Any], op: str = "re-trigger") -> Answer:
    """Ask for a run once more."""
    return shop.api.send("POST", f"/runs/{run['id']}/action?op={op}", content_type=None)


def test_a_one_time_flow_runs_on_demand(flowservice_emulator: Emulator, shop: Shop) -> None:
    """About a window; the first such run writes its delta column into the flow."""
    for order, changed in (("a", -1), ("b", 0), ("c", HOUR)):
        shop.add(order, changed)
    flow_id = shop.once()

    first = ask(shop, flow_id)
    transformations = shop.flows.get(flow_id)["transformations"]
    second = ask(shop, flow_id, deltaColumn=None, windowEndTime=(shop.start + 2 * HOUR) * 1000)

    assert (first.status, second.status) == (201, 201)
    assert first.json["items"][0].keys() == {"id", "etag"}
    assert transformations[0] == {"name": "Copy", "params": {"deltaColumn": {"name": "changed"}}}
    assert shop.counts(flow_id) == [(1, 1, 0), (2, 2, 0)]
    assert refused(ask(shop, flow_id, deltaColumn={"name": "total"}), 400, "1382-400")


def test_a_run_can_be_scheduled(flowservice_emulator: Emulator, shop: Shop) -> None:
    """It says so until its time has come; the path may end with a slash."""
    flow_id = shop.once()
    params = {
        "startTime": str(shop.flows.now() + 60),
        "windowStartTime": "0",
        "windowEndTime": "1",
        "deltaColumn": {"name": "changed"},
    }

    made = shop.api.send("POST", "/runs/", {"flowId": flow_id, "params": params})
    [waiting] = shop.runs(flow_id)
    flowservice_emulator.advance(60)
    [ended] = shop.runs(flow_id)

    assert made.status == 201
    assert waiting["metrics"]["statusSummary"]["status"] == "scheduled"
    assert ended["metrics"]["statusSummary"]["status"] == "success"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"startTime": "soon"}, "1340-400"),
        ({"windowStartTime": 1.5}, "1340-400"),
        ({"windowEndTime": None}, "1340-400"),
        ({"windowEndTime": 1}, "1381-400"),
        ({"deltaColumn": None}, "1383-400"),
        ({"deltaColumn": {"name": ""}}, "1383-400"),
        ({"deltaColumn": "changed"}, "1392-400"),
        ({"deltaColumn": {"name": "changed", "dateFormat": 5}}, "1392-400"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_run_needs_its_params(shop: Shop, changes: dict[str, Any], code: str) -> None:
    """400 with the code of what is wrong."""
    assert refused(ask(shop, shop.once(), **changes), 400, code)


def test_a_run_needs_a_flow(flowservice_emulator: Emulator, shop: Shop) -> None:
    """A one-time one, that is there and not hidden."""
    once = shop.once()

    assert refused(ask(shop, shop.flow()), 400, "1386-400", "hour")
    assert refused(ask(shop, "unknown"), 400, "1430-400")
    assert refused(ask(shop, ""), 400, "1446-400")
    assert refused(shop.api.send("POST", "/runs", {"flowId": once}), 400, "1384-400")
    flowservice_emulator.hide_flow(once)
    assert refused(ask(shop, once), 403, "2120-403")


def test_a_failed_run_is_repeated(flowservice_emulator: Emulator, shop: Shop) -> None:
    """About its own window: a new run, after which the old one still is there."""
    shop.add("a", -1)
    shop.add("b", 1)
    flow_id = shop.flow()
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.advance(HOUR)
    flowservice_emulator.settings(connection_test="real")
    flowservice_emulator.advance(HOUR)
    [failed, succeeded] = shop.runs(flow_id)

    answer = again(shop, failed)

    assert (answer.status, set(answer.json)) == (200, {"id", "etag"})
    assert answer.json["id"] not in (failed["id"], succeeded["id"])
    assert shop.ids() == ["a", "b"]
    assert len(shop.runs(flow_id)) == 3
    assert shop.flows.get(flow_id)["lastRunDetails"]["id"] == answer.json["id"]


def test_a_run_that_brought_nothing_is_repeated(flowservice_emulator: Emulator, shop: Shop) -> None:
    """In upper case too; one that brought rows is not, nor one of a flow that is disabled."""
    empty, full = shop.flow(), shop.flow(schedule={"frequency": "day"})
    flowservice_emulator.advance(HOUR)
    shop.add("a", 1)
    flowservice_emulator.advance(25 * HOUR)
    nothing, something = shop.runs(empty)[0], shop.runs(full)[1]

    assert again(shop, nothing, "RE_TRIGGER").status == 200
    assert refused(again(shop, something), 400, "1387-400")
    assert refused(again(shop, nothing, "stop"), 400, "1398-400")
    stale = shop.api.send("POST", f"/runs/{nothing['id']}/action?op=re-trigger", if_match='"old"')
    assert refused(stale, 412)
    shop.flows.act(empty, "op=disable")
    assert refused(again(shop, nothing), 400, "1388-400")
