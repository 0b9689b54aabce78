"""`pulumi-flowservice adopt`: write entries for existing connections, so that Pulumi manages them unchanged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from ..lookups.adoptable import Survey, survey
from . import adopted_dataflows
from .adopted_entries import EntriesFile
from .adoption_choice import Choice, ask, can_ask, named
from .adoption_report import counted_entries, document, reason, show, tell_left_out
from .import_file import ImportFile
from .output import echo, print_json, say
from .placed import Placed, PlacedDataflow, Target, place_dataflows
from .pulumi_command import managed_ids, project_folder
from .python_file import PythonFile
from .saved_file import save
from .stack_settings import choose, sandbox_option, stack_option

# What makes a file of each format, and its usual path.
_FILES: Mapping[str, tuple[Callable[[Path], Target], str]] = {
    "yaml": (EntriesFile, "connections.yaml"),
    "python": (PythonFile, "adopted.py"),
    "import": (ImportFile, "import.json"),
}
LEFT_OUT = 3


@click.command()
@click.argument("choices", nargs=-1, metavar="[ID|NAME]...")
@sandbox_option
@stack_option
@project_folder
@click.option("--all", "take_all", is_flag=True, help="Choose everything that is listed.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice([*_FILES]),
    default="yaml",
    help="yaml: entries of connections.yaml. python: resources in a module. import: a file for `pulumi import` (native "
    "provider only).",
)
@click.option(
    "--output",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to append the entries to. Default: connections.yaml, adopted.py or import.json.",
)
@click.option(
    "--write",
    is_flag=True,
    help="Write the file without a question. Without it and without a terminal, the entries are only printed.",
)
@click.option("--with-changes", is_flag=True, help="Also adopt connections that the next `pulumi up` would change.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(
    choices: tuple[str, ...],
    sandbox: str | None,
    stack: str | None,
    take_all: bool,
    file_format: str,
    path: Path | None,
    write: bool,
    with_changes: bool,
    as_json: bool,
) -> None:
    """List the connections and dataflows of a sandbox, and write entries for those that Pulumi is to manage.

    This command only reads from the server. The entries describe what there is, so the next `pulumi up` changes nothing
    at the server: its preview shows "create", but it only reads. No password of a database is needed, and passwords
    stay unchanged. The credentials of the API are needed.

    A dataflow takes its connection with it; one that is paused stays paused. Flows of other kinds are only counted.
    At a terminal, this command asks for a choice, shows what it would write, and asks before it writes.

    \b
    Exit codes:
      0  done, or nothing to do
      1  an error; nothing was written
      2  wrong arguments
      3  some of what was chosen was left out, although neither the file nor the stack has it; the reasons were printed
    """
    if take_all and choices:
        raise click.UsageError("give either --all or ids and names")
    make, default = _FILES[file_format]
    target = make(path or Path(default))
    opened = choose(stack)
    existing = survey(opened.run, sandbox)
    offered = _offered(existing, target, managed_ids(opened.stack) if opened.stack else {})
    adopted_dataflows.require_no_other(existing, choices)
    choice = Choice.of(named(offered, choices) if choices else offered if take_all else [], offered)
    if not as_json:
        _show(existing, choice if choices else Choice.of(offered, offered), target.path)
    if not (choices or take_all or as_json) and can_ask():
        choice = Choice.of(ask(offered), offered)
    left_out = {each.candidate.id: reason(each, with_changes=with_changes) for each in choice.connections}
    taken = [each for each in choice.connections if not left_out[each.candidate.id]]
    placed = [each for each in offered if isinstance(each, Placed)]
    found = adopted_dataflows.Adopted.of(opened.run, existing.sandbox, choice.dataflows, placed, left_out)
    text = target.with_entries([each.candidate for each in taken], found.taken)
    if not as_json:
        _tell(choice, left_out, found)
        write = write or _is_wanted(target, taken, found)
    is_written = bool(write and (taken or found.taken))
    if is_written:
        save(target.path, text.encode("utf-8", "surrogateescape"), target.before)
    if as_json:
        flows = found.document([each for each in offered if isinstance(each, PlacedDataflow)])
        others = {"otherFlows": len(existing.other_flows), "dataflows": flows}
        print_json({**document(existing, placed, taken, target.path, is_written=is_written), **others})
    elif taken or found.taken:
        _conclude(target, taken, found, is_written=is_written)
    # What the file or the stack has already is not a failure, so that the command can be repeated.
    incomplete = [
        each for each in choice.connections if left_out[each.candidate.id] and not (each.entry or each.resource)
    ]
    if found.is_incomplete or incomplete:
        raise SystemExit(LEFT_OUT)


def _offered(existing: Survey, target: Target, managed: Mapping[str, str]) -> list[Placed | PlacedDataflow]:
    """Return all connections and dataflows, compared with the file and with the stack's resources."""
    placed = target.place(existing.candidates, existing.sandbox, set(managed.values()))
    connections = [replace(each, resource=managed.get(each.candidate.id)) for each in placed]
    return [*connections, *place_dataflows(existing.dataflows, existing.sandbox, target, managed)]


def _show(existing: Survey, shown: Choice, path: Path) -> None:
    show(existing, shown.connections, path)
    adopted_dataflows.show(existing, shown.dataflows, len(shown.connections) + 1)


def _tell(choice: Choice, left_out: Mapping[str, str], found: adopted_dataflows.Adopted) -> None:
    tell_left_out(choice.connections, left_out)
    found.tell_left_out()
    if not (choice.connections or choice.dataflows):
        echo("Nothing was chosen: give ids or names, or --all.")


def _is_wanted(target: Target, taken: Sequence[Placed], found: adopted_dataflows.Adopted) -> bool:
    """Show what would be written, and ask whether it is wanted; if nobody can be asked, it is not."""
    if not (taken or found.taken):
        return False
    echo(f"\nFor {target.path}:\n\n{target.added([each.candidate for each in taken], found.taken)}")
    question = f"Write {counted_entries(taken, len(found.taken))} to {target.path}?"
    return can_ask() and click.confirm(question, default=False)


def _conclude(target: Target, taken: Sequence[Placed], found: adopted_dataflows.Adopted, *, is_written: bool) -> None:
    """Print what was written, and what comes next."""
    entries = counted_entries(taken, len(found.taken))
    told = f"Written to {target.path}: {entries}"
    if not is_written:
        told = f"Nothing was written: --write writes {entries} to {target.path}"
    step, _, lines = target.next_step(taken, len(found.taken)).partition("\n")
    say(f"{told}. {step}")
    if lines:
        echo(lines)
