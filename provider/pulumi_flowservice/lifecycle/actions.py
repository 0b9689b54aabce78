"""Change the fields that PATCH does not change, each by a request of its own, before or after the patch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..api.clock import pauses
from ..api.outcomes import Applied, NotApplied
from ..errors import Code, FlowServiceError, LifecycleError, Reason
from .names import in_words
from .operation import Operation
from .patches import changed_names, sent_otherwise
from .properties import Field, Properties
from .resource_type import ResourceType
from .results import Change
from .versions import Version
from .wait import GONE, settled

MOST_CONFLICTS = 5


def going_first(resource: ResourceType, before: Properties, after: Properties) -> list[Field]:
    """Return the fields that are changed before the patch."""
    return [each for each in sent_otherwise(resource, before, after) if each.goes_first(after.get(each.name))]


def send_first(operation: Operation, object_id: str, found: list[Field], before: Properties, after: Properties) -> Any:
    """Change these fields; return the object afterwards. Raises: FlowServiceError, also if it does not show that."""
    for field in found:
        _send(operation, field, object_id, after)
    seen = settled_whole(operation.after_write(), object_id, before)
    shown = operation.resource.view(seen, after)
    if differing := [each.name for each in found if shown.get(each.name) != after.get(each.name)]:
        raise without_effect(operation, seen, differing)
    return seen


def send_rest(operation: Operation, change: Change, after: Properties) -> Change:
    """Change the fields that PATCH does not change, one after another."""
    resource, done = operation.resource, changed_names(operation.resource, change.sent)
    found = sent_otherwise(resource, change.before, after)
    for field in found:
        # What has changed a part is finished, even if the run is cancelled.
        operation = operation.after_write() if done else operation
        try:
            _send(operation, field, change.id, after)
        except FlowServiceError as error:
            told = f"{in_words(done)} of the same update {'was' if len(done) == 1 else 'were'} changed" if done else ""
            raise error.after(told) from None
        done.append(field.name)
    if not found:
        return change
    try:
        seen = settled_whole(operation.after_write(), change.id, after)
    except FlowServiceError as error:
        if error.refusal is Reason.GONE:
            raise
        # All was applied. Without an etag in the state, the next update reads first.
        return replace(change, version=Version("", change.version.doubt), seen=None)
    return replace(change, version=Version(seen.etag or "", change.version.doubt), seen=seen)


def settled_whole(operation: Operation, object_id: str, known: Properties) -> Any:
    """Return the object and its parts as soon as it can be changed. Raises: FlowServiceError."""
    sandbox, resource = operation.sandbox, operation.resource
    return resource.complete(operation, settled(sandbox, resource.main.collection(sandbox), object_id), known)


def change_unknown(resource: ResourceType, message: str, earlier: str = "") -> LifecycleError:
    """Return the error for a change of which nobody can say whether it was applied."""
    return LifecycleError(
        f"whether the change was applied is unknown: {message}",
        code=Code.CHANGE_UNKNOWN,
        earlier=earlier,
        remedy="Run `pulumi up` again: it compares with the server and sends what is missing. To undo the change "
        "instead, put the old values into the program and run `pulumi up --refresh`"
        + (", which sends the credentials of the program again." if resource.secrets else "."),
    )


def without_effect(operation: Operation, seen: Any, differing: list[str]) -> LifecycleError:
    """Return the error for a change that the API accepted, and that cannot be seen afterwards."""
    why = "; ".join(operation.sandbox.quote(each) or "the reason is not shown" for each in seen.failures)
    shown = f"it still shows another value of {in_words(differing)}" if differing else ""
    return LifecycleError(
        f"the API accepted the change, and then did not make it: {'; '.join(filter(None, (shown, why)))}",
        code=Code.CHANGE_UNKNOWN,
        remedy=f"Run `pulumi refresh` to see what the {operation.resource.noun} has now, then correct the program.",
    )


def _send(operation: Operation, field: Field, object_id: str, after: Properties) -> None:
    """Change one field by its own request; after a lost answer, look whether it was applied. Raises: FlowServiceError.

    The request is not repeated after a lost answer: nothing says that it may be.
    """
    resource, value, sandbox = operation.resource, after.get(field.name), operation.sandbox.after_write()
    assert field.send is not None  # noqa: S101 - Only such fields are sent.
    waits = pauses(sandbox.clock)
    for _ in range(MOST_CONFLICTS):
        outcome = field.send(operation.sandbox, object_id, value)
        if not (isinstance(outcome, NotApplied) and outcome.reason is Reason.IN_TRANSITION):
            break
        # It may be refused because somebody else has just done the same.
        if resource.view(settled_whole(operation, object_id, after), after).get(field.name) == value:
            return
        sandbox.clock.sleep(next(waits))
    if isinstance(outcome, Applied):
        return
    if isinstance(outcome, NotApplied):
        raise outcome.error.replace(remedy=GONE) if outcome.reason is Reason.GONE else outcome.error
    try:
        seen = settled_whole(operation.after_write(), object_id, after)
    except FlowServiceError as error:
        raise change_unknown(resource, f"{outcome.error.message}; then {error.message}") from None
    if resource.view(seen, after).get(field.name) != value:
        raise change_unknown(resource, outcome.error.message, outcome.error.earlier)
