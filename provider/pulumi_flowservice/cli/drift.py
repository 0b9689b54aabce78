"""`pulumi-flowservice drift`: what was changed at the server since the stack's last `up` or `refresh`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import click

from ..api.states import SETTLED
from ..engine.names import PROVIDER_KEY, Urn
from ..errors import FlowServiceError
from ..lookups.overview import LastChange, last_changes
from ..redaction import one_line
from ..resources.dataflow.dataflow import DATAFLOW
from ..resources.types import Declared
from .dataflow_drift import changed, warned
from .difference import DIFFERENT, SAME, Difference, differing_fields, print_differences
from .output import echo, moment, print_json, say
from .pulumi_command import declared_of, messages, project_folder, refresh_events, selected_stack, visible
from .stack_settings import choose
from .verdict import FAILED, VerdictCommand

# Outputs whose change is not a difference for a user.
_BOOKKEEPING = {PROVIDER_KEY, "etag"}
_DOUBT, _STATE = "credentialsInDoubt", "state"
_DOUBTS = {
    "interrupted": "an interrupted run may have set them",
    "foreign": "somebody else may have set them",
}
_UNKNOWN = LastChange(None, None)


@dataclass(frozen=True)
class Report:
    """The drift of one stack."""

    stack: str
    differences: list[Difference] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    changes: Mapping[str, LastChange] = field(default_factory=dict)
    """Who changed the objects last, and when, by their ids."""

    @property
    def exit_code(self) -> int:
        """The exit code for this stack: 0 no drift, 2 drift, 1 an error."""
        if self.error is not None:
            return FAILED
        return DIFFERENT if self.differences else SAME

    def document(self) -> dict[str, object]:
        """Return it for machines."""
        about = {"stack": self.stack, "warnings": self.warnings, "error": self.error}
        return {"drift": self.exit_code == DIFFERENT, **about, "differences": [*map(self._row, self.differences)]}

    def _row(self, difference: Difference) -> dict[str, object]:
        change = self.changes.get(difference.id, _UNKNOWN)
        return {**difference.document(), "changedBy": change.by, "changedAt": change.at}

    def told(self, difference: Difference) -> tuple[str, str]:
        """Return who changed the object last, and when, for a table."""
        change = self.changes.get(difference.id, _UNKNOWN)
        return change.by or "-", moment(change.at)[:16]


@click.command(cls=VerdictCommand)
@click.option("--stack", "stacks", multiple=True, help="Name of a stack. Can be repeated. Default: the selected stack.")
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(stacks: Sequence[str], as_json: bool) -> None:
    """Show what was changed or deleted at the server since the last `pulumi up` or `pulumi refresh`.

    The command runs `pulumi refresh --preview-only --json`, which needs the credentials of the API and changes neither
    the state nor the server. `pulumi up --refresh` repairs drift of visible fields. `credentialsInDoubt` counts as
    drift until the program's database credentials are sent again. If an interrupted run may have set them, the next
    `pulumi up --refresh` sends them; if somebody else may have, change `credentialsVersion` to send them. Secrets are
    never shown. Who changed a resource last, and when, comes from lists of the sandboxes.

    Of a dataflow, name, description, schedule, mapping, options and pauses are compared. What no update repairs counts
    as drift, too: a dataflow that may be hidden (FS4015), a source or target connection that is gone (FS4016), and what
    cannot be changed after the start (FS4017).

    Exit codes: 0 no drift; 2 drift; 1 an error, also for wrong arguments.
    """
    reports = [_report(stack) for stack in stacks or (None,)]
    if as_json:
        print_json({"stacks": [report.document() for report in reports]})
    else:
        for report in reports:
            _print(report)
    codes = {report.exit_code for report in reports}
    sys.exit(FAILED if FAILED in codes else max(codes))


def _report(stack: str | None) -> Report:
    """Preview a refresh of one stack. Errors become a part of the report, so that they do not hide other stacks."""
    name = stack or selected_stack() or "the selected stack"
    try:
        events = refresh_events(stack)
    except FlowServiceError as error:
        return Report(name, error=str(error))
    # The engine tells of resources in the order in which they answered.
    found = sorted(differences(events), key=lambda each: (each.noun, each.resource))
    warnings = messages(events, "warning")
    try:
        changes = last_changes(choose(stack).run, _sandboxes(events)) if found else {}
    except FlowServiceError as error:
        # That there is drift is the news; who it was is an addition.
        return Report(name, found, [*warnings, f"who changed something is not known: {error}"])
    return Report(name, found, warnings, changes=changes)


def _sandboxes(events: list[dict[str, Any]]) -> list[str]:
    """Return the sandboxes of all resources."""
    steps = [event.get("resOutputsEvent", {}).get("metadata", {}) for event in events]
    states = [(step.get("old") or {}).get("outputs") or {} for step in steps if declared_of(step.get("type", ""))]
    return sorted({state["sandbox"] for state in states if isinstance(state.get("sandbox"), str)})


def differences(events: list[dict[str, Any]]) -> Iterator[Difference]:
    """Yield the differences between the state and the server. Pure."""
    warnings = messages(events, "warning")
    for event in events:
        step = event.get("resOutputsEvent", {}).get("metadata", {})
        declared = declared_of(step.get("type", ""))
        if declared is None:
            continue
        object_id = str((step.get("old") or {}).get("id") or "")
        for each in _of_step(declared, step, object_id, warnings):
            yield replace(each, id=object_id)


def _of_step(
    declared: Declared, step: Mapping[str, Any], object_id: str, warnings: Sequence[str]
) -> Iterator[Difference]:
    """Yield what a step of the engine's refresh changes in the state."""
    name = Urn.parse(step["urn"]).name
    if step["op"] == "delete":
        # In a refresh, this means that the provider did not find it.
        yield Difference(name, "", "exists", "does not exist", declared.noun)
        return
    before, after = (visible((step.get(side) or {}).get("outputs") or {}) for side in ("old", "new"))
    if declared is DATAFLOW:
        yield from changed(name, before, after)
        yield from warned(name, object_id, warnings)
    else:
        yield from _changed(name, before, after)


def _changed(name: str, before: dict[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what differs between the outputs of a connection before and after a refresh."""
    # Missing until the first refresh, or temporary: such a connection was enabled.
    before[_STATE] = "disabled" if before.get(_STATE) == "disabled" else "enabled"
    fields = (before.keys() | after.keys()) - _BOOKKEEPING - {_DOUBT}
    if after.get(_STATE) not in SETTLED:
        fields -= {_STATE}
    yield from differing_fields(name, before, after, fields)
    # A doubt that the state already has is a difference too, because nobody has resolved it yet.
    if after.get(_DOUBT):
        yield Difference(name, _DOUBT, None, after[_DOUBT])


def _in_words(difference: Difference) -> Difference:
    """Return a difference for people, who do not know the names of the state."""
    if difference.field == _DOUBT:
        right = _DOUBTS.get(str(difference.right), difference.right)
        return replace(difference, field="credentials", left="as in the program", right=right)
    if difference.field == "paused":
        left, right = ("yes" if value else "no" for value in (difference.left, difference.right))
        return replace(difference, left=left, right=right)
    return difference


def _print(report: Report) -> None:
    """Print the drift as a table; errors and warnings go to standard error."""
    if report.error is not None:
        echo(f"{report.stack}: {report.error}", err=True)
    elif report.differences:
        rows = [_in_words(each) for each in report.differences]
        more = ("changed by", "at (UTC)")
        print_differences(f"{report.stack}: drift", "in the state", "at the server", rows, more, report.told)
    else:
        echo(f"{report.stack}: no drift")
    for warning in report.warnings:
        say(f"{report.stack}: warning: {one_line(warning)}", err=True)
