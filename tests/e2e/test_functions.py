"""Look-ups in programs that the real engine runs."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.connections import make
from tests.support.dataflows import FIELDS
from tests.support.programs import one_connection
from tests.support.pulumi_stack import Stack

Inputs = dict[str, Any]
EXPLORE = """
from pulumi_flowservice import get_redshift_connection_output, get_table_columns_output, get_tables_output

tables = get_tables_output(warehouse.id)
pulumi.export("tables", tables.apply(lambda found: [table.path for table in found]))
pulumi.export("columns", get_table_columns_output(warehouse.id, "public.orders"))
pulumi.export("found", get_redshift_connection_output(id=warehouse.id).name)
"""
DATAFLOW = """
from pulumi_flowservice import (
    Dataflow,
    get_dataflow_output,
    get_dataflow_runs_output,
    get_dataset,
    get_schema_output,
    list_dataflows_output,
)

customers = Dataflow(
    "customers",
    connection=warehouse.id,
    table="public.customers",
    dataset=get_dataset(name="Customers").id,
    mapping={"_example.id": "id"},
    schedule={"frequency": "day"},
    delta_column="created_at",
    sandbox="dev",
)
pulumi.export("flow", get_dataflow_output(id=customers.id))
pulumi.export("paths", get_schema_output(id=customers.schema_id).fields.apply(lambda all: [each.path for each in all]))
found = list_dataflows_output(connection=customers.connection)
pulumi.export("listed", found.apply(lambda all: [each.id for each in all]))
pulumi.export("runs", get_dataflow_runs_output(customers.id))
"""
COLUMNS = ["id integer", "customer_id integer", "total double", "paid boolean", "day string"]


def test_tables_of_a_connection_that_the_same_program_makes(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """The preview asks nothing and shows unknowns; `up` explores the real database; the next one changes nothing."""
    stack.configure(
        {"flowservice:sandbox": "stage", "flowservice:clientId": "emulator"},
        secret={"flowservice:clientSecret": "emulator-secret"},
    )
    stack.write(one_connection(inputs) + EXPLORE)

    stack.preview().ok()
    assert flowservice_emulator.log() == []
    stack.up().ok()

    outputs = stack.outputs()
    assert {"public.orders", "marketing.campaigns"} <= set(outputs["tables"])
    assert [f"{column['name']} {column['type']}" for column in outputs["columns"]] == COLUMNS
    assert outputs["found"] == outputs["name"]
    flowservice_emulator.clear_log()
    stack.up("--expect-no-changes").ok()
    explored = [entry.path for entry in flowservice_emulator.log() if entry.path.endswith("/explore")]
    assert len(explored) == 2
    assert {entry.sandbox for entry in flowservice_emulator.log() if entry.sandbox} == {"stage"}


def test_a_failed_look_up_is_one_paragraph(stack: Stack, flowservice_emulator: Emulator) -> None:
    """In both forms the terminal shows the reason and no traceback, and in an Output form other resources are shown."""
    for _ in range(2):
        make(flowservice_emulator, "twin")
    head = "import pulumi\nfrom pulumi_flowservice import get_redshift_connection, get_redshift_connection_output\n"

    for call in ("get_redshift_connection", "get_redshift_connection_output"):
        stack.write(f"{head}pulumi.export('id', {call}(name='twin').id)\n")
        text = stack.preview().failed().text
        assert "looking up connection 'twin' in sandbox 'dev': 2 connections of Amazon Redshift have this name" in text
        assert "Traceback" not in text


def test_a_secret_id_makes_a_secret_answer(stack: Stack, flowservice_emulator: Emulator) -> None:
    """What comes of a secret is one; the plain form answers at once, by name."""
    connection_id = make(flowservice_emulator, "a, b")
    stack.write(
        "import pulumi\nfrom pulumi_flowservice import get_flows_using_output, get_redshift_connection\n"
        "found = get_redshift_connection(name='a, b')\n"
        "pulumi.export('found', found)\n"
        "pulumi.export('flows', get_flows_using_output(pulumi.Output.secret(found.id)))\n"
    )

    stack.up().ok()

    outputs = stack.outputs()
    assert outputs["flows"] == "[secret]"
    assert outputs["found"]["id"] == connection_id
    assert (outputs["found"]["port"], outputs["found"]["server"]) == (5439, "cluster.example.com")


def test_a_dataflow_of_the_same_program(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The preview of a new one asks about the dataset only; then its parts, its runs and the fields are there."""
    made = flowservice_emulator.make_dataset("Customers", FIELDS, required=["_example.id"])
    stack.write(one_connection({**inputs, "sandbox": "dev"}) + DATAFLOW)

    stack.preview().ok()
    assert {entry.path for entry in flowservice_emulator.log("GET")} == {"/data/foundation/catalog/dataSets"}
    stack.up().ok()

    outputs = stack.outputs()
    assert outputs["flow"]["table"] == "public.customers"
    assert (outputs["flow"]["dataset_id"], outputs["flow"]["schema_id"]) == (made["id"], made["schemaId"])
    assert outputs["paths"] == [*FIELDS]
    assert (outputs["listed"], outputs["runs"]) == ([outputs["flow"]["id"]], [])
