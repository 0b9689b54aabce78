"""`pulumi-flowservice list`, as a process of its own against the emulator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.at_terminal import plain
from tests.support.command import run, run_at_terminal, run_beside
from tests.support.connections import FILES, POSTGRESQL, make
from tests.support.flows import make_flow

pytestmark = pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0)
PROGRAM = """
from pulumi_flowservice import RedshiftConnection

for name in ("orders", "billing"):
    RedshiftConnection(
        name,
        name="warehouse" if name == "billing" else None,
        server="cluster.example.com",
        database="dev",
        username="loader",
        password="canary",
        connection_test="off",
    )
"""


def test_a_sandbox_is_listed_by_few_requests(flowservice_emulator: Emulator) -> None:
    """Where each connection leads, how many flows use it, who changed it; dataflows by their tables; no GET for one."""
    orders = make(flowservice_emulator, "orders")
    make(flowservice_emulator, "campaigns", spec=POSTGRESQL, server="pg.example.com", database="ads")
    make(flowservice_emulator, "files", spec=FILES, host="h.example.com", userid="u", user=None)
    make_flow(flowservice_emulator, orders, "Customers")
    flowservice_emulator.use_connection(orders, "Stream")
    flowservice_emulator.clear_log()

    done = run(flowservice_emulator, "list")

    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()]
    columns = [row for row in rows if row and row[0] in ("campaigns", "files", "orders", "Customers")]
    assert [row[:5] for row in columns] == [
        ["campaigns", "postgresql", "enabled", "0", "pg.example.com/ads"],
        ["files", "other", "enabled", "0", "-"],
        ["orders", "redshift", "enabled", "2", "cluster.example.com/dev"],
        ["Customers", "enabled", "public.customers", "of", "orders"],
    ]
    assert all(row[-1] == "analyst@example.com" for row in (columns[0], columns[2], columns[3]))
    assert "The sandbox also has 1 flow that this provider does not manage." in done.stdout
    paths = sorted(entry.path.rpartition("/")[2] for entry in flowservice_emulator.log() if "token" not in entry.path)
    assert paths == ["connections", "flows", "sourceConnections"]


def test_machines_get_everything(flowservice_emulator: Emulator) -> None:
    """Also ids, and what no stack manages."""
    orders = make(flowservice_emulator, "orders", sandbox="stage")

    found = json.loads(run(flowservice_emulator, "list", "--sandbox", "stage", "--json").stdout)

    [connection] = found["connections"]
    assert found.keys() == {"sandbox", "stack", "connections", "dataflows", "otherFlows"}
    assert (found["sandbox"], found["stack"], found["dataflows"], found["otherFlows"]) == ("stage", None, [], 0)
    assert connection.pop("updated_at").startswith("20")
    assert connection == {
        "id": orders,
        "name": "orders",
        "kind": "redshift",
        "target": "cluster.example.com/dev",
        "state": "enabled",
        "flows": 0,
        "updated_by": "analyst@example.com",
        "resource": None,
    }


def test_two_of_one_name_are_told_apart(flowservice_emulator: Emulator) -> None:
    """By their ids, which only then are in the table."""
    make(flowservice_emulator, "billing")
    without = run(flowservice_emulator, "list").stdout
    ids = [make(flowservice_emulator, "orders") for _ in range(2)]

    shown = run(flowservice_emulator, "list").stdout

    assert " id " not in without and " id " in shown
    assert all(each in shown for each in ids)


@pytest.mark.parametrize(("columns", "most"), [(80, 2), (120, 1)])
def test_every_width_is_readable(flowservice_emulator: Emulator, tmp_path: Path, columns: int, most: int) -> None:
    """One line for each connection, two in a narrow terminal; short cells are whole, and the long name is cut."""
    make(flowservice_emulator, "orders", server="redshift.example.com")
    make(flowservice_emulator, "x" * (80 if most == 2 else 12), user="bernadette@example.com")

    shown = plain(run_at_terminal(flowservice_emulator, tmp_path, "list", columns=columns))

    lines = [line.rstrip() for line in shown.splitlines()]
    assert max(map(len, lines)) <= columns
    first = next(number for number, line in enumerate(lines) if line.startswith("  orders "))
    assert "redshift.example.com/dev" in lines[first + most - 1] and "analyst@example.com" in lines[first + most - 1]
    assert lines[first + most].startswith("  xxxxxxxx") and ("…" in lines[first + most]) == (most == 2)
    assert lines[first].split()[:4] == ["orders", "redshift", "enabled", "0"]


def test_an_empty_sandbox_and_a_missing_permission(flowservice_emulator: Emulator) -> None:
    """Neither is an error; flows that nobody may see are not "none"."""
    empty = run(flowservice_emulator, "list")
    make(flowservice_emulator, "orders")
    flowservice_emulator.fault("GET", "/flows", times=None, kind="status", status=403)

    refused = run(flowservice_emulator, "list")

    assert (empty.exit_code, empty.stdout) == (0, "There is no connection in sandbox dev.\n")
    assert refused.exit_code == 0
    assert "The flows are not known" in refused.stdout
    assert any(line.split()[:4] == ["orders", "redshift", "enabled", "?"] for line in refused.stdout.splitlines())


def test_what_the_selected_stack_manages(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """In the folder of a project, the settings and the state are those of the selected stack, without --stack."""
    stack = make_stack(flowservice_emulator.environment)
    stack.write(PROGRAM)
    stack.up().ok()
    make(flowservice_emulator, "foreign")

    shown = run_beside(stack, flowservice_emulator, "list")
    found = json.loads(run_beside(stack, flowservice_emulator, "list", "--json").stdout)

    assert found["stack"] == "dev"
    assert {each["resource"] for each in found["connections"]} == {"orders", "billing", None}
    told = {
        line.split()[0].partition("-")[0]: line.split()[3] for line in shown.stdout.splitlines() if "redshift" in line
    }
    assert told == {"orders": "yes", "warehouse": "billing", "foreign": "no"}
