"""`pulumi-flowservice adopt`: from connections that exist to resources that manage them, without touching anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from .. import settings
from ..adoption import Survey, survey
from ..errors import FlowServiceError
from .adopted_entries import EntriesFile, Placed
from .adopted_program import program
from .adoption_choice import ask, named
from .terminal import printable, show_table

LEFT_OUT = 3
_DEFAULT_FILES = {"yaml": "connections.yaml", "python": "adopted.py"}


@click.command()
@click.argument("choices", nargs=-1, metavar="[ID|NAME]...")
@click.option("--sandbox", help="Name of the sandbox; FLOWSERVICE_SANDBOX when left out.")
@click.option("--all", "take_all", is_flag=True, help="Choose every Redshift connection.")
@click.option(
    "--format", "form", type=click.Choice(["yaml", "python"]), default="yaml", help="What to write; yaml when left out."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file: entries are appended to YAML, Python is written to a new file. connections.yaml or adopted.py "
    "when left out.",
)
@click.option("--write", is_flag=True, help="Write the file; without it, nothing is written anywhere.")
@click.option("--with-changes", is_flag=True, help="Take also what the next `pulumi up` would change at the server.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(
    choices: tuple[str, ...],
    sandbox: str | None,
    take_all: bool,
    form: str,
    output: Path | None,
    write: bool,
    with_changes: bool,
    as_json: bool,
) -> None:
    """List the Redshift connections of a sandbox, and write resources that adopt the chosen ones.

    The server is only read. The resources describe what is there, so the next `pulumi up` adopts without sending a
    change: its plan says "create", and what it sends is one GET for each. No password is needed; it stays.

    \b
    Exit codes:
      0  done, or nothing to do
      1  an error; nothing was written
      2  wrong arguments
      3  some of the chosen connections were left out, and the reason was shown
    """
    if take_all and choices:
        raise click.UsageError("give either --all or the connections to take")
    path = output or Path(_DEFAULT_FILES[form])
    entries = EntriesFile(path) if form == "yaml" else None
    if write and entries is None and path.exists():
        raise FlowServiceError(f"{path} exists, and is not overwritten", remedy="Choose another --output.")
    found = survey(settings.load(lambda _key: None), sandbox)
    placed = entries.place(found.candidates, found.sandbox) if entries else [Placed(c) for c in found.candidates]
    if not as_json:
        _show(found, placed, path)
    chosen = placed if take_all else named(placed, choices) if choices else [] if as_json else ask(placed)
    taken = [each for each in chosen if not _reason(each, with_changes=with_changes)]
    text = _text(entries, taken, found.sandbox)
    is_written = bool(write and taken)
    if is_written:
        _write(path, text)
    if as_json:
        click.echo(json.dumps(_document(found, placed, taken, path, is_written), ensure_ascii=False, indent=2))
    else:
        _conclude(chosen, taken, entries, text, path, is_written=is_written, with_changes=with_changes)
    # What the file has already is no failure: running the command twice is fine.
    if any(each.entry is None for each in chosen if each not in taken):
        raise SystemExit(LEFT_OUT)


def _reason(placed: Placed, *, with_changes: bool) -> str:
    """Why a connection is left out; empty when it is not."""
    if placed.entry:
        return f"the file has it as {placed.entry!r}"
    if placed.candidate.obstacles:
        return "; ".join(placed.candidate.obstacles)
    if placed.would_send and not with_changes:
        return f"the file's defaults would change {', '.join(placed.would_send)} (--with-changes takes it nevertheless)"
    return ""


def _show(found: Survey, placed: Sequence[Placed], path: Path) -> None:
    if placed:
        columns = ("#", "name", "server", "database", "user", "state", "updated by", "flows", "id", "notes")
        rows = [_row(number, each, path) for number, each in enumerate(placed, 1)]
        show_table(f"Redshift connections in sandbox {found.sandbox}", columns, rows)
    else:
        click.echo(f"There is no Redshift connection in sandbox {printable(found.sandbox)}.")
    if found.others:
        click.echo(f"{_many(found.others, 'connection')} of other kinds: not offered.")
    if any(each.candidate.flows is None for each in placed):
        click.echo("The flows are not known: this credential may not see them.")


def _row(number: int, placed: Placed, path: Path) -> tuple[str, ...]:
    connection, flows = placed.candidate.connection, placed.candidate.flows
    uses = "?" if flows is None else ", ".join(flow.name or flow.id for flow in flows) or "-"
    notes = [*placed.candidate.obstacles, *(f"not managed: {reason}" for reason in placed.candidate.unmanaged)]
    if placed.entry:
        notes.append(f"in {path} as {placed.entry}")
    if placed.would_send:
        notes.append(f"differs: {', '.join(placed.would_send)}")
    shown = (connection.name, connection.server, connection.database, connection.username, connection.state)
    return (
        str(number),
        *(value or "-" for value in shown),
        connection.updated_by or "-",
        uses,
        connection.id,
        "; ".join(notes) or "-",
    )


def _text(entries: EntriesFile | None, taken: Sequence[Placed], sandbox: str) -> str:
    candidates = [each.candidate for each in taken]
    return entries.with_entries(candidates) if entries else program(candidates, sandbox)


def _write(path: Path, text: str) -> None:
    """Replace the file at once or not at all; a new one only where there is none."""
    try:
        if not path.exists():
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
            return
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(text.encode("utf-8", "surrogateescape"))
        fresh.chmod(path.stat().st_mode)
        fresh.replace(path.resolve())
    except OSError as error:
        raise FlowServiceError(f"{path} cannot be written: {error.strerror}") from None


def _conclude(
    chosen: Sequence[Placed],
    taken: Sequence[Placed],
    entries: EntriesFile | None,
    text: str,
    path: Path,
    *,
    is_written: bool,
    with_changes: bool,
) -> None:
    for placed in chosen:
        if reason := _reason(placed, with_changes=with_changes):
            click.echo(f"Left out: {printable(placed.candidate.connection.name)}: {printable(reason)}.")
    if not chosen:
        click.echo("Nothing was chosen: give ids or names, or --all.")
    if not taken:
        return
    if not is_written:
        click.echo(f"\nFor {path}:\n\n{entries.added([each.candidate for each in taken]) if entries else text}")
    changing = [each for each in taken if each.would_send]
    outcome = f"changes {_many(len(changing), 'connection')}" if changing else "changes nothing at the server"
    click.echo(
        f"{'Written to' if is_written else 'Nothing was written; --write puts it into'} {path}: "
        f"{_many(len(taken), 'connection')}. The next `pulumi up` says create, adopts instead, and {outcome}."
    )


def _document(
    found: Survey, placed: Sequence[Placed], taken: Sequence[Placed], path: Path, is_written: bool
) -> dict[str, Any]:
    return {
        "sandbox": found.sandbox,
        "otherConnections": found.others,
        "output": str(path),
        "written": is_written,
        "connections": [
            {
                **asdict(each.candidate.connection),
                "flows": None if each.candidate.flows is None else [asdict(flow) for flow in each.candidate.flows],
                "resource": each.entry or each.candidate.resource_name,
                "taken": each in taken,
                "entry": each.entry,
                "obstacles": each.candidate.obstacles,
                "unmanaged": each.candidate.unmanaged,
                "wouldSend": each.would_send,
            }
            for each in placed
        ],
    }


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
