"""`pulumi-flowservice adopt`: write entries for existing connections, so that Pulumi manages them unchanged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ..lookups.adoptable import survey
from . import adopted_dataflows
from .adopted_entries import EntriesFile
from .adoption_choice import ask, named
from .adoption_report import conclude, document, reason, show
from .import_file import ImportFile
from .output import print_json
from .pulumi_command import managed_ids, project_folder
from .saved_file import save
from .stack_settings import choose, stack_option

LEFT_OUT = 3


@click.command()
@click.argument("choices", nargs=-1, metavar="[ID|NAME]...")
@click.option("--sandbox", help="Name of the sandbox. Default: that of the settings.")
@stack_option
@project_folder
@click.option("--all", "take_all", is_flag=True, help="Choose everything that is listed.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["yaml", "import"]),
    default="yaml",
    help="yaml: entries of connections.yaml. import: a file for `pulumi import` (native provider only).",
)
@click.option(
    "--output",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to append the entries to. Default: connections.yaml, or import.json for --format import.",
)
@click.option("--write", is_flag=True, help="Write the file. Without it, the entries are only printed.")
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
    With --format import, only connections are offered.

    \b
    Exit codes:
      0  done, or nothing to do
      1  an error; nothing was written
      2  wrong arguments
      3  some of what was chosen was left out, although neither the file nor the stack has it; the reasons were printed
    """
    if take_all and choices:
        raise click.UsageError("give either --all or ids and names")
    path = path or Path("import.json" if file_format == "import" else "connections.yaml")
    target = ImportFile(path) if file_format == "import" else EntriesFile(path)
    opened = choose(stack)
    run = opened.run
    existing = survey(run, sandbox)
    managed = managed_ids(opened.stack) if opened.stack else {}
    placed = [
        replace(each, resource=managed.get(each.candidate.id))
        for each in target.place(existing.candidates, existing.sandbox, set(managed.values()))
    ]
    flows = adopted_dataflows.place(existing, target, managed)
    if not as_json:
        show(existing, placed, path)
        adopted_dataflows.show(existing, flows)
    adopted_dataflows.require_no_other(existing, choices)
    chosen_flows, others = adopted_dataflows.chosen(flows, placed, choices, take_all=take_all)
    chosen = [*placed] if take_all else named(placed, others) if others else [] if as_json or choices else ask(placed)
    chosen += [each for each in adopted_dataflows.connections_of(chosen_flows, placed) if each not in chosen]
    left_out = {each.candidate.id: reason(each, with_changes=with_changes) for each in chosen}
    taken = [each for each in chosen if not left_out[each.candidate.id]]
    found = adopted_dataflows.Adopted.of(run, existing.sandbox, chosen_flows, placed, left_out)
    text = target.with_entries([each.candidate for each in taken], found.entries)
    is_written = bool(write and (taken or found.entries))
    if is_written:
        save(path, text.encode("utf-8", "surrogateescape"), target.before)
    if as_json:
        found_flows = {"otherFlows": len(existing.other_flows), "dataflows": found.document(flows)}
        print_json({**document(existing, placed, taken, path, is_written=is_written), **found_flows})
    else:
        added = "" if is_written else target.added([each.candidate for each in taken], found.entries)
        found.tell_left_out()
        conclude(chosen, left_out, taken, added, target, is_written=is_written, dataflows=len(found.entries))
    # What the file or the stack has already is not a failure, so that the command can be repeated.
    if found.is_incomplete or any(left_out[each.candidate.id] and not (each.entry or each.resource) for each in chosen):
        raise SystemExit(LEFT_OUT)
