"""The creation of dataflows: their requests, and what is refused before the first write."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflows import FIELDS, World, refreshed, sent
from tests.support.lifecycle import Process, error_of

# Without the schema, a program has to give it; and some mapping sets cannot be deleted.
pytestmark = pytest.mark.reading(schema_ref="shown", columns="as sent", mapping_set_delete=204)


class TestCreation:
    """All four objects, or none."""

    def test_requests(self, world: World, run: Process) -> None:
        """Five for each, one for each connection, table, dataset and schema, and five for all."""
        world.emulator.clear_log()
        run.lifecycle.create(world.inputs)
        first = sent(world.emulator)
        world.emulator.clear_log()
        run.lifecycle.create(world.given(name="second"))

        validation, *parts, flow = sent(world.emulator)
        assert (validation, flow) == ("POST /conversion/mappingSets/validate", "POST /flows")
        # None needs another, so they are sent at once.
        assert sorted(parts) == ["POST /conversion/mappingSets", "POST /sourceConnections", "POST /targetConnections"]
        assert len(first) == 14
        assert (sorted(first[-4:-1]), first[-1]) == (sorted(parts), flow)
        assert world.kept() == {"flows": 2, "sources": 2, "targets": 2, "mapping sets": 2}

    def test_its_outputs(self, world: World, run: Process) -> None:
        """What it was made of; nothing is read back."""
        flow_id, state = run.lifecycle.create(world.inputs)
        [flow] = world.emulator.flows("dev")

        assert flow["id"] == flow_id
        assert [state["sourceConnectionId"]] == flow["sourceConnectionIds"]
        assert [state["targetConnectionId"]] == flow["targetConnectionIds"]
        assert (state["datasetId"], state["datasetName"]) == (world.dataset, "Customers")
        assert (state["schemaId"], state["mappingVersion"]) == (world.schema, 0)
        assert state["sourceColumns"] == ["id", "email", "created_at"]
        assert state["startTime"].endswith("Z")
        assert {name: state[name] for name in world.inputs} == world.inputs

    def test_paused(self, world: World, run: Process) -> None:
        """Before its first run: the API creates every flow as enabled."""
        flow_id, state = run.lifecycle.create(world.given(enabled=False))

        [flow] = world.emulator.flows("dev")
        assert (flow["state"], state["state"], state["enabled"]) == ("disabled", "disabled", False)
        assert refreshed(world.process(), flow_id, state)["enabled"] is False

    def test_once(self, world: World, run: Process) -> None:
        """Without delta column, interval and backfill."""
        run.lifecycle.create(world.given(schedule={"frequency": "once"}, deltaColumn=None))

        [flow] = world.emulator.flows("dev")
        assert {*flow["scheduleParams"]} == {"startTime", "frequency"}
        assert [each["name"] for each in flow["transformations"]] == ["Mapping"]

    @pytest.mark.parametrize("dataset", ["Customers", "id"])
    def test_the_dataset_by_name_or_id(self, world: World, run: Process, dataset: str) -> None:
        """Either is kept, and means the same to the next program."""
        given = world.given(dataset=world.dataset if dataset == "id" else dataset)
        flow_id, state = run.lifecycle.create(given)

        for other in ("Customers", world.dataset):
            assert not run.lifecycle.diff(flow_id, state, {**given, "dataset": other}).replaces

    def test_a_leftover_flow_stops_the_creation(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """With its id, before anything is made."""
        world.emulator.clear_log()
        error = error_of(lambda: run.lifecycle.create(world.inputs))

        assert "FS3002" in str(error) and made[0] in str(error) and "adopt" in str(error)
        assert [each for each in sent(world.emulator) if each.startswith("POST") and "validate" not in each] == []

    @pytest.mark.reading(flow_delete="the flow alone")
    def test_leftover_parts_are_told_and_not_taken_over(
        self, world: World, made: tuple[str, Properties], run: Process
    ) -> None:
        """Nothing uses them any more."""
        world.emulator.delete_flow(made[0])
        run.lifecycle.create(world.inputs)

        told = "\n".join(run.warnings)
        assert all(made[1][name] in told for name in ("sourceConnectionId", "targetConnectionId", "mappingId"))
        assert told.count("FS4014") == 3


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "connection": ({"connection": "b3a8a0a8-0000-4000-8000-000000000000"}, "there is no "),
    "table": ({"table": "public.custmers"}, "'public.customers'"),
    "table that is not read": ({"table": "public.nothing"}, ", or it cannot be read ("),
    "column of the mapping": ({"mapping": {"_example.id": "idd"}}, "`mapping` has for '_example.id' one"),
    "column of columns": ({"columns": ["id", "emial", "created_at"], "mapping": {"_example.id": "id"}}, "'email'"),
    "delta column": ({"deltaColumn": "changed"}, "`delta_column` is one"),
    "delta column without a time": ({"deltaColumn": "email"}, "columns with a time: 'created_at'"),
    "dataset": ({"dataset": "Custmers"}, "'Customers'"),
    "dataset id": ({"dataset": "0123456789abcdef01234567"}, "there is no "),
    "path": ({"mapping": {"_example.ids": "id"}}, "no path '_example.ids' (`mapping`) (similar: '_example.id'"),
    "expression": ({"mapping": {"_example.id": {"expression": "nonsense((id"}}}, "Data Prep refuses"),
    "start": ({"schedule": {"frequency": "day", "interval": 1, "startTime": "2020-01-01T00:00:00Z"}}, "has passed"),
    "schema": ({"schema": "https://ns.adobe.com/example/schemas/other"}, "leave `schema` out"),
}


@pytest.mark.parametrize("changes, told", BAD.values(), ids=list(BAD))
def test_what_is_not_there(world: World, run: Process, changes: dict[str, Any], told: str) -> None:
    """Found before the first write, each by name."""
    error = error_of(lambda: run.lifecycle.create(world.given(**changes)))

    assert "FS1008" in str(error) and told in str(error), str(error)
    assert world.kept() == {"flows": 0, "sources": 0, "targets": 0, "mapping sets": 0}


def test_every_problem_at_once(world: World, run: Process) -> None:
    """One run shows them all."""
    wrong = world.given(dataset="Nothing", table="public.nothing")
    error = str(error_of(lambda: run.lifecycle.create(wrong)))

    assert "`dataset`" in error and "`table`" in error


def test_two_datasets_of_one_name(world: World, run: Process) -> None:
    """Both ids are told."""
    second = world.emulator.make_dataset("Customers", FIELDS)["id"]
    error = str(error_of(lambda: run.lifecycle.create(world.inputs)))

    assert world.dataset in error and second in error


@pytest.mark.reading(initializing_seconds=0)
@pytest.mark.parametrize("state", ["disabled", "delete-finalizing"])
def test_a_connection_that_cannot_be_used(world: World, run: Process, state: str) -> None:
    """Before anything is made."""
    world.emulator.change_connection(world.connection, state=state)

    assert f"its state is '{state}'" in str(error_of(lambda: run.lifecycle.create(world.inputs)))


CHECKED: dict[str, tuple[dict[str, Any], str]] = {
    "no delta column": ({"deltaColumn": None}, "`delta_column` is missing"),
    "once with a delta column": ({"schedule": {"frequency": "once"}}, "`delta_column` must be left out"),
    "columns lack one": ({"columns": ["email", "created_at"]}, "`columns` lacks what `mapping` has for '_example.id'"),
    "columns lack the delta": ({"columns": ["id", "email"]}, "`columns` lacks the column of `delta_column`"),
    "no columns": ({"columns": []}, "`columns` must be a list"),
    "twice": ({"columns": ["id", "id"]}, "`columns` has the same column twice"),
    "options": ({"options": {"partialIngestionPercent": 0}}, "not a number above 0"),
    "filters": ({"filters": "{"}, "`filters` is no valid JSON"),
    "enabled": ({"enabled": "yes"}, "`enabled` must be true or false"),
    "mapping": ({"mapping": {}}, "`mapping` is empty"),
}


@pytest.mark.parametrize("changes, told", CHECKED.values(), ids=list(CHECKED))
def test_what_a_preview_refuses(world: World, run: Process, changes: dict[str, Any], told: str) -> None:
    """Without a request."""
    world.emulator.clear_log()
    problems = run.lifecycle.check({}, world.given(**changes))[1]

    assert any(told in problem for problem in problems), problems
    assert sent(world.emulator) == []
