"""The dataflows of a manifest: what is read, and every way in which one can be wrong, with its line."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.manifest.content import Manifest, SettledDataflow
from pulumi_flowservice.manifest.problems import ManifestError, Problem
from pulumi_flowservice.manifest.reader import read_text

from tests.support.wrong_dataflows import WRONG, flows


def load(text: str) -> Manifest:
    return read_text(text.encode(), "connections.yaml")[0]


def settled(text: str, sandbox: str = "dev", name: str = "orders") -> SettledDataflow:
    return load(text).settled_dataflow(name, sandbox)


def problems(text: str) -> list[Problem]:
    with pytest.raises(ManifestError) as raised:
        load(text)
    assert "hunter2" not in str(raised.value)
    return list(raised.value.problems)


def test_an_entry_becomes_the_resources_inputs() -> None:
    """All keys of the resource, by its names; the connection is that of the entry, and nothing is added."""
    more = (
        "columns: [id, changed_at]",
        "filters: {type: PQL, format: pql/json, value: {nodeType: fnApply, fnName: and, params: [{a: [{b: [1]}]}]}}",
        "schema: https://ns.example.com/schemas/1",
        "options: {errorDiagnostics: true, partialIngestionPercent: 2.5}",
        "enabled: false",
        "name: Orders",
        "description: All of them",
        "protect: true",
    )

    found = settled(flows(*more))

    assert (found.connection, found.options) == ("shop", {"protect": True})
    assert found.inputs == {
        "table": "public.orders",
        "dataset": "Orders",
        "deltaColumn": "changed_at",
        "schedule": {"frequency": "day", "interval": 1},
        "mapping": {"_example.id": "id"},
        "columns": ["id", "changed_at"],
        "filters": {
            "type": "PQL",
            "format": "pql/json",
            "value": {"nodeType": "fnApply", "fnName": "and", "params": [{"a": [{"b": [1]}]}]},
        },
        "schema": "https://ns.example.com/schemas/1",
        "options": {"errorDiagnostics": True, "partialIngestionPercent": 2.5},
        "enabled": False,
        "name": "Orders",
        "description": "All of them",
    }


@pytest.mark.parametrize("more", [(), ("adopt: some-id", "sandboxes: [dev]")])
def test_what_is_left_out_is_not_given(more: tuple[str, ...]) -> None:
    """Not even a default: with `enabled`, an adopted dataflow that is paused would begin to run when `adopt` goes."""
    assert "enabled" not in settled(flows(*more)).inputs


@pytest.mark.parametrize(
    ("schedule", "meant"),
    [
        ("{every: 1 day}", {"frequency": "day", "interval": 1}),
        ("{every: week}", {"frequency": "week", "interval": 1}),
        ("{every: 15 minutes}", {"frequency": "minute", "interval": 15}),
        ("{every: 2 hours, backfill: false}", {"frequency": "hour", "interval": 2, "backfill": False}),
        ("{frequency: hour, interval: 6}", {"frequency": "hour", "interval": 6}),
        (
            "{every: 3 days, start: 2030-01-31T06:00:00Z}",
            {"frequency": "day", "interval": 3, "startTime": "2030-01-31T06:00:00Z"},
        ),
        (
            "{frequency: day, startTime: '2030-01-31T06:00:00+02:00'}",
            {"frequency": "day", "interval": 1, "startTime": "2030-01-31T04:00:00Z"},
        ),
        # A time that has passed: the file has worked for years, or is about to be adopted.
        (
            "{every: 1 day, start: 2020-01-31T06:00:00Z}",
            {"frequency": "day", "interval": 1, "startTime": "2020-01-31T06:00:00Z"},
        ),
    ],
)
def test_schedules_have_two_spellings(schedule: str, meant: dict[str, Any]) -> None:
    """`every` and `start` stand for the resource's names; each form gives the same inputs."""
    assert settled(flows(schedule=schedule)).inputs["schedule"] == meant


@pytest.mark.parametrize("schedule", ["once", "{frequency: once}", "{frequency: once, start: 2030-01-31T06:00:00Z}"])
def test_a_dataflow_can_run_once(schedule: str) -> None:
    """One word says it."""
    assert settled(flows(schedule=schedule, deltaColumn=None)).inputs["schedule"]["frequency"] == "once"


def test_a_mapping_has_columns_expressions_and_constants() -> None:
    """Paths and texts of any script come through as they are; a constant keeps its type."""
    rows = (
        "{_example.id: id, '_a:ü\\.b': 'Größe 漢字', _c: {expression: upper(name)}, _d: {static: 5}, _e: {static: no}}"
    )

    found = settled(flows(mapping=rows)).inputs["mapping"]

    assert found == {
        "_example.id": "id",
        "_a:ü\\.b": "Größe 漢字",
        "_c": {"expression": "upper(name)"},
        "_d": {"static": 5},
        "_e": {"static": False},
    }


def test_a_dataflow_goes_where_its_connection_goes_or_to_fewer() -> None:
    """Also where an override gives it another connection."""
    manifest = load(
        flows("overrides: {dev: {connection: old}}")
        + "  narrow: {connection: shop, table: t, dataset: d, schedule: once, mapping: {a: b}, sandboxes: [prod]}\n"
        + "  inherited: {connection: old, table: t, dataset: d, schedule: once, mapping: {a: b}}\n"
    )

    goes = {
        name: {s: manifest.connection_of(name, s) for s in ("dev", "prod") if manifest.dataflow_goes_to(name, s)}
        for name in manifest.dataflows
    }

    assert goes == {"orders": {"dev": "old", "prod": "shop"}, "narrow": {"prod": "shop"}, "inherited": {"dev": "old"}}


def test_an_override_replaces_a_value_as_a_whole() -> None:
    """A schedule or a mapping is not merged; shared values of connections do not reach dataflows."""
    text = "defaults: {description: Shared}\n" + flows(
        "overrides: {prod: {dataset: 5e8598e1c1c1a61918fe5f25, schedule: {every: 1 week}, mapping: {_x: y}}}",
        schedule="{every: 1 day, backfill: false}",
    )

    dev, prod = (settled(text, sandbox).inputs for sandbox in ("dev", "prod"))

    assert prod == {
        **dev,
        "dataset": "5e8598e1c1c1a61918fe5f25",
        "schedule": {"frequency": "week", "interval": 1},
        "mapping": {"_x": "y"},
    }
    assert "description" not in dev


def test_what_differs_by_sandbox_may_be_given_by_sandbox_only() -> None:
    """A dataset that each sandbox has under another id needs no value of the entry itself."""
    overrides = "overrides: {dev: {dataset: a}, prod: {dataset: b}}"

    assert [settled(flows(overrides, dataset=None), each).inputs["dataset"] for each in ("dev", "prod")] == ["a", "b"]
    [missing] = problems(flows("overrides: {dev: {dataset: a}}", dataset=None))
    assert (missing.field, missing.what) == ("dataflows.orders.dataset", "is missing in prod")


def test_a_file_without_sandboxes_has_dataflows_too() -> None:
    """Where neither the file nor a stack names sandboxes, those of the connection count."""
    text = flows("overrides: {prod: {dataset: Other}}").replace("sandboxes: {dev: , prod: }\n", "")

    assert settled(text, "prod").inputs["dataset"] == "Other"
    assert [each.what for each in problems(text.replace("shop\n", "old\n"))] == [
        "its connection is not in this sandbox"
    ]


def test_connections_and_dataflows_may_have_one_name() -> None:
    """Each section has names of its own, also in the UI."""
    manifest = load(flows("name: shop").replace("  orders:", "  shop:").replace("  shop: {", "  shop: {name: shop, "))

    assert manifest.connections.keys() & manifest.dataflows.keys() == {"shop"}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_dataflow_is_refused_with_line_field_and_remedy(case: str) -> None:
    """The problem is named on its line; no value of the file is in it."""
    text, line, field, said = WRONG[case]

    found = problems(text)

    matching = [each for each in found if (each.line, each.field) == (line, field)]
    assert any(said in f"{each.what}; {each.remedy}" for each in matching), [str(each) for each in found]
    assert all(each.remedy for each in found)


@pytest.mark.parametrize("case", [case for case in WRONG if "once" not in case and "twice" not in case])
def test_one_mistake_is_one_problem(case: str) -> None:
    """What follows from it is not told as well."""
    found = problems(WRONG[case][0])

    assert len({each.line for each in found}) == 1, [str(each) for each in found]
