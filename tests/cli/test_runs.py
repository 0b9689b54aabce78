"""`pulumi-flowservice runs`, as a process of its own against the emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.emulator.shop import HOUR, Shop
from tests.support.at_terminal import plain
from tests.support.command import run, run_at_terminal
from tests.support.connections import make
from tests.support.flows import make_flow
from tools.local_database import LocalDatabase

pytestmark = pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0, run_seconds=0)


@pytest.fixture
def connection(flowservice_emulator: Emulator) -> str:
    """The id of a connection."""
    return make(flowservice_emulator, "warehouse")


@pytest.fixture
def shop(flowservice_emulator: Emulator, database: LocalDatabase) -> Iterator[Shop]:
    """A shop whose orders a dataflow reads every hour."""
    with Shop(flowservice_emulator, database) as made:
        yield made


def failed_flow(shop: Shop) -> str:
    """The id of a flow whose only run has failed, because the database was down."""
    flow_id = shop.flow(name="Orders")
    shop.emulator.settings(connection_test="fail")
    shop.emulator.advance(HOUR)
    shop.runs(flow_id)
    # What follows is not as old.
    shop.emulator.advance(1)
    shop.emulator.settings(connection_test="real")
    shop.emulator.clear_log()
    return flow_id


def test_no_run_yet_is_no_error(flowservice_emulator: Emulator, connection: str) -> None:
    """It says when the first one is due; machines get an empty list."""
    flow_id = make_flow(flowservice_emulator, connection, "Customers [daily]")

    done = run(flowservice_emulator, "runs", flow_id)
    document = json.loads(run(flowservice_emulator, "runs", "Customers [daily]", "--json").stdout)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("'Customers [daily]' has not run yet. Its first run is due at 20")
    assert done.stdout.endswith(" UTC.\n")
    assert document == {
        "id": flow_id,
        "name": "Customers [daily]",
        "sandbox": "dev",
        "state": "enabled",
        "verdict": "no run yet",
        "runs": [],
    }


def test_a_disabled_dataflow_is_not_waited_for(flowservice_emulator: Emulator, connection: str) -> None:
    """It will not run, however long one follows."""
    flow_id = make_flow(flowservice_emulator, connection)
    flowservice_emulator.change_flow(flow_id, state="disabled")

    done = run(flowservice_emulator, "runs", flow_id, "--follow")

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "'Customers' has not run yet. Its state is 'disabled'.\n"


def test_two_dataflows_of_one_name(flowservice_emulator: Emulator, connection: str) -> None:
    """Both ids are told."""
    ids = [make_flow(flowservice_emulator, connection) for _ in range(2)]

    done = run(flowservice_emulator, "runs", "Customers")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "FS2008" in done.stderr and all(each in done.stderr for each in ids)


@pytest.mark.parametrize("unknown", ["Customer", "2edc08ac-4df5-4fe6-936f-81a19ce92f5c"])
def test_an_unknown_dataflow_is_an_error(flowservice_emulator: Emulator, connection: str, unknown: str) -> None:
    """It must not read as "no run yet"; a name brings similar ones."""
    make_flow(flowservice_emulator, connection)

    done = run(flowservice_emulator, "runs", unknown)

    assert (done.exit_code, done.stdout) == (1, "")
    assert f"FS2005: reading the runs of dataflow '{unknown}' in sandbox 'dev'" in done.stderr
    assert ("Similar names there: 'Customers'" in done.stderr) == (unknown == "Customer")


def test_a_flow_of_another_kind_is_refused(flowservice_emulator: Emulator, connection: str) -> None:
    """With what it is instead."""
    draft = make_flow(flowservice_emulator, connection, mode="draft")

    done = run(flowservice_emulator, "runs", draft)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not a dataflow from a table to a dataset: it is a draft" in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["a", "--limit", "0"], ["a", "--limit", "x"], ["a", "--unknown"], ["a", "b"]]
)
def test_wrong_arguments_end_with_1(flowservice_emulator: Emulator, arguments: list[str]) -> None:
    """Because 2 means that rows are missing."""
    done = run(flowservice_emulator, "runs", *arguments)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "Error: " in done.stderr
    assert flowservice_emulator.log() == []


def test_nothing_is_repeated_without_a_run(flowservice_emulator: Emulator, connection: str) -> None:
    """`--retry` of a dataflow that has not run."""
    done = run(flowservice_emulator, "runs", make_flow(flowservice_emulator, connection), "--retry", "--yes")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "FS5003: nothing was repeated: the dataflow has not run yet" in done.stderr


def test_the_sandbox_can_be_named(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """`--sandbox` takes precedence over the environment."""
    there = make(flowservice_emulator, "warehouse", sandbox="stage")
    flow_id = make_flow(flowservice_emulator, there, sandbox="stage")

    assert run(flowservice_emulator, "runs", flow_id).exit_code == 1
    assert run(flowservice_emulator, "runs", flow_id, "--sandbox", "stage").exit_code == 0
    assert "has not run yet" in run_at_terminal(flowservice_emulator, tmp_path, "runs", flow_id, "--sandbox", "stage")


def test_runs_are_a_table(flowservice_emulator: Emulator, shop: Shop) -> None:
    """The newest first; what the last one lost is said, and makes the exit code."""
    shop.add("a", -1)
    shop.add(None, HOUR - 1)
    shop.add("b", HOUR - 1)
    flow_id = shop.flow(name="Orders")
    flowservice_emulator.advance(2 * HOUR)

    done = run(flowservice_emulator, "runs", "Orders")

    table, last = done.stdout.rsplit("\n\n", 1)
    rows = [line.split() for line in table.splitlines() if re.match(r" *20\d\d-", line)]
    assert (done.exit_code, done.stderr) == (2, "")
    assert f"Runs of 'Orders' (enabled), {flow_id}" in table
    assert [row[2:] for row in rows] == [["0:00:00", "2", "1", "1", "success"], ["0:00:00", "1", "1", "0", "success"]]
    assert rows[0][:2] > rows[1][:2]
    moment = " ".join(rows[0][:2])
    assert last.splitlines() == [
        f"{moment}: CONNECTOR-2001-500 1 of 2 rows have failed.",
        f"The last finished run, {shop.runs(flow_id)[1]['id']}, is a success, but 1 row failed.",
    ]


def test_a_good_run_after_a_bad_one_is_good(flowservice_emulator: Emulator, shop: Shop) -> None:
    """The exit code is about the last finished run; machines are told in words, too."""
    shop.add("a", HOUR - 1)
    flow_id = failed_flow(shop)

    bad = run(flowservice_emulator, "runs", flow_id, "--json")
    flowservice_emulator.advance(HOUR)
    good = run(flowservice_emulator, "runs", flow_id, "--json")

    assert (bad.exit_code, json.loads(bad.stdout)["verdict"]) == (2, "failed")
    document = json.loads(good.stdout)
    assert (good.exit_code, document["verdict"], len(document["runs"])) == (0, "ok", 2)
    assert document["runs"][0]["rows_written"] == 1
    assert [each["status"] for each in document["runs"]] == ["success", "failed"]
    assert document["runs"][1]["errors"] == [
        "CONNECTOR-2001-500 The database refused the login or could not be reached."
    ]
    assert document["runs"][1].keys() >= {"id", "started_at", "completed_at", "duration_seconds", "rows_read"}


def test_a_run_in_progress_is_no_verdict(flowservice_emulator: Emulator, shop: Shop) -> None:
    """The last finished one counts, even if the limit leaves no room for it."""
    flow_id = failed_flow(shop)
    flowservice_emulator.settings(run_seconds=3_000)
    flowservice_emulator.advance(HOUR)

    done = run(flowservice_emulator, "runs", flow_id, "--limit", "1")

    assert done.exit_code == 2
    assert len([line for line in done.stdout.splitlines() if re.match(r" *20\d\d-.*in progress", line)]) == 1
    assert "The last finished run, " in done.stdout and "has failed." in done.stdout


def test_it_is_readable_at_80_columns(flowservice_emulator: Emulator, tmp_path: Path, shop: Shop) -> None:
    """A row stays a row, with counts of millions."""
    flow_id = failed_flow(shop)

    shown = run_at_terminal(flowservice_emulator, tmp_path, "runs", flow_id, columns=80)

    [row] = [line for line in shown.splitlines() if re.match(r" *20\d\d-.*failed *$", line)]
    assert len(row.rstrip()) <= 80
    [head] = [line for line in plain(shown).splitlines() if "began (UTC)" in line]
    # Counts such as 12,345,678 instead of the heads of two columns, and the word "in progress".
    assert len(head.rstrip()) + 6 + 3 + 5 <= 80


@pytest.mark.parametrize("words", ["lower case", "capitals"])
def test_a_repeated_run(flowservice_emulator: Emulator, shop: Shop, words: str) -> None:
    """With --yes nobody is asked; the exit code says that it is repeated, and the next look how it went."""
    flowservice_emulator.settings(run_status=words)
    shop.add("a", -1)
    flow_id = failed_flow(shop)

    done = run(flowservice_emulator, "runs", flow_id, "--retry", "--yes")
    after = run(flowservice_emulator, "runs", flow_id)

    first, second = (each["id"] for each in shop.runs(flow_id))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Run {first} is repeated as run {second}.")
    assert (after.exit_code, shop.ids()) == (0, ["a"])


def test_a_repetition_is_asked_for(flowservice_emulator: Emulator, tmp_path: Path, shop: Shop) -> None:
    """With what went wrong; without a yes, nothing is sent."""
    flow_id = failed_flow(shop)

    declined = run_at_terminal(flowservice_emulator, tmp_path, "runs", flow_id, "--retry", answers=["n"])
    assert flowservice_emulator.log("POST", "/runs/**") == []
    agreed = run_at_terminal(flowservice_emulator, tmp_path, "runs", flow_id, "--retry", answers=["y"])

    assert "of 'Orders'? It failed: CONNECTOR-2001-500 The database refused the login" in declined
    assert "has failed" in declined
    assert "is repeated as run" in agreed
    assert len(flowservice_emulator.log("POST", "/runs/*/action")) == 1


def test_nobody_to_ask_is_an_error(flowservice_emulator: Emulator, shop: Shop) -> None:
    """In a pipeline, --yes is needed."""
    done = run(flowservice_emulator, "runs", failed_flow(shop), "--retry", "--json")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "FS5003: nothing was repeated: nobody can be asked. Add --yes" in done.stderr
    assert flowservice_emulator.log("POST", "/runs/**") == []


def test_a_repetition_for_machines(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Both ids; with --follow the report of the new run follows."""
    flow_id = failed_flow(shop)

    done = run(flowservice_emulator, "runs", flow_id, "--retry", "--yes", "--json")
    [first, second] = [each["id"] for each in shop.runs(flow_id)]
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.advance(HOUR)
    followed = run(flowservice_emulator, "runs", flow_id, "--retry", "--yes", "--follow", "--json")

    about = {"id": flow_id, "name": "Orders", "sandbox": "dev"}
    assert json.loads(done.stdout) == {**about, "repeated": first, "run": second}
    document = json.loads(followed.stdout)
    assert (followed.exit_code, document["verdict"], len(document["runs"])) == (2, "failed", 4)
    assert followed.stderr == "failed: 0 rows read, 0 written, 0 failed\n"


@pytest.mark.parametrize("kind", ["lost_answer", "reset", "garbled"])
def test_a_repetition_without_an_answer_is_unknown(flowservice_emulator: Emulator, shop: Shop, kind: str) -> None:
    """It is sent once: a second one could bring rows twice."""
    flow_id = failed_flow(shop)
    flowservice_emulator.fault("POST", "/runs/*/action", kind=kind, times=None)

    done = run(flowservice_emulator, "runs", flow_id, "--retry", "--yes")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "FS5004" in done.stderr and "whether it is repeated is unknown" in done.stderr
    assert len(flowservice_emulator.log("POST", "/runs/*/action")) == 1


def test_what_cannot_be_repeated(flowservice_emulator: Emulator, shop: Shop) -> None:
    """A success, one with failed rows too; a run while another one is in progress; one of a disabled dataflow."""
    shop.add(None, -1)
    shop.add("a", -1)
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)

    def refusal() -> str:
        done = run(flowservice_emulator, "runs", flow_id, "--retry", "--yes")
        assert (done.exit_code, done.stdout) == (1, "")
        return done.stderr

    assert "the last run did not fail, although 1 row of it did. The API repeats failed runs only." in refusal()
    flowservice_emulator.settings(run_seconds=3_000, connection_test="fail")
    flowservice_emulator.advance(HOUR)
    assert "is not over yet. Wait for it" in refusal()
    flowservice_emulator.settings(run_seconds=0)
    flowservice_emulator.advance(3_000)
    shop.flows.act(flow_id, "op=disable")
    assert "1388-400" in refusal() and "Enable the dataflow first." in refusal()
    assert [entry.status for entry in flowservice_emulator.log("POST", "/runs/**")] == [400, 400]


def test_a_run_that_is_over_is_not_waited_for(flowservice_emulator: Emulator, shop: Shop) -> None:
    """--follow shows the report at once."""
    done = run(flowservice_emulator, "runs", failed_flow(shop), "--follow")

    assert (done.exit_code, done.stderr) == (2, "")
    assert "The last finished run" in done.stdout
