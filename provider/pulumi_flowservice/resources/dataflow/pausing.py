"""What follows a write to a dataflow: a pause that was asked for, and the end of what the API does by itself."""

from __future__ import annotations

from ...api.outcomes import Applied, Gone
from ...errors import Code, FlowServiceError, LifecycleError
from ...lifecycle.actions import settled_whole
from ...lifecycle.properties import Properties, in_words
from ...lifecycle.resource_type import AfterWrite, Operation
from ...lifecycle.results import Change, Checked, Made
from ...lifecycle.wait import delete_settled, settled


class Pausing(AfterWrite):
    """Pauses a new dataflow that is not to run, and waits until a change has its effect."""

    def after_creation(self, operation: Operation, inputs: Properties, made: Made) -> Checked:
        if inputs.get("enabled") is not False:
            return Checked()
        flows = operation.sandbox.flows
        try:
            # The API creates every flow as enabled.
            settled(operation.sandbox, flows, made.id)
            outcome = flows.act(made.id, "disable")
            seen = settled(operation.sandbox, flows, made.id)
            if seen.state == "disabled":
                return Checked(seen=seen)
            reason = "the API still shows it as enabled" if isinstance(outcome, Applied) else outcome.error.message
        except FlowServiceError as error:
            reason = error.message
        return Checked(error=_undone(operation, made.id, reason))

    def after_change(self, operation: Operation, change: Change, inputs: Properties, *, is_due: bool) -> Checked:
        if not change.sent:
            return Checked(seen=change.seen)
        try:
            seen = settled_whole(operation, change.id, inputs)
        except FlowServiceError as error:
            return Checked(error=_not_settled(error))
        shown = operation.resource.view(seen, inputs)
        differing = [name for name in operation.resource.visible if name in inputs and shown.get(name) != inputs[name]]
        if seen.failures or differing:
            return Checked(error=_without_effect(operation, seen.failures, differing))
        return Checked(seen=seen)


def _without_effect(operation: Operation, failures: list[str], differing: list[str]) -> LifecycleError:
    """Return the error for a change that the API accepted, and that cannot be seen afterwards."""
    why = "; ".join(operation.sandbox.quote(each) or "the reason is not shown" for each in failures)
    shown = f"it still shows another value of {in_words(differing)}" if differing else ""
    return LifecycleError(
        f"the API accepted the change, and then did not make it: {why or shown}",
        code=Code.CHANGE_UNKNOWN,
        remedy="Run `pulumi refresh` to see what the dataflow has now, then correct the program.",
    )


def _not_settled(error: FlowServiceError) -> LifecycleError:
    return LifecycleError(
        f"the change was sent, and has not had its effect yet: {error.message}",
        code=Code.CHANGE_UNKNOWN,
        remedy="Run `pulumi up --refresh` in a minute.",
    )


def _undone(operation: Operation, flow_id: str, reason: str) -> LifecycleError:
    """Remove a new flow that could not be paused, because it would run."""
    outcome = delete_settled(operation.sandbox, operation.sandbox.flows, flow_id)
    text = f"the new dataflow could not be paused ({reason})"
    if isinstance(outcome, (Applied, Gone)):
        return LifecycleError(f"{text}, so it was removed", code=Code.CREATION_UNDONE)
    return LifecycleError(
        f"{text}, nor removed ({outcome.error.message})",
        code=Code.CREATION_NOT_UNDONE,
        remedy=f'Pause it in the UI, and keep it with adopt="{flow_id}"; or delete it.',
    )
