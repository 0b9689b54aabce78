"""`pulumi-flowservice validate FILE`: check manifests without engine, network or secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.resources import files as package_files
from pathlib import Path

import click

from ..manifest.problems import ManifestError, Problem
from ..manifest.reader import read, served_sandboxes
from .output import counted, echo, print_json
from .saved_file import save, saved_content

FORMATS = ("text", "github", "json")
SCHEMA = "connections.schema.json"


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--sandbox",
    "sandboxes",
    multiple=True,
    help="A sandbox that a stack has. Can be repeated. Default: flowservice:sandbox of the Pulumi.STACK.yaml files "
    "in the folder of FILE.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    help="Format of the output. `github` adds annotations that GitHub shows on the line, and is the default in GitHub "
    "Actions.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--write-schema", is_flag=True, help=f"First write {SCHEMA}, which editors read, beside each FILE.")
def command(
    files: Sequence[Path], sandboxes: Sequence[str], output_format: str | None, as_json: bool, write_schema: bool
) -> None:
    """Check manifests (connections.yaml), and print all problems as `file:line: field: what; remedy`.

    The command needs neither Pulumi nor the network nor secrets, so it can run for any pull request.

    Exit codes: 0 no problems; 1 there are problems; 2 wrong arguments.
    """
    output_format = "json" if as_json else output_format or ("github" if os.environ.get("GITHUB_ACTIONS") else "text")
    if write_schema:
        for folder in {file.parent for file in files}:
            _write_schema(folder / SCHEMA)
    # Two manifests of one folder share its stack files.
    problems: dict[Problem, None] = {}
    connections = dataflows = 0
    for file in files:
        try:
            manifest, _ = read(file, served=sandboxes or served_sandboxes(file.parent))
            connections += len(manifest.connections)
            dataflows += len(manifest.dataflows)
        except ManifestError as error:
            problems |= dict.fromkeys(error.problems)
    what = counted(connections, "connection") + (f" and {counted(dataflows, 'dataflow')}" if dataflows else "")
    all_is_well = f"{what} in {counted(len(files), 'file')}: no problem"
    _show(output_format, list(problems), all_is_well)
    sys.exit(1 if problems else 0)


def _write_schema(path: Path) -> None:
    """Write the JSON Schema of this version. Raises: FlowServiceError."""
    save(path, package_files("pulumi_flowservice.manifest").joinpath(SCHEMA).read_bytes(), saved_content(path))


def _show(output_format: str, problems: Sequence[Problem], all_is_well: str) -> None:
    """Print the problems in one of `FORMATS`."""
    if output_format == "json":
        print_json({"problems": problems})
        return
    for problem in problems:
        # With `github` as well: GitHub shows only the first annotations of a step, but the log has every problem.
        echo(problem, err=output_format == "text")
        if output_format == "github":
            click.echo(annotation(problem))
    if problems:
        echo(counted(len(problems), "problem"), err=True)
    else:
        echo(all_is_well)


def annotation(problem: Problem) -> str:
    """Return GitHub's workflow command for an error on a line."""
    text = (
        f"{problem.field}: {problem.what}; {problem.remedy}" if problem.field else f"{problem.what}; {problem.remedy}"
    )
    file = _escape(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::error file={file},line={problem.line}::{_escape(text)}"


def _escape(text: str) -> str:
    """Escape the characters that would end a workflow command. Source: GitHub's toolkit."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
