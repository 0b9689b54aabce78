"""`pulumi-flowservice usage ID|NAME`: the dataflows that use a connection."""

from __future__ import annotations

import click

from ..lookups.explore import usage
from .output import echo, print_json, print_table
from .pulumi_command import project_folder
from .stack_settings import choose, sandbox_option, stack_option


@click.command()
@click.argument("connection", metavar="ID|NAME")
@sandbox_option
@stack_option
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of a table.")
def command(connection: str, sandbox: str | None, stack: str | None, as_json: bool) -> None:
    """List the dataflows that use a connection.

    It can be of any kind, and so can the dataflows. They are affected if the credentials of the connection change. Flow
    Service does not delete a connection that a dataflow uses.

    Exit codes: 0 the list was printed, even if it is empty; 1 an error; 2 wrong arguments.
    """
    connection_id, flows = usage(choose(stack).run, connection, sandbox)
    if as_json:
        print_json({"id": connection_id, "flows": flows})
    elif flows:
        rows = [(flow.name, flow.state, flow.id) for flow in flows]
        print_table(f"Dataflows that use {connection_id}", ("flow", "state", "id"), rows, whole=("id",))
    else:
        echo(f"No dataflow that these API credentials can see uses {connection_id}.")
