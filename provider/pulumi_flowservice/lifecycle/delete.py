"""Delete a resource. One that is already gone counts as deleted; one in use is an error that names its users."""

from __future__ import annotations

from ..api.outcomes import Applied, Gone, Outcome, Unknown
from ..errors import Code, FlowServiceError, LifecycleError, Reason, notice
from .operation import Operation
from .outputs import part_ids
from .properties import Properties
from .read import warn_if_hidden
from .resource_type import Ids, Part
from .wait import await_gone, delete_settled


def delete(operation: Operation, object_id: str, olds: Properties) -> None:
    """Delete the object, and then the parts that were made for it. Raises: FlowServiceError."""
    resource, registry, call = operation.resource, operation.registry, operation.call
    if registry.keeps(object_id, call.owner):
        # Such as the old resource of a rename without an alias: create (adopt) runs before delete in the same `up`.
        text = f"{resource.noun} {object_id} was not deleted: another resource of this program manages it"
        call.warn(notice(Code.KEPT_FOR_ADOPTER, text))
        return
    resource.before_delete(operation, object_id, olds)
    registry.written(object_id)
    # It may stay in the list for a while; it is nobody's leftover.
    parts = part_ids(resource, olds)
    registry.seen(object_id, parts=parts.values())
    outcome = _delete(operation, resource.main, object_id)
    if isinstance(outcome, Gone):
        warn_if_hidden(operation, outcome, object_id)
    if parts:
        _delete_parts(operation.after_write(), object_id, parts, is_gone=isinstance(outcome, Gone))


def _delete_parts(operation: Operation, main_id: str, parts: Ids, *, is_gone: bool) -> None:
    """Delete the parts as soon as the main object no longer uses them. Raises: FlowServiceError; it names what is left.

    The state keeps the resource then, and the next deletion, which finds the main object gone, goes on.
    """
    resource = operation.resource
    left = [part for part in reversed(resource.parts) if part.output in parts]
    try:
        if not is_gone:
            await_gone(operation.sandbox, resource.main.collection(operation.sandbox), main_id)
        while left:
            _delete(operation, left[0], parts[left[0].output])
            left.pop(0)
    except FlowServiceError as error:
        names = ", ".join(f"{part.noun} {parts[part.output]}" for part in left)
        raise error.after(f"the {resource.noun} itself was deleted; not yet deleted: {names}") from None


def _delete(operation: Operation, part: Part, object_id: str) -> Outcome | Gone:
    """Delete one object. Raises: FlowServiceError; for one in use, it names the users."""
    outcome = delete_settled(operation.sandbox, part.collection(operation.sandbox), object_id)
    if isinstance(outcome, (Applied, Gone)):
        return outcome
    if isinstance(outcome, Unknown):
        raise LifecycleError(
            f"whether the {part.noun} was deleted is unknown: {outcome.error.message}",
            code=Code.DELETION_UNKNOWN,
            earlier=outcome.error.earlier,
            remedy=f"Run the command again: a {part.noun} that is already gone counts as deleted.",
        )
    if outcome.reason is Reason.IN_USE:
        raise _part_in_use(part, outcome.error) if part.output else _in_use(operation, object_id, outcome.error)
    raise outcome.error


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
    """Return the refusal of a part that something else has begun to use, too."""
    return refused.replace(
        message=f"its {part.noun} is in use by something else ({refused.message})",
        earlier="",
        remedy=f"Delete what uses the {part.noun}, then run the command again; or keep it at the server and remove the "
        "resource from the stack only: `pulumi state delete`.",
    )
