"""`pulumi-flowservice drift`: what somebody changed at the server since the stack's last `up` or `refresh`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
    print_json,
    print_table,
)
from .pulumi_command import pulumi, resource_name

_UNCHANGED = ("refresh", "same", "read")
# Outputs that are no news to a reader.
_BOOKKEEPING = {"__provider", "etag"}
# The provider's words for a credential that somebody else may have set. Flow Service shows no secret, so nothing
# else of it could differ.
_CREDENTIALS = "credentials may have been changed"


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
    state nor server. `pulumi up --refresh` repairs what it finds, but for credentials that somebody may have changed:
    these count as drift until another `credentialsVersion` sends the stack's password again. Secrets are never shown.

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
        document = pulumi(folder, stack, "refresh", "--preview-only", "--json")
    except FlowServiceError as error:
        return Report(name, error=str(error))
    # The engine reports every resource; those it calls `refresh` are as they were.
    steps = [step for step in document.get("steps", []) if step["op"] not in _UNCHANGED]
    told = [entry["message"].strip() for entry in document.get("diagnostics", [])]
    warnings = [text.removeprefix("warning: ") for text in told if text.startswith("warning: ")]
    doubts = [Difference(_subject(text), "credentials", None, text) for text in warnings if _CREDENTIALS in text]
    return Report(name, [row for step in steps for row in _rows(step)] + doubts, warnings)


def _rows(step: dict[str, Any]) -> list[Difference]:
    """What one step would take over into the state; a connection that is gone is one row."""
    name = resource_name(step["urn"])
    before, after = (step.get(state, {}).get("outputs", {}) for state in ("oldState", "newState"))
    if step["op"] == "delete":
        return [Difference(name, "", "exists", "is gone")]
    fields = (before.keys() | after.keys()) - _BOOKKEEPING
    return differing_fields(name, before, after, fields) or [Difference(name, "", "as it was", step["op"])]


def _subject(warning: str) -> str:
    """The connection's name, which the provider puts in quotes."""
    return warning.partition("'")[2].partition("'")[0] or "-"


def _print(report: Report) -> None:
    """A table for people; what could not be told goes to standard error."""
    if report.error is not None:
        click.echo(f"{report.stack}: {report.error}", err=True)
    elif report.differences:
        print_table(f"{report.stack}: drift", "in the state", "at the server", report.differences)
    else:
        click.echo(f"{report.stack}: no drift")
    for warning in report.warnings:
        click.echo(f"{report.stack}: warning: {warning}", err=True)
