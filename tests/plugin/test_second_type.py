"""A made-up second type of resource under the native provider: one entry in the servicer's table, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.lifecycle.properties import UNKNOWN, Properties
from pulumi_flowservice.plugin.codec import decode, encode

from tests.support.library.reader import INPUTS, READER
from tests.support.library.server import LibraryServer
from tests.support.native import Plugin
from tests.support.protocol import Shown, refused

TYPE = "flowservice:index:Reader"
ABOUT: dict[str, Any] = {"urn": f"urn:pulumi:dev::project::{TYPE}::ann", "type": TYPE}
_Kind = provider_pb2.PropertyDiff
UNNAMED = {name: value for name, value in INPUTS.items() if name != "name"}


@pytest.fixture
def reading(library: LibraryServer, start: Callable[..., Plugin]) -> Plugin:
    """A configured plugin that has the type, too."""
    return start(library, READER)


def check(plugin: Plugin, news: Properties, olds: Properties | None = None) -> Any:
    """The answer to `Check`."""
    return plugin.stub.Check(provider_pb2.CheckRequest(**ABOUT, news=encode(news), olds=encode(olds or {})))


def diff(plugin: Plugin, reader_id: str, olds: Properties, news: Properties) -> Any:
    """The answer to `Diff`."""
    request = provider_pb2.DiffRequest(**ABOUT, id=reader_id, olds=encode(olds), news=encode(news))
    return plugin.stub.Diff(request)


def create(plugin: Plugin, news: Properties, **more: Any) -> tuple[str, Properties, frozenset[str]]:
    """Id, outputs, and the names of the secret ones."""
    done = plugin.stub.Create(provider_pb2.CreateRequest(**ABOUT, properties=encode(news), **more))
    return done.id, *decode(done.properties)


def update(plugin: Plugin, reader_id: str, olds: Properties, news: Properties, **more: Any) -> Properties:
    """The outputs of an update."""
    request = provider_pb2.UpdateRequest(**ABOUT, id=reader_id, olds=encode(olds), news=encode(news), **more)
    return decode(plugin.stub.Update(request).properties)[0]


def test_its_whole_life(reading: Plugin, library: LibraryServer, shown: Shown) -> None:
    """Each call of the protocol; nothing is secret."""
    inputs, secrets = decode(check(reading, UNNAMED).inputs)
    reader_id, state, more = create(reading, inputs)
    unchanged = diff(reading, reader_id, state, inputs)
    news = {**inputs, "mode": "closed", "level": 2, "notes": "Likes maps"}
    differs = diff(reading, reader_id, state, news)
    state = update(reading, reader_id, state, news)
    library.library.change("readers", reader_id, level=5)
    found = reading.stub.Read(provider_pb2.ReadRequest(**ABOUT, id=reader_id, properties=encode(state)))
    replaced = diff(reading, reader_id, state, {**news, "language": "de"})
    deletion = provider_pb2.DeleteRequest(**ABOUT, id=reader_id, properties=encode(state))
    reading.stub.Delete(deletion)
    reading.stub.Delete(deletion)

    assert (secrets, more) == (frozenset(), frozenset())
    assert inputs["name"].startswith("ann-")
    assert unchanged.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert (list(differs.replaces), set(differs.diffs)) == ([], {"mode", "level", "notes"})
    kinds = {name: each.kind for name, each in differs.detailedDiff.items()}
    assert kinds == {"mode": _Kind.UPDATE, "level": _Kind.UPDATE, "notes": _Kind.ADD}
    assert (state["mode"], state["rackId"]) == ("closed", "rack-1")
    assert decode(found.properties)[0]["level"] == 5
    assert decode(found.inputs)[0] == {**news, "level": 5}
    assert list(replaced.replaces) == ["language"]
    assert replaced.detailedDiff["language"].kind == _Kind.UPDATE_REPLACE
    assert (library.ids("readers"), library.ids("racks"), shown) == ([], [], [])


def test_previews(reading: Plugin, library: LibraryServer) -> None:
    """What is not known is unknown, what stays is shown, and nobody is asked."""
    made = create(reading, {**INPUTS, "notes": UNKNOWN}, preview=True)[1]
    adopted = create(reading, {**INPUTS, "adopt": "reader-9"}, preview=True)[1]
    olds = {**INPUTS, "rackId": "rack-1", "etag": '"1"', "state": "enabled", "imsOrg": "LIBRARY@AdobeOrg"}
    patched = update(reading, "reader-3", olds, {**INPUTS, "level": 2}, preview=True)
    acted = update(reading, "reader-3", olds, {**INPUTS, "mode": "closed"}, preview=True)

    assert (made["rackId"], made["etag"], made["notes"], made["name"]) == (UNKNOWN, UNKNOWN, UNKNOWN, "ann")
    assert "rackId" not in adopted
    assert (patched["rackId"], patched["state"], patched["level"]) == ("rack-1", "enabled", 2)
    # An action may do more than to change its field.
    assert (acted["rackId"], acted["state"], acted["mode"]) == ("rack-1", UNKNOWN, "closed")
    assert library.log == []


@pytest.mark.parametrize("sandbox", ["", "stage"])
def test_an_import(reading: Plugin, library: LibraryServer, sandbox: str) -> None:
    """By `[SANDBOX/]ID`: all that the API shows. The rack is not the resource's."""
    inputs = {**INPUTS, "sandbox": sandbox or "dev"}
    reader_id, _, _ = create(reading, inputs)
    request = provider_pb2.ReadRequest(**ABOUT, id=f"{sandbox}/{reader_id}" if sandbox else reader_id)
    found = reading.stub.Read(request)
    wrong = "dev" if sandbox else "stage"
    text = refused(lambda: reading.stub.Read(provider_pb2.ReadRequest(**ABOUT, id=f"{wrong}/{reader_id}")))
    # Another command: the one that imports keeps what it imports.
    reading.configure()
    reading.stub.Delete(provider_pb2.DeleteRequest(**ABOUT, id=found.id, properties=found.properties))

    assert (found.id, decode(found.inputs)[0]) == (reader_id, inputs)
    assert decode(found.properties)[0]["etag"]
    assert text.startswith("FS2005: reading reader")
    assert (library.ids("readers"), library.ids("racks")) == ([], ["rack-1"])


def test_what_is_wrong(reading: Plugin, library: LibraryServer) -> None:
    """Unknown inputs, inputs that do not fit together; and the type is not there where it is not in the table."""
    reasons = [each.reason for each in check(reading, {**INPUTS, "leval": 1, "mode": "paused", "level": 0}).failures]
    plain = Plugin(Clock.cancellable, lambda urn, text: None)
    plain.configure()
    with pytest.raises(grpc.RpcError) as raised:
        check(plain, INPUTS)
    plain.stop()
    error: Any = raised.value

    assert reasons == [
        "FS1001: `leval` is not an input of Reader: did you mean `level`?",
        "FS1001: `mode` cannot be paused at `level` 0.",
    ]
    assert "the package has no resource 'flowservice:index:Reader'" in error.details()
    assert library.log == []


def test_two_resources_with_one_reader(reading: Plugin) -> None:
    """The second one is refused by the noun of the type."""
    reader_id, state, _ = create(reading, INPUTS)
    check(reading, INPUTS, INPUTS)
    diff(reading, reader_id, state, INPUTS)
    twin = {**ABOUT, "urn": f"{ABOUT['urn']}-2"}

    reading.stub.Check(provider_pb2.CheckRequest(**twin, news=encode(INPUTS), olds=encode(INPUTS)))
    request = provider_pb2.DiffRequest(**twin, id=reader_id, olds=encode(state), news=encode(INPUTS))
    text = refused(lambda: reading.stub.Diff(request))

    assert f"resource 'ann' of this program manages the same reader, {reader_id}" in text
