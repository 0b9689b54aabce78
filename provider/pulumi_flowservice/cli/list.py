"""`pulumi-flowservice list`: the connections and dataflows of a sandbox, and which of them a stack manages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from ..lifecycle.names import without_digits
from ..lookups.overview import ConnectionSummary, DataflowSummary, Overview, overview
from .output import counted, echo, moment, print_json, print_table
from .pulumi_command import managed_ids, project_folder
from .stack_settings import choose, sandbox_option, stack_option

Summary = ConnectionSummary | DataflowSummary


@click.command()
@sandbox_option
@stack_option
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(sandbox: str | None, stack: str | None, as_json: bool) -> None:
    """List the connections and dataflows of a sandbox: where they lead, who changed them, what a stack manages.

    Connections of all kinds are listed; the kind of those that this provider does not manage is `other`. Of a stack,
    the column has `yes`, `no`, or the name of the resource if that is another one. Other stacks are not read. Times
    are in UTC.

    Exit codes: 0 the list was printed, even if it is empty; 1 an error; 2 wrong arguments.
    """
    chosen = choose(stack)
    managed = managed_ids(chosen.stack) if chosen.stack else None
    found = overview(chosen.run, sandbox)
    if as_json:
        print_json(document(found, chosen.stack, managed))
        return
    if found.connections:
        _print_connections(found, chosen.stack, managed)
    else:
        echo(f"There is no connection in sandbox {found.sandbox}.")
    if found.dataflows:
        _print_dataflows(found, found.dataflows, chosen.stack, managed)
    if found.dataflows is None:
        echo("The flows are not known: these API credentials have no permission to list them.")
    if found.other_flows:
        echo(f"The sandbox also has {counted(found.other_flows, 'flow')} that this provider does not manage.")


def document(found: Overview, stack: str | None, managed: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the overview for machines; `resource` is the name of the stack's resource that manages an object."""

    def told(each: Summary) -> dict[str, Any]:
        return {**vars(each), "resource": (managed or {}).get(each.id)}

    return {
        "sandbox": found.sandbox,
        "stack": stack,
        "connections": [told(each) for each in found.connections],
        "dataflows": None if found.dataflows is None else [told(each) for each in found.dataflows],
        "otherFlows": found.other_flows,
    }


def _print_connections(found: Overview, stack: str | None, managed: Mapping[str, str] | None) -> None:
    ids = _ids(found.connections)
    rows = [
        (
            each.name or "-",
            each.kind,
            each.state or "-",
            *_managed(each, managed),
            "?" if each.flows is None else str(each.flows),
            *ids(each),
            each.target or "-",
            *_changed(each),
        )
        for each in found.connections
    ]
    columns = ("name", "kind", "state", *_stack(stack), "flows", *ids(None), "target", "changed (UTC)", "by")
    print_table(f"Connections in sandbox {found.sandbox}", columns, rows, below=("id", "target", "by"))


def _print_dataflows(
    found: Overview, dataflows: Sequence[DataflowSummary], stack: str | None, managed: Mapping[str, str] | None
) -> None:
    ids = _ids(dataflows)
    rows = [
        (
            each.name or "-",
            each.state or "-",
            *_managed(each, managed),
            *ids(each),
            " of ".join(part for part in (each.table, each.connection) if part) or "-",
            *_changed(each),
        )
        for each in dataflows
    ]
    columns = ("name", "state", *_stack(stack), *ids(None), "table", "changed (UTC)", "by")
    print_table(f"Dataflows in sandbox {found.sandbox}", columns, rows, below=("id", "table", "by"))


def _stack(stack: str | None) -> tuple[str, ...]:
    return (f"in {stack}",) if stack else ()


def _managed(each: Summary, managed: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return the cell that says whether the stack manages it; none without a stack."""
    if managed is None:
        return ()
    resource = managed.get(each.id)
    if resource is None:
        return ("no",)
    return ("yes" if resource in (each.name, without_digits(each.name)) else resource,)


def _changed(each: Summary) -> tuple[str, str]:
    return moment(each.updated_at)[:16], each.updated_by or "-"


def _ids(found: Sequence[Summary]) -> Callable[[Summary | None], tuple[str, ...]]:
    """Return what makes the cells of the column `id`, its title for None; it is there if a name is not unique."""
    uses = Counter(each.name for each in found)
    if all(name and count == 1 for name, count in uses.items()):
        return lambda each: ()
    return lambda each: ("id",) if each is None else (each.id if not each.name or uses[each.name] > 1 else "-",)
