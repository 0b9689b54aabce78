"""A made-up second type of resource, of two objects: both are created exactly once, or none.

It needs no change of the core; `tests/support/library` has the type and its server.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pulumi_flowservice.errors import Code, FlowServiceError, LifecycleError
from pulumi_flowservice.lifecycle.resource_type import AfterWrite, Operation
from pulumi_flowservice.lifecycle.results import Checked, Made

from tests.support.library.reader import INPUTS, READER, Reader, Readers
from tests.support.library.server import LibraryServer
from tests.support.lifecycle import Process, error_of

RACK, READING = "POST /racks", "POST /readers"
Faults = list[dict[str, Any]]
REFUSED: dict[str, Any] = {"kind": "status", "status": 403}
# What the requests of a step meet, and what the user is told.
FAULTS: dict[str, tuple[Faults, str]] = {
    "nothing": ([], "ok"),
    "reset": ([{"kind": "reset"}], "ok + FS4006"),
    "answer lost": ([{"kind": "lost"}], "ok + FS4012"),
    "answers lost, then refused": ([{"kind": "reset"}, REFUSED], "FS2004"),
    "503": ([{"kind": "status"}], "ok + FS4006"),
    "504, done at once": ([{"kind": "late"}], "ok + FS4012"),
    "504, done during the search": ([{"kind": "late", "seconds": 5.0}], "ok + FS4012"),
    "504, done after the search": ([{"kind": "late", "seconds": 30.0}], "ok + FS4006"),
    "429": ([{"kind": "status", "status": 429}], "ok"),
    "403": ([REFUSED], "FS2004"),
    "400 without end": ([{"kind": "status", "status": 400, "times": None}], "FS2004"),
    "reset without end": ([{"kind": "reset", "times": None}], "FS3001"),
    "answer lost at the deadline": ([{"kind": "lost"}], "ok + FS4012"),
    "reset at the deadline": ([{"kind": "reset"}], "FS3001"),
}


def told_by(process: Process, inputs: dict[str, Any] = INPUTS) -> tuple[str, str, dict[str, Any]]:
    """Create a reader: the codes, all words, and the outputs."""
    try:
        reader_id, outputs = process.lifecycle.create(inputs)
    except FlowServiceError as error:
        return error.code, str(error), {}
    codes = [warning.partition(":")[0] for warning in process.warnings]
    return " + ".join(["ok", *codes]), "\n".join(process.warnings), {**outputs, "id": reader_id}


@pytest.mark.long
@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
@pytest.mark.parametrize("step", [RACK, READING])
@pytest.mark.parametrize("fault", FAULTS)
def test_all_or_nothing(library: LibraryServer, step: str, fault: str, native: bool) -> None:
    """Whatever the POST of either object meets: both are there and known; or nothing is; or the error names it.

    The next run completes the creation, or stops with the id of what was left. Nothing is ever made in silence.
    """
    faults, expected = FAULTS[fault]
    limit = {"FLOWSERVICE_OPERATION_TIMEOUT": "0.2"} if "deadline" in fault else {}
    for each in faults:
        library.fault(step, **each)

    told, text, outputs = told_by(Process(library, READER, native=native, **limit))
    library.faults.clear()
    library.advance(100)
    racks, readers = library.ids("racks"), library.ids("readers")

    assert told == expected
    if outputs:
        second = [2 if "after the search" in fault and step == each else 1 for each in (RACK, READING)]
        [made] = [each for each in library.all("readers") if each["id"] == outputs["id"]]
        assert made["rackId"] == outputs["rackId"] in racks
        assert [len(racks), len(readers)] == second
        assert "FS4006" not in told or f"a second {'rack' if step == RACK else 'reader'} like it" in text
        return
    assert readers == []
    assert all(f"rack {each}" in text for each in racks)
    again, words, _ = told_by(Process(library, READER, native=native))
    assert again == (Code.LEFTOVER if racks else "ok")
    assert all(each in words for each in racks)
    assert (library.ids("racks"), len(library.ids("readers"))) == (racks, 0) if racks else (["rack-1"], 1)


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
@pytest.mark.parametrize("step", [RACK, READING])
def test_a_lost_answer_whose_search_is_refused_leaves_names(library: LibraryServer, step: str, native: bool) -> None:
    """The object may be there: nothing is removed, and the next run stops with the id of the reader, or of the rack."""
    library.fault(step, "lost")
    library.fault(step.replace("POST", "GET"), "status", status=403, skip=1)

    told, text, _ = told_by(Process(library, READER, native=native))
    again, words, _ = told_by(Process(library, READER, native=native))

    assert told == "FS3001"
    assert f"whether the {'rack' if step == RACK else 'reader'} was created is unknown" in text
    assert ("also created, and left: rack rack-1" in text) is (step == READING)
    assert again == Code.LEFTOVER
    found = library.ids("readers") or library.ids("racks")
    assert len(found) == 1 and found[0] in words
    assert ("adopt=" in words) is (step == READING)
    assert len(library.ids("racks")) == 1


@pytest.mark.parametrize("kind", ["status", "reset"])
def test_a_rack_that_cannot_be_removed_is_named(library: LibraryServer, kind: str) -> None:
    """The reader was refused, and so was the clean-up, or nobody knows."""
    library.fault(READING, "status", status=400)
    library.fault("DELETE /racks/*", kind, status=403, times=None)

    error = error_of(lambda: Process(library, READER).lifecycle.create(INPUTS))

    doubt = "" if kind == "status" else " (whether it was deleted is unknown)"
    assert f"also created, and left: rack rack-1{doubt}. " in str(error) + " "
    assert library.ids("racks") == ["rack-1"]


def test_doubts_about_the_rack_are_told_with_the_refusal_of_the_reader(library: LibraryServer) -> None:
    """The second rack, which comes too late, is nobody's; the first one is removed."""
    library.fault(RACK, "late", seconds=30.0)
    library.fault(READING, "status", status=400)

    error = error_of(lambda: Process(library, READER).lifecycle.create(INPUTS))
    library.advance(100)

    assert "an earlier request of this creation may have created a rack" in str(error)
    assert len(library.ids("racks")) == 1


def test_a_late_second_reader_keeps_the_rack(library: LibraryServer) -> None:
    """It names the rack of the first one, whose deletion says so, and is completed when the second one is gone."""
    library.fault(READING, "late", seconds=30.0)
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    library.advance(100)

    error = error_of(lambda: Process(library, READER).lifecycle.delete(reader_id, state))
    library.library.objects["readers"].clear()
    Process(library, READER).lifecycle.delete(reader_id, state)

    assert error.code == Code.IN_USE
    assert "its rack is in use by something else" in str(error)
    assert "the reader itself was deleted; not yet deleted: rack rack-1" in str(error)
    assert library.ids("racks") == []


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_two_alike_at_the_same_time(library: LibraryServer, native: bool) -> None:
    """Answers of both kinds of POST are lost: two readers, each with a rack of its own."""
    process = Process(library, READER, native=native)
    for step in (RACK, READING):
        library.fault(step, "lost")
        library.fault(step, "reset", skip=1)

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: process.lifecycle.create(INPUTS), range(4)))

    racks = {each["id"]: each["rackId"] for each in library.all("readers")}
    assert racks == {reader_id: outputs["rackId"] for reader_id, outputs in made}
    assert len(made) == len({*racks.values()}) == len(library.ids("racks")) == 4


def test_a_killed_run_left_both(library: LibraryServer) -> None:
    """The main object is found before another rack is made; adopted, it is the resource's from then on."""
    reader_id, _ = Process(library, READER).lifecycle.create(INPUTS)
    library.log.clear()

    error = error_of(lambda: Process(library, READER).lifecycle.create(INPUTS))
    adopted, outputs = Process(library, READER).lifecycle.create({**INPUTS, "adopt": reader_id})

    assert error.code == Code.LEFTOVER
    assert f'take it over: adopt="{reader_id}"' in str(error)
    assert library.writes() == []
    assert (adopted, outputs["level"]) == (reader_id, 1)


def test_a_killed_run_left_the_rack(library: LibraryServer) -> None:
    """It is named, and cannot be adopted; once it is gone, the next run makes all anew."""
    library.fault(READING, "reset", times=None)
    error_of(lambda: Process(library, READER).lifecycle.create(INPUTS))
    library.faults.clear()

    error = error_of(lambda: Process(library, READER).lifecycle.create(INPUTS))
    del library.library.objects["racks"]["rack-1"]
    reader_id, outputs = Process(library, READER).lifecycle.create(INPUTS)

    assert (error.code, "rack-1" in str(error), "adopt=" in str(error)) == (Code.LEFTOVER, True, False)
    assert "nothing uses it, delete it, then run `pulumi up` again" in str(error)
    assert library.ids("readers") == [reader_id]
    assert library.ids("racks") == [outputs["rackId"]]


def test_the_racks_of_the_state_are_no_leftovers(library: LibraryServer) -> None:
    """A reader that was renamed keeps the rack of its old name; another reader then gets that name."""
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    renamed = {**INPUTS, "name": "beth"}
    state = Process(library, READER).up(reader_id, state, renamed)
    process = Process(library, READER)
    process.lifecycle.diff(reader_id, state, renamed)

    other, outputs = process.lifecycle.create(INPUTS)

    assert {each["id"]: each["rackId"] for each in library.all("readers")} == {
        reader_id: state["rackId"],
        other: outputs["rackId"],
    }


def test_lists_with_pages_are_searched_to_the_end(library: LibraryServer) -> None:
    """Two entries are a page; the leftover is the oldest of eleven."""
    process = Process(library, READER)
    oldest, _ = process.lifecycle.create(INPUTS)
    for number in range(10):
        process.lifecycle.create({**INPUTS, "name": f"other {number}"})
    library.log.clear()

    error = error_of(lambda: Process(library, READER).lifecycle.create(INPUTS))

    assert oldest in str(error)
    # The racks are listed at the same time.
    assert [each for each in library.log if "reader" in each] == ["GET /readers"] * 6 + ["GET /readers/*"]
    assert {*library.log} - {"GET /readers", "GET /readers/*"} == {"GET /racks"}


def test_a_strangers_objects_are_no_obstacle(library: LibraryServer) -> None:
    """The same names, made by another client: neither leftovers nor results of ours."""
    process = Process(library, READER)
    process.lifecycle.create(INPUTS)
    for kind in ("racks", "readers"):
        for each in library.all(kind):
            each["createdClient"] = "stranger"
    library.fault(READING, "reset")

    told, _, outputs = told_by(Process(library, READER))

    assert told == "ok + FS4006"
    assert outputs["id"] != "reader-3"
    assert len(library.ids("readers")) == 2


class Refusing(AfterWrite):
    """What follows a creation and refuses it, as a test may; `is_undone`: the new reader could be removed."""

    def __init__(self, *, is_undone: bool) -> None:
        self._is_undone = is_undone

    def after_creation(self, operation: Operation, inputs: dict[str, Any], made: Made) -> Checked:
        if self._is_undone:
            Readers(operation.sandbox).delete(made.id)
            return Checked(error=LifecycleError("it was refused", code=Code.CREATION_UNDONE))
        return Checked(error=LifecycleError(f"{made.id} was refused and stays", code=Code.CREATION_NOT_UNDONE))


@pytest.mark.parametrize("is_undone", [True, False])
def test_what_follows_a_creation_may_undo_it(library: LibraryServer, is_undone: bool) -> None:
    """The rack goes with the reader, also if that takes a while; or both stay, and are named."""
    library.library.linger = 3.0
    tested = Reader()
    tested.after_write = Refusing(is_undone=is_undone)

    error = error_of(lambda: Process(library, tested, native=False).lifecycle.create(INPUTS))

    assert (library.ids("readers"), library.ids("racks")) == (([], []) if is_undone else (["reader-3"], ["rack-1"]))
    assert ("rack-1" in str(error)) is not is_undone
    assert isinstance(error, LifecycleError)
    if not is_undone:
        assert error.left is not None
        assert (error.left.id, error.left.outputs["rackId"]) == ("reader-3", "rack-1")
