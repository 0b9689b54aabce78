"""What the program of a dataflow made secret stands in no text, nor does a hint that is almost the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflows import World
from tests.support.lifecycle import Process

pytestmark = pytest.mark.reading(schema_ref="shown", columns="as sent", mapping_set_delete=204)
GIVEN: Properties = {
    "name": "qz-name",
    "description": "qz-description",
    "filters": '{"type": "PQL", "format": "pql/json", "value": "qz"}',
}
# An input that the API does not know, what is almost it, and what no text may have.
WRONG: dict[str, tuple[Any, list[str]]] = {
    "table": ("public.custmers", ["custmers", "customers"]),
    "columns": (["id", "emial", "created_at"], ["emial", "'email'"]),
    "deltaColumn": ("createdat", ["createdat", "created_at"]),
    "dataset": ("Custmers", ["Custmers", "'Customers'"]),
    "connection": ("b3a8a0a8-0000-4000-8000-00000000dead", ["dead"]),
    "mapping": ({"_example.ids": "id", "_example.id": "idd"}, ["_example.id", "idd"]),
    "name": ("qz-name", ["qz-name"]),
    "description": ("qz-description", ["qz-description"]),
}
EXPRESSION = {"mapping": {"_example.id": {"expression": "nonsense((id"}}}


@pytest.fixture
def native(world: World) -> Iterator[Process]:
    """A process of the native provider, whose engine tells what is secret."""
    yield world.process(native=True)


def texts(run: Process, secret: str, *acts: Callable[[], object]) -> str:
    """All that is told while one input is secret."""
    run.lifecycle.secrets = [secret]  # type: ignore[attr-defined]  # Of the native one.
    told = []
    for act in acts:
        try:
            found = act()
        except FlowServiceError as error:
            told.append(f"{error.code} {error}")
        else:
            told += found[1] if isinstance(found, tuple) and isinstance(found[1], list) else []
    return "\n".join([*told, *run.warnings])


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_there(world: World, native: Process, name: str) -> None:
    """The input is named, its value is not; and a fault whose answer repeats all that was sent."""
    value, hidden = WRONG[name]
    given = world.given(**{**GIVEN, "filters": None, name: value})
    world.emulator.fault("POST", "/sourceConnections", status=400, body="echo", times=None)
    told = texts(native, name, lambda: native.lifecycle.create(given))

    assert told.startswith("FS")
    assert [each for each in hidden if each in told] == [], told


@pytest.mark.parametrize(
    "value", [{"_example.id": 7}, {"_example.id": {"expression": "x" * 5_000}}, EXPRESSION["mapping"]]
)
def test_a_mapping(world: World, native: Process, value: Any) -> None:
    """Its paths are its keys: named where they are no secret."""
    given = world.given(mapping=value)
    acts = (lambda: native.lifecycle.check({}, given), lambda: native.lifecycle.create(given))

    assert "_example.id" in texts(native, "description", *acts)
    native.warnings.clear()
    assert "_example.id" not in texts(native, "mapping", *acts)


def test_a_mapping_of_a_column_that_is_not_read(world: World, native: Process) -> None:
    """At the comparison, too."""
    flow_id, state = native.lifecycle.create(world.given(columns=["id", "created_at"], mapping={"_example.id": "id"}))
    news = world.given(columns=["id", "created_at"])
    told = texts(
        native,
        "mapping",
        lambda: native.lifecycle.check(state, news),
        lambda: native.lifecycle.diff(flow_id, state, news),
    )

    assert "FS1007" in told and "`columns` lacks" in told
    assert "_example" not in told
