"""`pulumi-flowservice validate FILE`: the check of a pull request, without engine, network or secrets."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from .. import settings
from ..manifest.problems import ManifestError, Problem
from ..manifest.reading import read, served_sandboxes

FORMATS = ("text", "github", "json")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--sandbox",
    "sandboxes",
    multiple=True,
    help="A sandbox that a stack serves; repeat it. Left out: flowservice:sandbox of the Pulumi.STACK.yaml files that "
    "lie beside FILE.",
)
@click.option(
    "--format",
    "chosen",
    type=click.Choice(FORMATS),
    help="How problems are printed; `github` adds annotations that GitHub shows on the line, and is the default in "
    "GitHub Actions.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(files: Sequence[Path], sandboxes: Sequence[str], chosen: str | None, as_json: bool) -> None:
    """Check manifests of connections (connections.yaml), and print all problems as `file:line: field: what; remedy`.

    Nothing is asked of Pulumi or the network, and no secret is needed, so it can run for anybody's pull request.

    Exit codes: 0 all is well; 1 there are problems; 2 wrong arguments.
    """
    shape = "json" if as_json else chosen or ("github" if settings.from_environment("GITHUB_ACTIONS") else "text")
    # Two manifests of one folder share its stack files.
    problems: dict[Problem, None] = {}
    connections = 0
    for file in files:
        try:
            manifest, _ = read(file, served=sandboxes or served_sandboxes(file.parent))
            connections += len(manifest.connections)
        except ManifestError as error:
            problems |= dict.fromkeys(error.problems)
    _show(shape, list(problems), f"{connections} connections in {len(files)} file{'s' * (len(files) > 1)}: no problem")
    sys.exit(1 if problems else 0)


def _show(shape: str, problems: Sequence[Problem], all_is_well: str) -> None:
    """Print in one of `FORMATS`. GitHub shows some annotations of a step only, so its log has every problem too."""
    if shape == "json":
        click.echo(json.dumps({"problems": [asdict(problem) for problem in problems]}, indent=2, ensure_ascii=False))
        return
    for problem in problems:
        click.echo(problem, err=shape == "text")
        if shape == "github":
            click.echo(annotation(problem))
    if problems:
        click.echo(f"{len(problems)} problem{'s' * (len(problems) > 1)}", err=True)
    else:
        click.echo(all_is_well)


def annotation(problem: Problem) -> str:
    """Return GitHub's workflow command for an error on a line; what would end the command early is escaped."""
    text = (
        f"{problem.field}: {problem.what}; {problem.remedy}" if problem.field else f"{problem.what}; {problem.remedy}"
    )
    file = _escape(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::error file={file},line={problem.line}::{_escape(text)}"


def _escape(text: str) -> str:
    """Escape what a workflow command's data must not hold. Source: GitHub's toolkit."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
