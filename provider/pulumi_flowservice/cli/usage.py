"""`pulumi-flowservice usage ID`: what a change of a connection reaches, and what keeps it from being deleted."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from .. import settings
from ..lookups.contents import list_flows
from .tables import print_table


@click.command()
@click.argument("connection_id", metavar="ID")
@click.option("--sandbox", help="Name of the sandbox; FLOWSERVICE_SANDBOX when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of a table.")
def command(connection_id: str, sandbox: str | None, as_json: bool) -> None:
    """List the dataflows that read through the connection ID.

    They all see a change of its credentials, and while there is one, Flow Service refuses to delete the connection.

    Exit codes: 0 the question was answered, whatever the answer; 1 it could not be; 2 wrong arguments.
    """
    flows = list_flows(settings.load(lambda _key: None), connection_id, sandbox)
    if as_json:
        document = {"id": connection_id, "flows": [asdict(flow) for flow in flows]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    elif flows:
        rows = [(flow.name, flow.state, flow.id) for flow in flows]
        print_table(f"Dataflows that use {connection_id}", ("flow", "state", "id"), rows)
    else:
        click.echo(f"No dataflow that this credential can see uses {connection_id}.")
