"""Create all objects of a resource, or none."""

from __future__ import annotations

from ..api.outcomes import Applied, Gone
from ..errors import Code, Error, FlowServiceError, Left, SettingsError, notice
from .adopt import adopt
from .once import create_once, with_doubt
from .operation import Operation
from .outcome import Made
from .properties import Properties
from .resource_type import Part
from .state import TEST_REFUSED, outputs
from .versions import Version
from .wait import delete_settled


def create(operation: Operation, inputs: Properties) -> tuple[str, Properties]:
    """Create the resource, or adopt an existing object, and check it. Return the id and the outputs.

    Raises: FlowServiceError.
    """
    if inputs.get("adopt"):
        return adopt(operation, inputs)
    resource, call = operation.resource, operation.call
    if missing := resource.missing_for_creation(inputs):
        raise SettingsError(f"a new {resource.noun} also requires {missing}", code=Code.INPUTS)
    made = _make(operation, inputs)
    checked = resource.after_write.after_creation(operation.after_write(), inputs, made)
    version = Version(made.etag or (checked.seen.etag if checked.seen else None) or "")
    kept = outputs(operation, {**inputs, **made.ids}, version, checked.seen.state if checked.seen else None)
    if checked.error:
        error = with_doubt(checked.error, made.doubt)
        if error.code == Code.CREATION_NOT_UNDONE:
            operation.registry.failed(call.owner)
            error = error.replace(left=Left(made.id, {**kept, TEST_REFUSED: True}))
        raise error
    if made.doubt:
        text = f"{operation.subject(inputs, made.id)}: there may be a second {resource.noun} like it: {made.doubt}"
        call.warn(notice(Code.POSSIBLE_DUPLICATE, text))
    return made.id, kept


def _make(operation: Operation, inputs: Properties) -> Made:
    """Create the parts one after another, then the main object. If one fails, remove those before it."""
    made_before: list[tuple[Part, str]] = []
    ids: dict[str, str] = {}
    doubt = ""
    for part in operation.resource.parts:
        try:
            made = create_once(operation, part, inputs, ids)
        except FlowServiceError as error:
            raise _cleaned_up(operation, error, made_before) from None
        made_before.append((part, made.id))
        ids, doubt = {**ids, part.output: made.id}, doubt or made.doubt
        operation = operation.after_write()
    try:
        made = create_once(operation, operation.resource.main, inputs, ids)
    except FlowServiceError as error:
        raise _cleaned_up(operation, error, made_before) from None
    return Made(made.id, made.etag, made.doubt or doubt, ids)


def _cleaned_up(operation: Operation, error: Error, made: list[tuple[Part, str]]) -> Error:
    """Remove the parts after a refusal, and return the error, which names what is left.

    Nothing is removed if the failed creation may have been done: that object would name parts that do not exist.
    """
    left = []
    for part, object_id in reversed(made):
        is_removed = False
        if not error.may_be_applied:
            sandbox = operation.sandbox.after_write()
            outcome = delete_settled(sandbox, part.collection(sandbox), object_id)
            is_removed = isinstance(outcome, (Applied, Gone))
        if not is_removed:
            left.append(f"{part.noun} {object_id}")
    if not left:
        return error
    told = f"created before it, and left: {', '.join(left)}"
    return error.replace(earlier="; ".join(text for text in (error.earlier, told) if text))
