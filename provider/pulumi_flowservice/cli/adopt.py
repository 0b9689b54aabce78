"""`pulumi-flowservice adopt`: from connections that exist to resources that manage them, without touching anything."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .. import settings
from ..errors import Code, FlowServiceError
from ..lookups.adoptable import survey
from .adopted_entries import EntriesFile
from .adoption_choice import ask, named
from .adoption_report import conclude, document, reason, show

LEFT_OUT = 3


@click.command()
@click.argument("choices", nargs=-1, metavar="[ID|NAME]...")
@click.option("--sandbox", help="Name of the sandbox; FLOWSERVICE_SANDBOX when left out.")
@click.option("--all", "take_all", is_flag=True, help="Choose every connection that is listed.")
@click.option(
    "--output",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="connections.yaml",
    help="The file, to which entries are appended; connections.yaml when left out.",
)
@click.option("--write", is_flag=True, help="Write the file; without it, nothing is written anywhere.")
@click.option("--with-changes", is_flag=True, help="Take also what the next `pulumi up` would change at the server.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(
    choices: tuple[str, ...],
    sandbox: str | None,
    take_all: bool,
    path: Path,
    write: bool,
    with_changes: bool,
    as_json: bool,
) -> None:
    """List the connections of a sandbox that can be adopted, and write entries of connections.yaml for the chosen ones.

    The server is only read. The entries describe what is there, so the next `pulumi up` adopts without sending a
    change: its plan says "create", and what it sends is one GET for each. No secret is needed; it stays.

    \b
    Exit codes:
      0  done, or nothing to do
      1  an error; nothing was written
      2  wrong arguments
      3  some of the chosen connections were left out, and the reason was shown
    """
    if take_all and choices:
        raise click.UsageError("give either --all or the connections to take")
    target = EntriesFile(path)
    found = survey(settings.load(lambda _key: None), sandbox)
    placed = target.place(found.candidates, found.sandbox)
    if not as_json:
        show(found, placed, path)
    chosen = placed if take_all else named(placed, choices) if choices else [] if as_json else ask(placed)
    left_out = {each.candidate.connection.id: reason(each, with_changes=with_changes) for each in chosen}
    taken = [each for each in chosen if not left_out[each.candidate.connection.id]]
    text = target.with_entries([each.candidate for each in taken])
    is_written = bool(write and taken)
    if is_written:
        _write(path, text)
    if as_json:
        click.echo(
            json.dumps(document(found, placed, taken, path, is_written=is_written), ensure_ascii=False, indent=2)
        )
    else:
        added = "" if is_written else target.added([each.candidate for each in taken])
        conclude(chosen, left_out, taken, added, path, is_written=is_written)
    # What the file has already is no failure: the command may be run again and again.
    if any(left_out[each.candidate.connection.id] and not each.entry for each in chosen):
        raise SystemExit(LEFT_OUT)


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
        raise FlowServiceError(f"{path} cannot be written: {error.strerror}", code=Code.FILE) from None
