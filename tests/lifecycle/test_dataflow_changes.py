"""Dataflows that exist: changes in place, what is frozen, drift, replacement, adoption."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.lifecycle.properties import UNKNOWN, Properties

from tests.support.dataflows import World, changed, refreshed, sent
from tests.support.lifecycle import Process, error_of

# Without the schema, a program has to give it; and some mapping sets cannot be deleted.
pytestmark = pytest.mark.reading(schema_ref="shown", columns="as sent", mapping_set_delete=204)


class TestChanges:
    """In place, by one PATCH."""

    def test_everything_at_once(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """A new version of its own mapping set, one PATCH, and the pause before both."""
        world.emulator.clear_log()
        state = changed(
            world,
            run,
            made,
            name="people",
            description="Everybody",
            schedule={"frequency": "hour", "interval": 2},
            mapping={"_example.id": "id"},
            options={"errorDiagnostics": True},
            enabled=False,
        )
        writes = [each for each in sent(world.emulator) if not each.startswith("GET") and "validate" not in each]
        [flow] = world.emulator.flows("dev")

        assert writes == ["POST /flows/*/action", "PUT /conversion/mappingSets/*", "PATCH /flows/*"]
        assert (state["mappingId"], state["mappingVersion"]) == (made[1]["mappingId"], 1)
        assert (flow["id"], flow["name"], flow["state"]) == (made[0], "people", "disabled")
        assert (flow["scheduleParams"]["frequency"], flow["options"]["errorDiagnosticsEnabled"]) == ("hour", True)
        assert world.kept()["mapping sets"] == 1
        assert run.lifecycle.diff(made[0], state, {**state}).changes is False

    def test_a_mapping_set_that_cannot_be_replaced(
        self, world: World, made: tuple[str, Properties], run: Process
    ) -> None:
        """A new one, and the flow names it."""
        world.emulator.fault("PUT", "/data/foundation/conversion/mappingSets/*", status=405)
        state = changed(world, run, made, mapping={"_example.id": "id"})

        assert state["mappingId"] != made[1]["mappingId"]
        assert refreshed(world.process(), made[0], state)["mapping"] == {"_example.id": "id"}

    def test_options_are_removed_key_by_key(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """What the server has beside them stays."""
        world.emulator.change_flow(made[0], options={"isSampleDataflow": False})
        state = refreshed(run, *made)
        both = {"errorDiagnostics": True, "partialIngestionPercent": 10}
        state = changed(world, run, (made[0], state), options=both)
        state = run.lifecycle.update(made[0], state, world.given(options={"errorDiagnostics": True}))

        [flow] = world.emulator.flows("dev")
        assert flow["options"] == {"isSampleDataflow": False, "errorDiagnosticsEnabled": True}

    def test_somebody_changed_the_same(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Nothing is overwritten; who and what is told."""
        world.emulator.change_flow(made[0], scheduleParams={"frequency": "week"})
        error = error_of(lambda: changed(world, run, made, schedule={"frequency": "hour", "interval": 1}))

        assert "FS3005" in str(error) and "`schedule`" in str(error) and "someone@example.com" in str(error)

    def test_somebody_changed_something_else(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Both changes stay."""
        world.emulator.change_flow(made[0], description="Theirs")
        changed(world, run, made, schedule={"frequency": "hour", "interval": 1})

        [flow] = world.emulator.flows("dev")
        assert (flow["description"], flow["scheduleParams"]["frequency"]) == ("Theirs", "hour")


class TestFrozen:
    """What cannot be changed after the start is an error at preview."""

    @pytest.mark.parametrize(
        "planned, told",
        [
            ({"frequency": "day", "interval": 1, "startTime": "2040-01-01T00:00:00Z"}, "start_time"),
            ({"frequency": "day", "interval": 1, "backfill": False}, "backfill"),
        ],
    )
    def test_after_the_start(
        self, world: World, made: tuple[str, Properties], run: Process, planned: Properties, told: str
    ) -> None:
        """It names the ways out; before the start it is a change in place."""
        news = world.given(schedule=planned)
        assert run.lifecycle.diff(*made, news).changes
        run.steps.slept += 400

        error = error_of(lambda: run.lifecycle.diff(*made, news))

        assert "FS1007" in str(error) and told in str(error) and "--replace" in str(error)
        # Beside a new table it belongs to the replacement.
        assert run.lifecycle.diff(*made, {**news, "table": "public.orders"}).replaces == ["table"]

    def test_a_one_time_dataflow(self, world: World, run: Process) -> None:
        """Its mapping, too."""
        given = world.given(schedule={"frequency": "once"}, deltaColumn=None)
        made = run.lifecycle.create(given)
        run.steps.slept += 400

        error = error_of(lambda: run.lifecycle.diff(*made, {**given, "mapping": {"_example.id": "id"}}))

        assert "mapping of a one-time dataflow" in str(error)

    def test_a_column_that_is_not_read(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """The source connection never would."""
        error = error_of(lambda: run.lifecycle.diff(*made, world.given(mapping={"_example.id": "new_column"})))

        assert "FS1007" in str(error) and "`columns`" in str(error)


class TestDrift:
    """What somebody does in the UI shows, and never replaces."""

    @pytest.mark.parametrize(
        "change, name, value",
        [
            ({"scheduleParams": {"frequency": "week"}}, "schedule", {"frequency": "week", "interval": 1}),
            ({"scheduleParams": {"interval": "7"}}, "schedule", {"frequency": "day", "interval": 7}),
            ({"name": "theirs"}, "name", "theirs"),
            ({"state": "disabled"}, "enabled", False),
        ],
    )
    def test_it_shows_and_is_repaired(
        self,
        world: World,
        made: tuple[str, Properties],
        run: Process,
        change: dict[str, Any],
        name: str,
        value: object,
    ) -> None:
        """By the next `up`, in place."""
        world.emulator.change_flow(made[0], **change)
        state = refreshed(run, *made)

        assert state[name] == value
        assert run.up(made[0], state, world.inputs)[name] == world.inputs[name]
        assert refreshed(world.process(), *made)[name] == world.inputs[name]

    @pytest.mark.parametrize(
        "change",
        [
            {"scheduleParams": {"interval": "1", "backfill": "true"}},
            {"options": {"isSampleDataflow": False}},
            {"scheduleParams": {"startTime": "1799999999"}},
        ],
    )
    def test_what_is_no_drift(
        self, world: World, made: tuple[str, Properties], run: Process, change: dict[str, Any]
    ) -> None:
        """Other types of the same value, and what the program does not manage."""
        world.emulator.change_flow(made[0], **change)
        state = refreshed(run, *made)

        assert run.lifecycle.diff(made[0], state, world.inputs).changes is False

    @pytest.mark.parametrize("part", ["source", "target"])
    def test_a_part_that_is_gone(self, world: World, made: tuple[str, Properties], run: Process, part: str) -> None:
        """Told with the way, and nothing is replaced by itself."""
        getattr(world.emulator, f"delete_{part}_connection")(made[1][f"{part}ConnectionId"])
        state = refreshed(run, *made)

        assert f"its {part} connection is gone" in run.warnings[-1] and "FS4016" in run.warnings[-1]
        assert run.lifecycle.diff(made[0], state, world.inputs).changes is False

    def test_a_new_mapping_needs_the_target(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Nothing is changed, and the way is told; the program is not blamed."""
        world.emulator.delete_target_connection(made[1]["targetConnectionId"])
        error = error_of(lambda: changed(world, run, made, mapping={"_example.id": "id"}))

        assert "FS1008" in str(error) and "its target connection is gone" in str(error)
        assert "`pulumi up --replace` with its URN" in str(error)

    def test_a_hidden_flow_stays_in_the_state(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """While its source connection is there; and a deletion touches nothing."""
        world.emulator.hide_flow(made[0])
        state = refreshed(run, *made)
        error = error_of(lambda: run.lifecycle.delete(*made))
        world.emulator.show_flow(made[0])

        assert "FS4015" in run.warnings[-1]
        assert state == made[1]
        assert "403" in str(error)
        assert world.kept() == {"flows": 1, "sources": 1, "targets": 1, "mapping sets": 1}

    def test_a_deleted_one_is_gone(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """With its parts."""
        world.process().lifecycle.delete(*made)

        assert run.lifecycle.read(*made) is None
        assert world.kept() == {"flows": 0, "sources": 0, "targets": 0, "mapping sets": 0}

    @pytest.mark.long
    def test_a_refresh_of_many(self, world: World, run: Process) -> None:
        """At most four requests more than the pages of the three lists."""
        other = world.process()
        states = [other.lifecycle.create(world.given(name=f"flow {number}")) for number in range(12)]
        world.emulator.clear_log()
        for flow_id, state in states:
            assert run.lifecycle.diff(flow_id, refreshed(run, flow_id, state), state).changes is False

        assert len(sent(world.emulator)) <= 3 + 4


class TestReplacement:
    """Deleted first, after everything was looked up."""

    def test_unknown_values_are_shown_as_one(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """So that the engine deletes a dataflow before its connection."""
        found = run.lifecycle.diff(*made, world.given(connection=UNKNOWN))

        assert found.replaces == ["connection"]
        assert "FS4018" in run.warnings[-1] and "may be deleted" in run.warnings[-1]

    def test_a_typo_leaves_the_old_one_running(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """The deletion looks everything up first."""
        assert run.lifecycle.diff(*made, world.given(table="public.custmers")).replaces == ["table"]
        error = error_of(lambda: run.lifecycle.delete(*made))

        assert "so it was not deleted" in str(error) and "'public.customers'" in str(error)
        [flow] = world.emulator.flows("dev")
        assert (flow["id"], flow["state"]) == (made[0], "enabled")

    def test_a_dataset_that_was_renamed(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """It is the same one: nothing is deleted, and the error says what to write."""
        world.emulator.rename_dataset(world.dataset, "Clients")
        assert run.lifecycle.diff(*made, world.given(dataset="Clients")).replaces == ["dataset"]
        error = error_of(lambda: run.lifecycle.delete(*made))

        assert "nothing would be different" in str(error) and world.dataset in str(error)

    def test_never_beside_the_old_one(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Such as with `retain_on_delete`."""
        news = world.given(name="new", table="public.orders", deltaColumn="day", mapping={"_example.id": "id"})
        assert run.lifecycle.diff(*made, news).replaces
        error = error_of(lambda: run.lifecycle.create(news))

        assert "FS3013" in str(error) and "retain_on_delete" in str(error)
        assert world.kept()["flows"] == 1

    def test_what_other_flows_use_stays(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Such as a mapping set that somebody shares; it is named."""
        other = world.process().lifecycle.create(world.given(name="other"))
        world.emulator.change_flow(
            other[0],
            transformations=[
                {"name": "Copy", "params": {"deltaColumn": {"name": "created_at"}}},
                {"name": "Mapping", "params": {"mappingId": made[1]["mappingId"], "mappingVersion": 0}},
            ],
        )
        run.lifecycle.delete(*made)

        assert made[1]["mappingId"] in run.warnings[-1]
        assert world.kept() == {"flows": 1, "sources": 1, "targets": 1, "mapping sets": 2}


class TestAdoption:
    """Nothing is changed."""

    def test_it_sends_reads_only(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """And knows the parts from then on."""
        world.emulator.clear_log()
        inputs = world.given(adopt=made[0], enabled=None)
        flow_id, state = run.lifecycle.create(inputs)

        assert all(each.startswith("GET") for each in sent(world.emulator))
        assert flow_id == made[0]
        assert {name: state[name] for name in made[1] if name != "enabled"} == {
            name: value for name, value in made[1].items() if name != "enabled"
        }
        assert run.lifecycle.diff(flow_id, state, inputs).changes is False

    def test_what_differs_is_the_next_update(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Which the adoption says."""
        news = world.given(adopt=made[0], schedule={"frequency": "week", "interval": 2})
        flow_id, state = run.lifecycle.create(news)

        assert "FS4019" in run.warnings[-1] and "`schedule`" in run.warnings[-1]
        assert state["schedule"] == {"frequency": "day", "interval": 1}
        assert run.lifecycle.update(flow_id, state, news)["schedule"] == {"frequency": "week", "interval": 2}

    def test_a_paused_one_stays_paused(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Now and later, also when `adopt` is removed."""
        world.emulator.change_flow(made[0], state="disabled")
        given = world.given(adopt=made[0], enabled=None)
        inputs = run.lifecycle.check({}, given)[0]
        flow_id, state = run.lifecycle.create(inputs)
        later = run.lifecycle.check(inputs, world.given(enabled=None))[0]

        assert ("enabled" in inputs, "enabled" in later) == (False, False)
        assert run.lifecycle.diff(flow_id, state, later).changes is False

    @pytest.mark.parametrize("changes, name", [({"table": "public.orders"}, "table"), ({"deltaColumn": "id"}, "delta")])
    def test_another_table(
        self, world: World, made: tuple[str, Properties], run: Process, changes: dict[str, Any], name: str
    ) -> None:
        """Refused by name."""
        error = error_of(lambda: run.lifecycle.create(world.given(adopt=made[0], **changes)))

        assert "FS1004" in str(error) and f"`{name}" in str(error)

    def test_a_frozen_start(self, world: World, made: tuple[str, Properties], run: Process) -> None:
        """Refused as well."""
        world.emulator.advance(400)
        planned = {"frequency": "day", "interval": 1, "startTime": "2040-01-01T00:00:00Z"}
        error = error_of(lambda: run.lifecycle.create(world.given(adopt=made[0], schedule=planned)))

        assert "start_time" in str(error)

    def test_a_flow_of_another_kind(self, world: World, run: Process) -> None:
        """By what it is."""
        other = world.emulator.use_connection(world.connection)
        error = error_of(lambda: run.lifecycle.create(world.given(adopt=other)))

        assert "FS1004" in str(error) and "target" in str(error)
