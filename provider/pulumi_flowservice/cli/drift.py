"""`pulumi-flowservice drift`: what somebody changed at the server since the stack's last `up` or `refresh`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from ..errors import FlowServiceError
from .difference import (
    DIFFERENT,
    FAILED,
    SAME,
    Difference,
    DifferenceCommand,
    differing_fields,
    print_differences,
    print_json,
)
from .pulumi_command import kind_of_type, messages, pulumi_events, resource_name, visible
from .tables import one_line

# Outputs that are no news to a reader.
_BOOKKEEPING = {"__provider", "etag"}
_DOUBT, _STATE = "credentialsInDoubt", "state"
# The API passes through others by itself.
_LASTING_STATES = {"enabled", "disabled"}


@dataclass(frozen=True)
class Report:
    """What one stack's refresh would find."""

    stack: str
    differences: list[Difference] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def exit_code(self) -> int:
        """0 no drift, 2 drift, 1 unknown."""
        if self.error is not None:
            return FAILED
        return DIFFERENT if self.differences else SAME


@click.command(cls=DifferenceCommand)
@click.option("--stack", "stacks", multiple=True, help="Name of a stack; repeat it. Left out: the selected stack.")
@click.option(
    "--cwd",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder of the Pulumi project.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(stacks: Sequence[str], folder: Path, as_json: bool) -> None:
    """Tell whether connections were changed or deleted at the server, and by a table what differs.

    Reads only: it runs `pulumi refresh --preview-only --json`, which needs the stack's credentials and changes neither
    state nor server. `pulumi up --refresh` repairs what it finds. Credentials in doubt count as drift until the stack's
    are sent again: `interrupted` ones by the next `pulumi up --refresh`, `foreign` ones by another
    `credentialsVersion`. Secrets are never shown.

    Exit codes: 0 no drift; 2 drift; 1 it could not be told (wrong arguments too).
    """
    reports = [_report(folder, stack) for stack in stacks or (None,)]
    if as_json:
        print_json({"stacks": [{"drift": report.exit_code == DIFFERENT, **vars(report)} for report in reports]})
    else:
        for report in reports:
            _print(report)
    codes = {report.exit_code for report in reports}
    sys.exit(FAILED if FAILED in codes else max(codes))


def _report(folder: Path, stack: str | None) -> Report:
    """Ask the engine for a refresh that changes nothing; a failure of one stack does not hide the others."""
    name = stack or "the selected stack"
    try:
        events = pulumi_events(folder, stack, "refresh", "--preview-only", "--json")
    except FlowServiceError as error:
        return Report(name, error=str(error))
    return Report(name, list(differences(events)), messages(events, "warning"))


def differences(events: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    """Compare what the state has of each connection with what was read. Pure."""
    for event in events:
        step = event.get("resOutputsEvent", {}).get("metadata", {})
        if kind_of_type(step.get("type", "")) is None:
            continue
        name = resource_name(step["urn"])
        if step["op"] == "delete":
            yield Difference(name, "", "exists", "is gone")
            continue
        before, after = (visible((step.get(side) or {}).get("outputs") or {}) for side in ("old", "new"))
        fields = (before.keys() | after.keys()) - _BOOKKEEPING - {_DOUBT}
        if not {before.get(_STATE), after.get(_STATE)} <= _LASTING_STATES:
            fields -= {_STATE}
        yield from differing_fields(name, before, after, fields)
        # A doubt that the state has already is as much of a difference: nobody has resolved it.
        if after.get(_DOUBT):
            yield Difference(name, _DOUBT, None, after[_DOUBT])


def _print(report: Report) -> None:
    """Print a table for people; what could not be told goes to standard error."""
    if report.error is not None:
        click.echo(f"{report.stack}: {report.error}", err=True)
    elif report.differences:
        print_differences(f"{report.stack}: drift", "in the state", "at the server", report.differences)
    else:
        click.echo(f"{report.stack}: no drift")
    for warning in report.warnings:
        click.echo(f"{report.stack}: warning: {one_line(warning)}", err=True)
