"""Delete a resource. One that is already gone counts as deleted; one in use is an error that names its users."""

from __future__ import annotations

from ..api.outcomes import Applied, Gone, NotApplied, Outcome, Unknown
from ..errors import Code, FlowServiceError, LifecycleError, Reason, notice
from .operation import Operation
from .outputs import part_ids
from .part import Known, Part
from .properties import Properties
from .read import warn_if_hidden
from .wait import await_gone, delete_settled

STILL_USED_SECONDS = 60.0


def delete(operation: Operation, object_id: str, olds: Properties) -> None:
    """Delete the object, and then the parts that were made for it. Raises: FlowServiceError."""
    resource, registry, call = operation.resource, operation.registry, operation.call
    if registry.keeps(object_id, call.owner):
        # Such as the old resource of a rename without an alias: create (adopt) runs before delete in the same `up`.
        text = f"{resource.noun} {object_id} was not deleted: another resource of this program manages it"
        call.warn(notice(Code.KEPT_FOR_ADOPTER, text))
        return
    kept = resource.before_delete(operation, object_id, olds)
    registry.written(object_id)
    # It may stay in the list for a while; it is nobody's leftover.
    parts = part_ids(resource, olds)
    registry.seen(object_id, parts=parts.values())
    outcome = _delete(operation, resource.main, object_id)
    if isinstance(outcome, Gone):
        warn_if_hidden(operation, outcome, object_id)
    if resource.parts:
        parts = {name: id_ for name, id_ in parts.items() if name not in kept}
        _delete_parts(operation.after_write(), object_id, parts, outcome)
    registry.deleted(object_id)


def _delete_parts(operation: Operation, main_id: str, parts: Known, main: Outcome | Gone) -> None:
    """Delete the parts as soon as the main object no longer uses them.

    Raises: FlowServiceError, which names what is left. The state keeps the resource then, and the next deletion, which
    finds the main object gone, goes on.
    """
    resource = operation.resource
    left = [part for part in reversed(resource.parts) if part.output in parts]
    try:
        if not isinstance(main, Gone):
            await_gone(operation.sandbox, resource.main.collection(operation.sandbox), main_id)
        while left:
            _delete_part(operation, left[0], parts[left[0].output], main)
            left.pop(0)
    except FlowServiceError as error:
        names = ", ".join(f"{part.noun} {parts[part.output]}" for part in left)
        # One that is still there may have been kept.
        told = "" if error.refusal is Reason.IN_TRANSITION else f"the {resource.noun} itself was deleted; "
        raise error.after(f"{told}not yet deleted: {names}" if names else "") from None


def _delete_part(operation: Operation, part: Part, object_id: str, main: Outcome | Gone) -> None:
    """Delete a part. Raises: FlowServiceError if whether it was deleted is unknown, or if the main object is there."""
    collection = part.collection(operation.sandbox)
    is_in_use = True
    # What has just been deleted may still count as a user.
    for _ in operation.sandbox.deadline.within(0 if isinstance(main, Gone) else STILL_USED_SECONDS).attempts():
        outcome = delete_settled(operation.sandbox, collection, object_id)
        is_in_use = isinstance(outcome, NotApplied) and outcome.reason is Reason.IN_USE
        if not is_in_use:
            break
    if is_in_use and isinstance(main, Gone) and main.may_be_hidden:
        raise main.error.replace(
            message=f"its {part.noun} {object_id} is in use, so the {operation.resource.noun} is there, and hidden "
            f"from these credentials ({main.error.message})",
            remedy="Give the credentials of the stack access to it (its access labels), then run the command again.",
        )
    if isinstance(outcome, Unknown):
        raise _unknown(part, outcome)
    if isinstance(outcome, NotApplied):
        if not part.may_stay:
            raise _part_in_use(part, outcome.error) if is_in_use else outcome.error
        text = f"{part.noun} {object_id} was left at the server: {outcome.error.message}. Delete it if nothing uses it"
        operation.call.warn(notice(Code.PARTS_LEFT, text))


def _delete(operation: Operation, part: Part, object_id: str) -> Outcome | Gone:
    """Delete one object. Raises: FlowServiceError; for one in use, it names the users."""
    outcome = delete_settled(operation.sandbox, part.collection(operation.sandbox), object_id)
    if isinstance(outcome, (Applied, Gone)):
        return outcome
    if isinstance(outcome, Unknown):
        raise _unknown(part, outcome)
    raise _in_use(operation, object_id, outcome.error) if outcome.reason is Reason.IN_USE else outcome.error


def _unknown(part: Part, outcome: Unknown) -> LifecycleError:
    return LifecycleError(
        f"whether the {part.noun} was deleted is unknown: {outcome.error.message}",
        code=Code.DELETION_UNKNOWN,
        earlier=outcome.error.earlier,
        remedy=f"Run the command again: a {part.noun} that is already gone counts as deleted.",
    )


def _in_use(operation: Operation, object_id: str, refused: FlowServiceError) -> FlowServiceError:
    """Return the refusal with the names of the users, which the API does not name."""
    try:
        found = operation.resource.users(operation.sandbox, object_id)
    except FlowServiceError:
        found = []
    noun, user_noun, quote = operation.resource.noun, operation.resource.user_noun, operation.sandbox.quote
    unseen = f"{user_noun}s that these API credentials cannot see"
    names = ", ".join(f"{name!r} ({id_})" if quote(name) is not None else id_ for name, id_ in found) or unseen
    return refused.replace(
        message=f"it is in use by {names}, so nothing was deleted",
        earlier="",
        remedy=f"Delete these {user_noun}s or switch them to another {noun}, then run the command again; or keep the "
        f"{noun} at the server and remove it from the stack only: `pulumi state delete`, or retain_on_delete=True. If "
        f"it is the old one of a replacement, a second resource can keep it: adopt={object_id!r}.",
    )


def _part_in_use(part: Part, refused: FlowServiceError) -> FlowServiceError:
    """Return the refusal of a part that something else uses, too: perhaps a second object like the main one."""
    return refused.replace(
        message=f"its {part.noun} is in use by something else ({refused.message})",
        earlier="",
        remedy=f"Delete what uses the {part.noun}, then run the command again; or keep it at the server and remove the "
        "resource from the stack only: `pulumi state delete`.",
    )
