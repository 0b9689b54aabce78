"""Ctrl-C: what has not written ends at once; what has written is finished, or undone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from flowservice_emulator.server import Emulator
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.plugin.codec import encode

from tests.support.lifecycle import INPUTS
from tests.support.native import Plugin
from tests.support.protocol import ABOUT, call, create, refused
from tests.support.waiting import wait_until


def cancel_when(plugin: Plugin, is_time: Callable[[], object], calls: list[Callable[[], object]]) -> list[Any]:
    """Make calls at once, and cancel when it is time; return their results, or the texts of their errors."""

    def result(act: Callable[[], object]) -> object:
        try:
            return act()
        except grpc.RpcError as error:
            failed: Any = error
            return failed.details()

    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(result, act) for act in calls]
        wait_until(is_time)
        plugin.stub.Cancel(empty_pb2.Empty())
        return [each.result(timeout=60) for each in running]


def creations(plugin: Plugin, count: int) -> list[Callable[[], object]]:
    """Calls that create connections of different names."""
    return [lambda number=number: create(plugin, name=f"orders-{number}") for number in range(count)]  # type: ignore[misc]


def test_cancel_ends_pauses(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """A wait for the API ends; a request that was sent is finished, and its outcome told."""
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=100, times=None)

    [told] = cancel_when(plugin, lambda: flowservice_emulator.log("POST", "/connections"), creations(plugin, 1))

    assert told.startswith("FS2004")


def test_cancel_ends_what_was_not_sent(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """63 creations wait for the list that the first one reads: none of the 64 sends its POST."""
    flowservice_emulator.fault("GET", "/connections", status=429, retry_after=100)

    told = cancel_when(plugin, lambda: flowservice_emulator.log("GET", "/connections"), creations(plugin, 64))

    assert sorted({text[:6] for text in told}) == ["FS2004", "FS2009"]
    assert [text[:6] for text in told].count("FS2004") == 1
    assert flowservice_emulator.log("POST", "/connections") == []


def test_cancel_ends_what_was_refused(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """The API was busy, so nothing was done: 16 creations, a change and a deletion are not sent again."""
    id_, state = create(plugin)
    for path, times in (("/connections", 16), ("/connections/*", 2)):
        flowservice_emulator.fault("*", path, status=429, retry_after=100, times=times)
    olds, news = encode(state), encode({**INPUTS, "port": 1})
    change = provider_pb2.UpdateRequest(**ABOUT, id=id_, olds=olds, news=news)
    deletion = provider_pb2.DeleteRequest(**ABOUT, id=id_, properties=olds)

    def are_refused() -> bool:
        return [entry.status for entry in flowservice_emulator.log()].count(429) == 18

    told = cancel_when(
        plugin,
        are_refused,
        [*creations(plugin, 16), lambda: plugin.stub.Update(change), lambda: plugin.stub.Delete(deletion)],
    )

    assert {text[:6] for text in told} == {"FS2004"}
    [kept] = flowservice_emulator.connections()
    assert (kept["id"], kept["auth"]["params"]["port"]) == (id_, "5439")


def test_an_undo_is_sent_after_cancel(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """What was written and is refused by the database is not left behind."""
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.fault("GET", "/connections/*/test", status=429, retry_after=100)

    def are_created() -> bool:
        return [entry.status for entry in flowservice_emulator.log("POST", "/connections")].count(201) == 16

    told = cancel_when(plugin, are_created, creations(plugin, 16))

    assert {text[:6] for text in told} == {"FS3006"}
    assert flowservice_emulator.connections() == []


def test_functions_share_the_client(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """One token for resources and functions, and Cancel ends the pauses of both."""
    create(plugin)
    call(plugin, "getRedshiftConnection", {"name": "orders"})
    tokens = len(flowservice_emulator.log("POST", "/ims/token/v3"))
    flowservice_emulator.fault("GET", "/connections", status=429, retry_after=100, times=None)
    flowservice_emulator.clear_log()

    ask = [lambda: call(plugin, "listRedshiftConnections", {})] * 8
    told = cancel_when(plugin, lambda: len(flowservice_emulator.log("GET", "/connections")) == 8, [*ask])

    assert tokens == 1
    assert {text[:6] for text in told} == {"FS2004"}
    assert refused(lambda: call(plugin, "listRedshiftConnections", {})).startswith("FS2009")
