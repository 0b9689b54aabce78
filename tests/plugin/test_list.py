"""`List` of the plugin's protocol, which `pulumi do` calls."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.lifecycle.properties import UNKNOWN
from pulumi_flowservice.plugin.codec import decode, encode

from tests.support.connections import POSTGRESQL, make
from tests.support.native import Plugin
from tests.support.protocol import TYPE, refused


def answers(plugin: Plugin, query: dict[str, Any] | None = None, token: str = TYPE, **more: Any) -> list[Any]:
    """All answers of one call."""
    return list(plugin.stub.List(provider_pb2.ListRequest(token=token, query=encode(query or {}), **more)))


def names(found: list[Any]) -> list[str]:
    return [each.result.name for each in found if each.HasField("result")]


def test_what_exists(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """Of the type, the sandbox and the filters; each id is one that `Read` takes."""
    for name in ("first", "second"):
        make(flowservice_emulator, name)
    make(flowservice_emulator, "elsewhere", sandbox="prod")
    make(flowservice_emulator, "another", spec=POSTGRESQL)

    found = answers(plugin)

    assert names(found) == ["second", "first"]
    assert names(answers(plugin, {"name": "first", "state": "enabled"})) == ["first"]
    elsewhere = answers(plugin, {"sandbox": "prod"})
    assert names(elsewhere) == ["elsewhere"]
    assert names(answers(plugin, token="flowservice:index:PostgreSqlConnection")) == ["another"]
    assert answers(plugin, token="flowservice:index:Dataflow") == []
    urn = f"urn:pulumi:dev::project::{TYPE}::there"
    for each, name in ((found[0], "second"), (elsewhere[0], "elsewhere")):
        read = plugin.stub.Read(provider_pb2.ReadRequest(id=each.result.id, urn=urn, type=TYPE))
        assert decode(read.properties)[0]["name"] == name


def test_pages_and_limits(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """A page is never longer than asked for, and its mark leads to the next; the last one has none."""
    for number in range(5):
        make(flowservice_emulator, str(number))

    first = answers(plugin, page_size=2, limit=3)
    rest = answers(plugin, page_size=2, limit=3, continuation_token=first[-1].continuation.continuation_token)

    assert (names(first), names(rest)) == (["4", "3"], ["2"])
    assert not rest[-1].HasField("continuation")
    assert names(answers(plugin, limit=1)) == ["4"]


def test_a_query_that_is_not_known(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """It sends nothing."""
    [found] = answers(plugin, {"name": UNKNOWN})

    assert found.HasField("computed")
    assert flowservice_emulator.log() == []


@pytest.mark.parametrize(
    ("query", "token", "told"),
    [
        ({"nam": "a"}, TYPE, "there is no filter with the name 'nam'"),
        ({"name": 5}, TYPE, "`name` must be a string"),
        ({}, "flowservice:index:Missing", "the package has no resource 'flowservice:index:Missing'"),
    ],
)
def test_what_is_refused(plugin: Plugin, query: dict[str, Any], token: str, told: str) -> None:
    """In one sentence."""
    assert told in refused(lambda: answers(plugin, query, token))
