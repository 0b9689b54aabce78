"""Reads that share the list's pages: how many requests they take, and that no page ever tells anything wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support import connections
from tests.support.lifecycle import INPUTS, Process, requests

LIST, SINGLE = "GET /connections", "GET /connections/*"


def sandbox_of(emulator: Emulator, count: int) -> list[str]:
    """Make connections and return their ids, oldest first; the log starts after them."""
    ids = connections.make_many(emulator, [f"orders-{number}" for number in range(count)])
    emulator.clear_log()
    return ids


def read(process: Process, connection_id: str) -> Properties | None:
    """The outputs, or None when the connection is gone."""
    found = process.lifecycle.read(connection_id, INPUTS)
    return found[0] if found else None


def names(process: Process, ids: Sequence[str]) -> list[str | None]:
    """What reads tell of the names, None for what is gone."""
    return [found["name"] if (found := read(process, each)) else None for each in ids]


def counted(emulator: Emulator) -> Counter[str]:
    """How many requests there were, without that for the token."""
    return Counter(each for each in requests(emulator) if "/connections" in each)


@pytest.mark.long
def test_few_connections_in_a_large_sandbox_cost_no_page(flowservice_emulator: Emulator) -> None:
    """Two of ours among 2,000 are read one by one, not by way of twenty pages."""
    ids = sandbox_of(flowservice_emulator, 2000)

    found = names(Process(flowservice_emulator), ids[100:102])

    assert found == ["orders-100", "orders-101"]
    assert counted(flowservice_emulator) == {SINGLE: 2}


def test_many_connections_come_from_the_pages(flowservice_emulator: Emulator) -> None:
    """300 of 300 take the three pages of the list, and a few single reads until each page is turned."""
    ids = sandbox_of(flowservice_emulator, 300)

    found = names(Process(flowservice_emulator), ids)

    assert found == [f"orders-{number}" for number in range(300)]
    assert counted(flowservice_emulator)[LIST] == 3
    assert counted(flowservice_emulator).total() <= 16


@pytest.mark.long
def test_pages_cost_at_worst_a_quarter_more_than_reads_one_by_one(flowservice_emulator: Emulator) -> None:
    """Where the pages hold none of ours, every fourth read has taken one of them."""
    ids = sandbox_of(flowservice_emulator, 620)

    found = names(Process(flowservice_emulator), ids[:20])

    assert found == [f"orders-{number}" for number in range(20)]
    assert counted(flowservice_emulator) == {SINGLE: 20, LIST: 5}


def test_a_page_tells_what_a_read_of_its_own_tells(flowservice_emulator: Emulator) -> None:
    """Whether an answer came from a page cannot be seen in it."""
    ids = sandbox_of(flowservice_emulator, 8)
    alone = Process(flowservice_emulator, FLOWSERVICE_BULK_REFRESH="false")
    together = Process(flowservice_emulator)

    assert [read(together, each) for each in ids] == [read(alone, each) for each in ids]


def test_gone_is_told_by_a_read_of_its_own(flowservice_emulator: Emulator) -> None:
    """A connection that no page holds is asked for by itself before it counts as gone."""
    ids = sandbox_of(flowservice_emulator, 20)
    flowservice_emulator.delete_connection(ids[-1])

    found = names(Process(flowservice_emulator), ids)

    assert found == [*(f"orders-{number}" for number in range(19)), None]
    assert [entry.status for entry in flowservice_emulator.log("GET", f"/connections/{ids[-1]}")] == [404]


def test_pages_are_dropped_after_a_minute(flowservice_emulator: Emulator) -> None:
    """What somebody changed is seen a minute after the pages were read at the latest."""
    ids = sandbox_of(flowservice_emulator, 20)
    process = Process(flowservice_emulator)
    names(process, ids)
    flowservice_emulator.change_connection(ids[-1], name="renamed")

    before = names(process, ids[-1:])
    process.steps.clock().sleep(61)
    after = names(process, ids[-1:])

    assert (before, after) == (["orders-19"], ["renamed"])


@pytest.mark.long
def test_threads_share_the_pages(flowservice_emulator: Emulator) -> None:
    """Four threads, as the engine's provider host has them, take no page twice and mix up no connections."""
    ids = sandbox_of(flowservice_emulator, 250)
    process = Process(flowservice_emulator)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda each: names(process, [each])[0], ids))

    assert found == [f"orders-{number}" for number in range(250)]
    assert counted(flowservice_emulator)[LIST] == 3
    assert counted(flowservice_emulator).total() <= 20


@pytest.mark.long
def test_a_list_that_changes_between_two_pages_misleads_nobody(flowservice_emulator: Emulator) -> None:
    """What was made or changed meanwhile stands before the pages still to come, and is read by itself."""
    ids = sandbox_of(flowservice_emulator, 250)
    process = Process(flowservice_emulator)
    names(process, ids[150:])
    new = connections.make(flowservice_emulator, "new")
    flowservice_emulator.change_connection(ids[20], name="renamed")
    flowservice_emulator.delete_connection(ids[30])

    found = names(process, [*ids[:150], new])

    expected: list[str | None] = [f"orders-{number}" for number in range(150)]
    expected[20], expected[30] = "renamed", None
    assert found == [*expected, "new"]


def test_a_list_that_fails_leaves_reads_one_by_one(flowservice_emulator: Emulator) -> None:
    """Where lists are refused, nothing is lost but the attempt, which takes a third of a minute at most."""
    ids = sandbox_of(flowservice_emulator, 12)
    flowservice_emulator.fault("GET", "/connections", times=None, status=503)
    process = Process(flowservice_emulator)

    found = names(process, ids)

    assert found == [f"orders-{number}" for number in range(12)]
    assert counted(flowservice_emulator)[SINGLE] == 12
    assert process.steps.slept <= 20


def test_a_connection_that_is_initializing_is_read_by_itself(flowservice_emulator: Emulator) -> None:
    """An entry without an etag says less than a read of its own a moment later."""
    flowservice_emulator.settings(initializing_seconds=3600)
    ids = sandbox_of(flowservice_emulator, 12)

    names(Process(flowservice_emulator), ids)

    assert counted(flowservice_emulator)[SINGLE] == 12


def test_a_setting_turns_pages_off(flowservice_emulator: Emulator) -> None:
    """With flowservice:bulkRefresh=false every read is a request of its own."""
    ids = sandbox_of(flowservice_emulator, 12)

    names(Process(flowservice_emulator, FLOWSERVICE_BULK_REFRESH="false"), ids)

    assert counted(flowservice_emulator) == {SINGLE: 12}


def test_an_update_is_seen_by_the_next_read(flowservice_emulator: Emulator) -> None:
    """After a write of this process, its pages are not believed about that connection."""
    process = Process(flowservice_emulator)
    others = sandbox_of(flowservice_emulator, 8)
    made, outputs = process.create(connectionTest="off")
    names(process, [*others, made])

    process.up(made, outputs, {**INPUTS, "name": "renamed", "connectionTest": "off"})

    assert names(process, [made]) == ["renamed"]


def test_an_adoption_is_seen_by_the_next_read(flowservice_emulator: Emulator) -> None:
    """Taking over a connection changes it, so it is read by itself from there on."""
    ids = sandbox_of(flowservice_emulator, 8)
    process = Process(flowservice_emulator)
    names(process, ids)

    process.create(adopt=ids[-1], name="adopted", connectionTest="off")

    assert names(process, ids[-1:]) == ["adopted"]


def test_a_delete_is_seen_by_the_next_read(flowservice_emulator: Emulator) -> None:
    """What this process has deleted is gone for it, though a page still has it."""
    ids = sandbox_of(flowservice_emulator, 8)
    process = Process(flowservice_emulator)
    names(process, ids)

    process.lifecycle.delete(ids[-1], {**INPUTS, "name": "orders-7"})

    assert names(process, ids[-1:]) == [None]


def test_sandboxes_have_pages_of_their_own(flowservice_emulator: Emulator) -> None:
    """Pages of one sandbox answer no reads of another."""
    in_dev = sandbox_of(flowservice_emulator, 8)
    in_stage = connections.make(flowservice_emulator, "staged", sandbox="stage")
    process = Process(flowservice_emulator)
    names(process, in_dev)

    found = process.lifecycle.read(in_stage, {**INPUTS, "sandbox": "stage"})
    elsewhere = process.lifecycle.read(in_dev[-1], {**INPUTS, "sandbox": "stage"})

    assert found and found[0]["name"] == "staged"
    assert elsewhere is None
