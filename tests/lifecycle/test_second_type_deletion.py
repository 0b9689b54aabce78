"""A made-up second type of resource, of two objects: its deletion, and its replacement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi_flowservice.errors import Code, FlowServiceError

from tests.support.library.reader import INPUTS, READER
from tests.support.library.server import LibraryServer
from tests.support.lifecycle import Process, error_of

LOOK_UP, READER_AWAY, WAIT, RACK_AWAY = "GET /loans", "DELETE /readers/*", "GET /readers/*", "DELETE /racks/*"
Faults = list[dict[str, Any]]
FOREVER: dict[str, Any] = {"kind": "status", "times": None}
REFUSED: dict[str, Any] = {"kind": "status", "status": 403}
FAULTS: dict[str, Faults] = {
    "nothing": [],
    "reset": [{"kind": "reset"}],
    "answer lost": [{"kind": "lost"}],
    "503": [{"kind": "status"}],
    "504, done later": [{"kind": "late", "seconds": 5.0}],
    "429": [{"kind": "status", "status": 429}],
    "403": [REFUSED],
    "reset, then 403": [{"kind": "reset"}, REFUSED],
    "answer lost, then 403": [{"kind": "lost"}, REFUSED],
    "answer lost, then 503 for ever": [{"kind": "lost"}, FOREVER],
    "503 for ever": [FOREVER],
    # Somebody else's words: a page, a sandbox, another reader.
    "404": [{"kind": "status", "status": 404}],
    "410 about another": [{"kind": "status", "status": 410, "json": {"report": {"id": "reader-77"}}}],
}


def expected(step: str, fault: str) -> str:
    """What the user is told."""
    is_write = step in (READER_AWAY, RACK_AWAY)
    if fault in ("nothing", "reset", "answer lost", "503", "504, done later", "429"):
        return "ok"
    if is_write and ("then" in fault or "for ever" in fault):
        return Code.DELETION_UNKNOWN
    return Code.REFUSED


@pytest.fixture(params=[0.0, 3.0], ids=["at once", "after a while"])
def lingering(request: pytest.FixtureRequest) -> Iterator[LibraryServer]:
    """A library where a deleted reader goes at once, or is there for some seconds and keeps its rack."""
    with LibraryServer(linger=request.param) as running:
        yield running


@pytest.mark.long
@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
@pytest.mark.parametrize("step", [LOOK_UP, READER_AWAY, WAIT, RACK_AWAY])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_left_the_next_run_deletes(lingering: LibraryServer, step: str, fault: str, native: bool) -> None:
    """Whatever a request of the deletion meets: both are gone, or the error says so and the next deletion completes it.

    The rack never goes before its reader.
    """
    reader_id, state = Process(lingering, READER).lifecycle.create(INPUTS)
    lingering.log.clear()
    for each in FAULTS[fault]:
        lingering.fault(step, **each)

    try:
        Process(lingering, READER, native=native).lifecycle.delete(reader_id, state)
        told, text = "ok", ""
    except FlowServiceError as error:
        told, text = error.code, str(error)
    racks = lingering.ids("racks")
    done = [request for request in lingering.log if request.startswith("DELETE")]
    lingering.faults.clear()
    lingering.advance(100)
    Process(lingering, READER, native=native).lifecycle.delete(reader_id, state)

    assert told == expected(step, fault)
    assert told != "ok" or racks == []
    assert done == sorted(done, reverse=True)
    assert ("the reader itself was deleted; not yet deleted: rack rack-1" in text) is (
        told != "ok" and step in (WAIT, RACK_AWAY)
    )
    assert (lingering.ids("readers"), lingering.ids("racks")) == ([], [])


def test_a_reader_that_does_not_go(library: LibraryServer) -> None:
    """Within the time of a command it is still there: its rack stays, and the error names it."""
    library.library.linger = 10_000.0
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)

    error = error_of(lambda: Process(library, READER).lifecycle.delete(reader_id, state))

    assert error.code == Code.IN_TRANSITION
    assert "the API accepted the deletion of the reader reader-3, but it is still there" in str(error)
    assert RACK_AWAY not in library.log


def test_the_answer_is_lost_and_the_reader_stays_in_transition(library: LibraryServer) -> None:
    """Perhaps because of that very request: nobody may call it not applied."""
    library.library.linger = 10_000.0
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    library.fault(READER_AWAY, "lost")

    error = error_of(lambda: Process(library, READER).lifecycle.delete(reader_id, state))

    assert error.code == Code.DELETION_UNKNOWN
    assert "may have been applied" in str(error)


def test_loans_prevent_it(library: LibraryServer) -> None:
    """A look-up finds them before anything is sent; one that comes later is named with the API's refusal."""
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    process = Process(library, READER)
    loan: dict[str, Any] = {
        "id": "loan-1",
        "name": "Emma",
        "readerId": reader_id,
        "sandboxName": "dev",
        "state": "enabled",
    }
    loans = library.library.objects["loans"]
    loan |= {"etag": '"1"', "updatedAt": 1, "createdAt": 1}

    def lend() -> None:
        loans["loan-1"] = dict(loan)

    lend()
    before = error_of(lambda: process.lifecycle.delete(reader_id, state))
    writes = [request for request in library.writes() if "DELETE" in request]
    loans.clear()
    library.fault(READER_AWAY, "before", before=lend)
    late = error_of(lambda: process.lifecycle.delete(reader_id, state))

    assert (before.code, late.code) == (Code.IN_USE, Code.IN_USE)
    assert "it has loans, so nothing was deleted: 'Emma' (loan-1)" in str(before)
    assert writes == []
    assert "it is in use by 'Emma' (loan-1), so nothing was deleted. Delete these loans or switch them to another" in (
        str(late)
    )
    assert (library.ids("readers"), library.ids("racks")) == ([reader_id], [state["rackId"]])


def test_one_that_is_gone_counts_as_deleted(library: LibraryServer) -> None:
    """By its own rule, 410 with its id; its rack is deleted all the same, or is gone, too."""
    process = Process(library, READER)
    first, state = process.lifecycle.create(INPUTS)
    second, other = process.lifecycle.create({**INPUTS, "name": "beth"})
    library.library.objects["readers"].clear()
    del library.library.objects["racks"][other["rackId"]]

    process.lifecycle.delete(first, state)
    process.lifecycle.delete(second, other)

    assert library.ids("racks") == []
    assert process.warnings == []


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_a_read_finds_the_reader_gone(library: LibraryServer, native: bool) -> None:
    """The state forgets both, so the rack that is left is named. In the same run, a new one is made beside it."""
    process = Process(library, READER, native=native)
    reader_id, state = process.lifecycle.create(INPUTS)
    library.library.objects["readers"].clear()
    process = Process(library, READER, native=native)

    found = process.lifecycle.read(reader_id, state)
    process.lifecycle.create(INPUTS)

    assert found is None
    assert [warning[:6] for warning in process.warnings] == [Code.PARTS_LEFT]
    assert "may be left: rack rack-1. Delete that if nothing uses it" in process.warnings[0]
    assert len(library.ids("racks")) == 2


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_a_replacement_makes_both_anew(library: LibraryServer, native: bool) -> None:
    """Another language needs another reader; the new one and its rack are there before the old ones go."""
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    process = Process(library, READER, native=native)
    news = {**INPUTS, "language": "de"}
    inputs, problems = process.lifecycle.check(state, news)

    diff = process.lifecycle.diff(reader_id, state, inputs)
    again, _ = process.lifecycle.check({}, news)
    library.log.clear()
    made, outputs = process.lifecycle.create(again)
    process.lifecycle.delete(reader_id, state)

    assert (problems, diff.replaces, diff.changes) == ([], ["language"], True)
    assert library.writes() == ["POST /racks", "POST /readers", READER_AWAY, RACK_AWAY]
    assert (library.ids("readers"), library.ids("racks")) == ([made], [outputs["rackId"]])
    assert [each["language"] for each in (*library.all("readers"), *library.all("racks"))] == ["de", "de"]


def test_a_replacement_that_fails_keeps_the_old_ones(library: LibraryServer) -> None:
    """The new reader is refused: its rack goes, and the engine does not delete the old reader."""
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    process = Process(library, READER)
    process.lifecycle.diff(reader_id, state, {**INPUTS, "language": "de"})
    library.fault("POST /readers", "status", status=400)

    error = error_of(lambda: process.lifecycle.create({**INPUTS, "language": "de"}))

    assert error.code == Code.REFUSED
    assert (library.ids("readers"), library.ids("racks")) == ([reader_id], [state["rackId"]])


def test_another_sandbox_replaces_too(library: LibraryServer) -> None:
    """Objects of both sandboxes are kept apart."""
    process = Process(library, READER)
    reader_id, state = process.lifecycle.create(INPUTS)
    moved = {**INPUTS, "sandbox": "stage"}

    diff = process.lifecycle.diff(reader_id, state, moved)
    process.lifecycle.create(moved)
    process.lifecycle.delete(reader_id, state)

    assert diff.replaces == ["sandbox"]
    assert {each["sandboxName"] for each in (*library.all("readers"), *library.all("racks"))} == {"stage"}
