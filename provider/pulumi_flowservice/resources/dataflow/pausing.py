"""What follows a write to a dataflow: a pause that was asked for, and the end of what the API does by itself."""

from __future__ import annotations

from ...api.outcomes import Applied, NotApplied, Unknown
from ...errors import Code, FlowServiceError, LifecycleError
from ...lifecycle.actions import settled_whole, without_effect
from ...lifecycle.properties import Properties
from ...lifecycle.resource_type import AfterWrite, Operation
from ...lifecycle.results import Change, Checked, Made
from ...lifecycle.wait import await_gone, delete_settled, settled


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
        try:
            # What followed an action has been read.
            seen = change.seen or settled_whole(operation, change.id, inputs)
        except FlowServiceError as error:
            return Checked(error=_not_settled(error))
        shown = operation.resource.view(seen, inputs)
        differing = [name for name in operation.resource.visible if name in inputs and shown.get(name) != inputs[name]]
        if differing or (change.sent and seen.failures):
            return Checked(error=without_effect(operation, seen, differing))
        return Checked(seen=seen)


def _not_settled(error: FlowServiceError) -> LifecycleError:
    return LifecycleError(
        f"the change was sent, and has not had its effect yet: {error.message}",
        code=Code.CHANGE_UNKNOWN,
        remedy="Run `pulumi up --refresh` in a minute.",
    )


def _undone(operation: Operation, flow_id: str, reason: str) -> LifecycleError:
    """Remove a new flow that could not be paused, because it would run."""
    flows = operation.sandbox.flows
    outcome = delete_settled(operation.sandbox, flows, flow_id)
    text = f"the new dataflow could not be paused ({reason})"
    try:
        if isinstance(outcome, (NotApplied, Unknown)):
            raise outcome.error
        if isinstance(outcome, Applied):
            await_gone(operation.sandbox, flows, flow_id)
        return LifecycleError(f"{text}, so it was removed", code=Code.CREATION_UNDONE)
    except FlowServiceError as error:
        told = error.message
    return LifecycleError(
        f"{text}, nor removed ({told})",
        code=Code.CREATION_NOT_UNDONE,
        remedy=f'Pause it in the UI, and keep it with adopt="{flow_id}"; or delete it.',
    )
