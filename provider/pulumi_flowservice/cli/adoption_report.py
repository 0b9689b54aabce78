"""The output of `adopt`: a table of the connections, the result of the choice, and both as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..lookups.adoptable import Survey
from ..lookups.overview import target
from ..redaction import one_line
from .output import counted, echo, print_table
from .placed import Placed, why_not


def show(existing: Survey, placed: Sequence[Placed], path: Path) -> None:
    """Print the connections, and what prevents an adoption without changes."""
    if placed:
        columns = ("#", "name", "kind", "state", "flows", "target", "updated by", "id", "notes")
        rows = [(str(number), *_row(each, path)) for number, each in enumerate(placed, 1)]
        print_table(f"Connections in sandbox {existing.sandbox}", columns, rows, below=("target", "updated by", "id"))
    elif not existing.candidates:
        echo(f"There is no connection to adopt in sandbox {one_line(existing.sandbox)}.")
    if existing.others and len(placed) == len(existing.candidates):
        echo(f"The sandbox also has {counted(existing.others, 'connection')} of other kinds, which cannot be adopted.")
    if any(each.candidate.flows is None for each in placed):
        echo("The flows are not known: these API credentials have no permission to list them.")


def _row(placed: Placed, path: Path) -> tuple[str, ...]:
    connection, flows = placed.candidate.connection, placed.candidate.flows
    notes = [*placed.candidate.obstacles, *(f"not managed: {why}" for why in placed.candidate.unmanaged)]
    if placed.entry:
        notes.append(f"in {path} as {placed.entry}")
    if placed.resource:
        notes.append(f"in the stack as {placed.resource}")
    if placed.would_send:
        notes.append(f"differs: {', '.join(placed.would_send)}")
    return (
        connection.name or "-",
        connection.kind,
        connection.state or "-",
        "?" if flows is None else str(len(flows)),
        target(placed.candidate.kind, placed.candidate.source) or "-",
        connection.updated_by or "-",
        connection.id,
        "; ".join(notes) or "-",
    )


def reason(placed: Placed, *, with_changes: bool) -> str:
    """Return why a connection is left out; empty if it is not."""
    if told := why_not(placed.entry, placed.candidate.obstacles, placed.resource):
        return told
    if placed.would_send and not with_changes:
        return (
            f"the file's shared values would change {', '.join(placed.would_send)} (to adopt it anyway: --with-changes)"
        )
    return ""


def tell_left_out(chosen: Sequence[Placed], left_out: Mapping[str, str]) -> None:
    """Print which connections were left out, and why."""
    for connection in (placed.candidate.connection for placed in chosen):
        if why := left_out.get(connection.id):
            echo(f"Left out: {one_line(connection.name)}: {one_line(why)}.")


def counted_entries(taken: Sequence[Placed], dataflows: int) -> str:
    """Return how many entries there are, such as `1 connection and 2 dataflows`."""
    numbers = ((len(taken), "connection"), (dataflows, "dataflow"))
    return " and ".join(counted(number, noun) for number, noun in numbers if number)


def document(
    existing: Survey, placed: Sequence[Placed], taken: Sequence[Placed], path: Path, *, is_written: bool
) -> dict[str, Any]:
    """Return the output of `--json`."""
    ids = {each.candidate.connection.id for each in taken}
    return {
        "sandbox": existing.sandbox,
        "otherConnections": existing.others,
        "output": str(path),
        "written": is_written,
        "connections": [
            {
                **each.candidate.connection.flat(),
                "flows": each.candidate.flows,
                "resource": each.entry or each.candidate.resource_name,
                "taken": each.candidate.connection.id in ids,
                "entry": each.entry,
                "stackResource": each.resource,
                "obstacles": each.candidate.obstacles,
                "unmanaged": each.candidate.unmanaged,
                "wouldSend": each.would_send,
            }
            for each in placed
        ],
    }
