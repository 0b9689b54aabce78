"""`pulumi-flowservice adopt` of dataflows: what it offers, what it writes, and that nothing changes afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from flowservice_emulator.server import Emulator
from pulumi_flowservice.resources.connection.kinds import DEFAULT
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW

from tests.e2e.conftest import MakeStack
from tests.support.at_terminal import plain
from tests.support.command import run, run_at_terminal, run_beside
from tests.support.connections import make
from tests.support.flows import FIELDS, make_flow, now
from tests.support.pulumi_stack import Stack

pytestmark = pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0)


@pytest.fixture
def flow(flowservice_emulator: Emulator) -> str:
    """A paused dataflow of a connection `shop`."""
    connection = make(flowservice_emulator, "shop")
    dataset = flowservice_emulator.make_dataset("Customers", FIELDS)
    made = make_flow(flowservice_emulator, connection, "All customers", dataset=dataset)
    flowservice_emulator.change_flow(made, state="disabled")
    return made


def test_a_dataflow_takes_its_connection_with_it(flow: str, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Its entry names dataset and connection, keeps the pause, has no `retainOnDelete`, and is valid."""
    make(flowservice_emulator, "another")

    done = run(flowservice_emulator, "adopt", "All customers", "--write", folder=tmp_path)
    valid = run(flowservice_emulator, "validate", "connections.yaml", folder=tmp_path)
    again = run(flowservice_emulator, "adopt", flow, "--write", folder=tmp_path)

    assert (done.exit_code, valid.exit_code, again.exit_code) == (0, 0, 0), done.stderr + valid.stderr + again.stderr
    document = yaml.safe_load((tmp_path / "connections.yaml").read_text())
    assert [*document["connections"]] == ["shop"]
    entry = document["dataflows"]["All-customers"]
    assert entry.pop("schedule")["every"] == "1 hour"
    assert entry == {
        "sandboxes": ["dev"],
        "adopt": flow,
        "connection": "shop",
        "table": "public.customers",
        "dataset": "Customers",
        "deltaColumn": "created_at",
        "enabled": False,
        "name": "All customers",
        "mapping": {"_example.id": "id"},
    }
    assert "1 connection and 1 dataflow" in done.stdout
    assert "the file has it already, as 'All-customers'" in again.stdout
    assert {each.method for each in flowservice_emulator.log() if each.path.startswith("/flows")} >= {"GET"}


def test_what_cannot_be_adopted_is_named(flow: str, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """A draft is counted, and refused by name; one whose source is gone is left out with exit code 3."""
    draft = make_flow(flowservice_emulator, make(flowservice_emulator, "x"), "draft", mode="draft")
    [source] = [each["sourceConnectionIds"][0] for each in flowservice_emulator.flows() if each["id"] == flow]
    flowservice_emulator.delete_source_connection(source)

    listed = run(flowservice_emulator, "adopt", folder=tmp_path)
    refused = run(flowservice_emulator, "adopt", draft, "--write", folder=tmp_path)
    cut = run(flowservice_emulator, "adopt", flow, "--write", folder=tmp_path)
    told = json.loads(run(flowservice_emulator, "adopt", "--json", folder=tmp_path).stdout)

    assert "The sandbox also has 1 flow of other kinds, which cannot be adopted." in listed.stdout
    assert (refused.exit_code, cut.exit_code) == (1, 3)
    assert f"the flow 'draft' ({draft}) is not a dataflow from a table to a dataset: it is a draft" in refused.stderr
    assert "Left out: All customers: its source connection is gone." in cut.stdout
    assert (told["otherFlows"], [each["id"] for each in told["dataflows"]]) == (1, [flow])
    assert list(tmp_path.iterdir()) == []


def test_entries_go_into_their_sections(flow: str, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """The rest of a file stays as it was; a second run appends to what the first has added."""
    file = tmp_path / "connections.yaml"
    head = "# Ours.\nconnections:\n  b: {server: b, database: d, username: u, password: {env: B}} # last\n# The end.\n"
    file.write_text(head)
    run(flowservice_emulator, "adopt", flow, "--write", folder=tmp_path)
    more = make_flow(flowservice_emulator, make(flowservice_emulator, "y"), "More")

    done = run(flowservice_emulator, "adopt", more, "--write", folder=tmp_path)

    document = yaml.safe_load(file.read_text())
    assert done.exit_code == 0, done.stderr
    assert ([*document["connections"]], [*document["dataflows"]]) == (["b", "shop", "y"], ["All-customers", "More"])
    assert "# last\n" in file.read_text() and "# The end.\n" in file.read_text()


def test_a_person_chooses_a_dataflow_by_its_number(flow: str, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """The numbers go on after those of the connections; its connection comes with it."""
    make(flowservice_emulator, "another")

    shown = plain(run_at_terminal(flowservice_emulator, tmp_path, "adopt", answers=["3", "y"]))

    document = yaml.safe_load((tmp_path / "connections.yaml").read_text())
    assert "Write 1 connection and 1 dataflow to connections.yaml?" in shown
    assert [*document["connections"]] == ["shop"]
    assert document["dataflows"]["All-customers"]["adopt"] == flow


def test_a_file_for_import_has_dataflows(flow: str, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """By their own type, with the connection; a second run adds nothing."""
    line = ("adopt", flow, "--format", "import", "--write")

    done, again = (run(flowservice_emulator, *line, folder=tmp_path) for _ in range(2))

    assert (done.exit_code, again.exit_code) == (0, 0), done.stderr + again.stderr
    resources = json.loads((tmp_path / "import.json").read_text())["resources"]
    assert [(each["type"], each["name"]) for each in resources] == [
        (DEFAULT.native_type, "shop"),
        (DATAFLOW.native_type, "All-customers"),
    ]
    assert resources[1]["id"] == f"dev/{flow}"
    assert "the file has it already, as 'All-customers'" in again.stdout


def test_the_engine_imports_dataflows(flow: str, make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """By the file as it is, and by requests that only read."""
    stack = make_stack(flowservice_emulator.environment, native=True)
    run(flowservice_emulator, "adopt", flow, "--format", "import", "--write", folder=stack.folder)
    flowservice_emulator.clear_log()

    stack.run("import", "--file", "import.json", "--generate-code=false", "--yes").ok()

    shop, customers = (stack.resource(name) for name in ("shop", "All-customers"))
    assert (customers["id"], customers["outputs"]["connection"]) == (flow, shop["id"])
    assert {each.method for each in flowservice_emulator.log() if "/ims/" not in each.path} == {"GET"}


def test_an_adoption_changes_nothing(stack: Stack, flowservice_emulator: Emulator) -> None:
    """All that is written is adopted by GETs only, and stays unchanged."""
    dataset = flowservice_emulator.make_dataset("Customers", FIELDS)
    connection = make(flowservice_emulator, "shop")
    params = {"startTime": now(flowservice_emulator) + 60, "frequency": "day", "interval": "1", "backfill": "false"}
    make_flow(flowservice_emulator, connection, "Customers", dataset=dataset, scheduleParams=params)
    flowservice_emulator.advance(3600)
    before = flowservice_emulator.flows()
    written = run(flowservice_emulator, "adopt", "--all", "--write", folder=stack.folder)
    stack.write("from pulumi_flowservice.manifest import connections\nconnections('connections.yaml')\n")
    flowservice_emulator.clear_log()

    done = stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()
    left = run_beside(stack, flowservice_emulator, "adopt", "--all", "--stack", "dev", "--output", "new.yaml")

    assert written.exit_code == 0, written.stderr
    assert done.changes == {"created": 3} and "FS4019" not in done.text
    methods = {each.method for each in flowservice_emulator.log() if "/ims/" not in each.path}
    assert methods == {"GET"} and flowservice_emulator.flows() == before
    assert "Left out: Customers: the stack manages it already, as 'Customers'" in left.stdout
