"""A made-up second type of resource: changes by patch and by action, changes by others, and adoption."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.errors import Code, FlowServiceError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.library.reader import INPUTS, READER
from tests.support.library.server import LibraryServer
from tests.support.lifecycle import Process, error_of

PATCH, GET, CLOSE = "PATCH /readers/*", "GET /readers/*", "POST /readers/*/action?op=close"
FULL = {**INPUTS, "notes": "Likes maps"}
REFUSED: dict[str, Any] = {"kind": "status", "status": 403}


@pytest.fixture(params=[False, True], ids=["dynamic", "native"])
def made(library: LibraryServer, request: pytest.FixtureRequest) -> tuple[Process, str, Properties]:
    """A process of either provider, and a reader that an earlier one has made."""
    reader_id, state = Process(library, READER).lifecycle.create(FULL)
    library.log.clear()
    return Process(library, READER, native=request.param), reader_id, state


def shown(library: LibraryServer, reader_id: str) -> Properties:
    """The properties of a reader at the server."""
    [found] = [each for each in library.all("readers") if each["id"] == reader_id]
    return {name: found[name] for name in ("name", "notes", "level", "language", "mode") if name in found}


CHANGES: dict[str, tuple[Properties, list[str]]] = {
    "nothing": ({}, []),
    "a patched field": ({"level": 2}, [PATCH]),
    "an optional field is removed": ({"notes": None}, [PATCH]),
    "a field of an action": ({"mode": "closed"}, [GET, CLOSE, GET]),
    "both": ({"name": "beth", "mode": "closed"}, [PATCH, CLOSE, GET]),
    # What is required, or needs a new object, stays where the program leaves it out.
    "required ones are left out": ({"level": None, "language": None, "mode": None}, []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change(library: LibraryServer, made: tuple[Process, str, Properties], change: str) -> None:
    """It sends what it must, reads back what it sent, and the next run has nothing to do."""
    process, reader_id, state = made
    changed, expected = CHANGES[change]
    news = {name: value for name, value in {**FULL, **changed}.items() if value is not None}

    after = process.up(reader_id, state, news)
    log = list(library.log)
    found = process.lifecycle.read(reader_id, after)

    assert log == expected
    assert found is not None
    assert {**found[0], "state": None} == {**after, "state": None}
    assert after["rackId"] == "rack-1"
    assert not process.lifecycle.diff(reader_id, found[0], process.lifecycle.check(found[1], news)[0]).changes
    assert process.warnings == []


# What requests meet, the changes, what the user is told, and what the server has then of `level` and `mode`.
BOTH = {"level": 2, "mode": "closed"}
FAULTS: dict[str, tuple[str, list[dict[str, Any]], str, tuple[int, str]]] = {
    "the patch is reset": (PATCH, [{"kind": "reset"}], "ok", (2, "closed")),
    "the patch's answer is lost": (PATCH, [{"kind": "lost"}], "ok", (2, "closed")),
    "the patch's answer is lost, then refused": (PATCH, [{"kind": "lost"}, REFUSED], "FS3004", (2, "opened")),
    "the patch is refused": (PATCH, [REFUSED], "FS2004", (1, "opened")),
    "the action is reset": (CLOSE, [{"kind": "reset"}], "FS3004", (2, "opened")),
    "the action's answer is lost": (CLOSE, [{"kind": "lost"}], "ok", (2, "closed")),
    "the action is late": (CLOSE, [{"kind": "late", "seconds": 40.0}], "FS3004", (2, "closed")),
    "the action is refused": (CLOSE, [REFUSED], "FS2004", (2, "opened")),
    "the last read fails": (GET, [REFUSED], "ok", (2, "closed")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_change_meets(library: LibraryServer, made: tuple[Process, str, Properties], fault: str) -> None:
    """Success means that all is changed; after an error, the next run sends what is missing, and nothing twice."""
    process, reader_id, state = made
    request, faults, expected, there = FAULTS[fault]
    for each in faults:
        library.fault(request, **each)

    told, text = "ok", ""
    try:
        state = process.up(reader_id, state, {**FULL, **BOTH})
    except FlowServiceError as error:
        told, text = error.code, str(error)
    library.faults.clear()
    library.advance(100)
    found = shown(library, reader_id)
    library.log.clear()
    process.up(reader_id, state, {**FULL, **BOTH})
    again = [each for each in library.writes() if each != PATCH]

    assert (told, found["level"], found["mode"]) == (expected, *there)
    assert ("`level` of the same update was changed" in text) is (request == CLOSE and told != "ok")
    assert shown(library, reader_id) == {name: value for name, value in {**FULL, **BOTH}.items() if name != "sandbox"}
    assert again == ([] if there[1] == "closed" else [CLOSE])
    assert "credentials of the program" not in text


OTHERS: dict[str, tuple[Properties, Properties, bool]] = {
    # What somebody else changes, what the program changes, and whether that is refused.
    "an unmanaged field": ({"notes": "By hand"}, {"level": 2}, False),
    "a managed field, by patch": ({"level": 7}, {"level": 2}, True),
    "another managed field, by patch": ({"name": "by hand"}, {"level": 2}, True),
    "the same field to the same value": ({"level": 2}, {"level": 2}, False),
    "a managed field, by action": ({"mode": "paused"}, {"mode": "closed"}, True),
    "the same action": ({"mode": "closed"}, {"mode": "closed"}, False),
    "a managed field, and ours is an action": ({"level": 7}, {"mode": "closed"}, True),
    "an unmanaged field, and ours is an action": ({"notes": "By hand"}, {"mode": "closed"}, False),
}


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_somebody_else_changes_it_too(library: LibraryServer, case: str, native: bool) -> None:
    """A managed field that has neither the old nor the new value is never overwritten; all else goes through."""
    theirs, ours, is_refused = OTHERS[case]
    reader_id, state = Process(library, READER).lifecycle.create(INPUTS)
    library.library.change("readers", reader_id, **theirs)
    process = Process(library, READER, native=native)

    try:
        process.up(reader_id, state, {**INPUTS, **ours})
        told = ""
    except FlowServiceError as error:
        told = str(error)

    expected = {**INPUTS, **theirs} if is_refused else {**INPUTS, **theirs, **ours}
    assert shown(library, reader_id) == {name: value for name, value in expected.items() if name != "sandbox"}
    if is_refused:
        assert told.startswith(Code.CONCURRENT_CHANGE)
        [name] = theirs
        assert f"`{name}` was changed by somebody@example.com" in told
    else:
        assert told == ""


@pytest.mark.parametrize("is_managed", [True, False])
def test_ours_is_lost_and_somebody_else_changes_it_then(library: LibraryServer, is_managed: bool) -> None:
    """The patch was applied, its answer was lost, and a note came after it: ours is there, and theirs stays.

    Of a managed note, the error tells.
    """
    process = Process(library, READER)
    inputs = FULL if is_managed else INPUTS
    reader_id, state = process.lifecycle.create(inputs)
    library.fault(PATCH, "lost")
    library.fault(PATCH, "before", before=lambda: library.library.change("readers", reader_id, notes="By hand"))

    told = ""
    try:
        process.up(reader_id, state, {**inputs, "level": 2})
    except FlowServiceError as error:
        told = str(error)

    assert (shown(library, reader_id)["level"], shown(library, reader_id)["notes"]) == (2, "By hand")
    assert told.startswith(Code.CHANGE_UNKNOWN if is_managed else "")
    assert ("`notes` was changed by somebody@example.com" in told) is is_managed


def test_a_reader_in_transition_is_awaited(library: LibraryServer) -> None:
    """New readers have no etag for some seconds, and neither patch nor action is accepted before; nor after a patch."""
    library.library.initializing, library.library.updating = 5.0, 5.0
    process = Process(library, READER)
    reader_id, state = process.lifecycle.create(INPUTS)

    assert "etag" not in state
    process.up(reader_id, state, {**INPUTS, **BOTH})
    assert (shown(library, reader_id)["level"], shown(library, reader_id)["mode"]) == (2, "closed")


@pytest.mark.parametrize(
    ("theirs", "replaces"),
    [({"level": 9}, []), ({"mode": "paused"}, []), ({"notes": None}, []), ({"language": "fr"}, ["language"])],
    ids=str,
)
def test_drift(
    library: LibraryServer, made: tuple[Process, str, Properties], theirs: Properties, replaces: list[str]
) -> None:
    """A read shows it, whatever changes the field; the next `up` puts it back, or replaces."""
    process, reader_id, state = made
    library.library.change("readers", reader_id, **theirs)

    found = process.lifecycle.read(reader_id, state)
    assert found is not None
    diff = process.lifecycle.diff(reader_id, found[0], FULL)
    [name] = theirs

    assert (found[0].get(name), found[1].get(name)) == (theirs[name], theirs[name])
    assert (diff.replaces, diff.properties) == (replaces, [name])
    if not replaces:
        after = process.lifecycle.update(reader_id, found[0], FULL)
        assert after[name] == shown(library, reader_id)[name] == FULL[name]
    assert process.warnings == []


def test_what_the_program_leaves_out_is_no_drift(library: LibraryServer) -> None:
    """A note that somebody else adds."""
    process = Process(library, READER)
    reader_id, state = process.lifecycle.create(INPUTS)
    library.library.change("readers", reader_id, notes="By hand")

    found = process.lifecycle.read(reader_id, state)

    assert found is not None
    assert "notes" not in found[0]


ADOPTIONS: dict[str, tuple[Properties, list[str]]] = {
    "nothing differs": (FULL, []),
    "almost all is left out": ({"sandbox": "dev"}, []),
    "a patched field differs": ({**FULL, "level": 3}, [PATCH]),
    "a field of an action differs": ({**FULL, "mode": "closed"}, [CLOSE]),
    "both differ": ({**FULL, "level": 3, "mode": "closed"}, [PATCH, CLOSE]),
}


@pytest.mark.parametrize("case", ADOPTIONS)
def test_adoption(library: LibraryServer, made: tuple[Process, str, Properties], case: str) -> None:
    """Only what differs is sent. The rack was not made for the resource: with it, only the reader is deleted."""
    process, reader_id, _ = made
    given, expected = ADOPTIONS[case]
    inputs, problems = process.lifecycle.check({}, {**given, "adopt": reader_id, "autoName": "not-this-0000000"})

    adopted, state = process.lifecycle.create(inputs)
    writes = library.writes()
    found = process.lifecycle.read(adopted, state)
    is_changed = process.lifecycle.diff(adopted, state, inputs).changes
    process = Process(library, READER)
    process.lifecycle.delete(adopted, state)

    assert (problems, adopted, writes, is_changed) == ([], reader_id, expected, False)
    assert "rackId" not in state
    assert found is not None
    assert {**state, "state": None} == {**found[0], "state": None}
    assert (library.ids("readers"), library.ids("racks")) == ([], ["rack-1"])


def test_a_field_that_needs_a_new_object_is_never_adopted_with_another_value(
    library: LibraryServer, made: tuple[Process, str, Properties]
) -> None:
    """The adoption stops. With the language left out, it is known from then on: the same one later replaces nothing."""
    process, reader_id, _ = made

    error = error_of(lambda: process.lifecycle.create({**FULL, "language": "de", "adopt": reader_id}))
    process = Process(library, READER)
    _, state = process.lifecycle.create({"sandbox": "dev", "level": 1, "adopt": reader_id})

    assert error.code == Code.NOT_OURS
    assert "`language` of this reader cannot be changed in place" in str(error)
    assert process.lifecycle.diff(reader_id, state, {**INPUTS, "language": "en"}).replaces == []
    assert process.lifecycle.diff(reader_id, state, {**INPUTS, "language": "de"}).replaces == ["language"]


def test_what_is_no_reader_is_not_adopted(library: LibraryServer) -> None:
    """Nor one that is not there."""
    process = Process(library, READER)
    reader_id, _ = process.lifecycle.create(INPUTS)
    library.all("readers")[0]["rackId"] = ""

    wrong = error_of(lambda: Process(library, READER).lifecycle.create({**INPUTS, "adopt": reader_id}))
    missing = error_of(lambda: Process(library, READER).lifecycle.create({**INPUTS, "adopt": "reader-9"}))

    assert "it is not a reader of kind Made-up Reader" in str(wrong)
    assert missing.code == Code.NOT_FOUND


def test_a_refresh_of_many(library: LibraryServer) -> None:
    """Reads share the pages of the list; one that is gone is asked for by its id, and each is as it is."""
    process = Process(library, READER)
    states = dict(process.lifecycle.create({**INPUTS, "name": f"reader {number}"}) for number in range(12))
    gone, changed = [*states][3], [*states][5]
    del library.library.objects["readers"][gone]
    library.library.change("readers", changed, mode="paused")
    library.library.page_size = 100
    library.log.clear()

    process = Process(library, READER)
    found = {reader_id: process.lifecycle.read(reader_id, state) for reader_id, state in states.items()}

    modes = {reader_id: each[0]["mode"] for reader_id, each in found.items() if each is not None}
    assert modes == {
        reader_id: "paused" if reader_id == changed else "opened" for reader_id in states if reader_id != gone
    }
    assert len(library.log) < 12
    assert "GET /readers" in library.log


@pytest.mark.parametrize("ours", [{"level": 2}, {"mode": "closed"}, {"level": 2, "mode": "closed"}], ids=str)
@pytest.mark.parametrize("is_late", [False, True])
def test_a_change_of_one_that_is_gone(library: LibraryServer, ours: Properties, is_late: bool) -> None:
    """Whether it went before the change or between two of its requests: an error that says what comes next."""
    process = Process(library, READER)
    reader_id, state = process.lifecycle.create(INPUTS)
    if is_late:
        library.fault(CLOSE if "mode" in ours else PATCH, "before", before=library.library.objects["readers"].clear)
    else:
        library.library.objects["readers"].clear()

    error = error_of(lambda: process.up(reader_id, state, {**INPUTS, **ours}))

    assert error.code == Code.NOT_FOUND
    assert "`pulumi refresh` removes it from the state" in str(error)
    assert ("`level` of the same update was changed" in str(error)) is (is_late and len(ours) == 2)
