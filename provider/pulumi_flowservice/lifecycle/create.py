"""Create all objects of a resource, or none."""

from __future__ import annotations

from contextlib import suppress

from ..api.outcomes import Applied, Gone, Unknown
from ..errors import Code, Error, FlowServiceError, Left, LifecycleError, SettingsError, notice
from .adopt import adopt
from .at_once import at_once
from .leftovers import first_list, refuse_leftover
from .once import create_once, turn, with_doubt
from .operation import Operation
from .outputs import TEST_REFUSED, named_parts, outputs, recorded
from .part import Known
from .properties import Properties
from .results import Made
from .versions import Version
from .wait import await_gone, delete_settled


def create(operation: Operation, inputs: Properties) -> tuple[str, Properties]:
    """Create the resource, or adopt an existing object, and check it. Return the id and the outputs.

    Raises: FlowServiceError.
    """
    if inputs.get("adopt"):
        return adopt(operation, inputs)
    resource, call = operation.resource, operation.call
    _require_old_ones_deleted(operation, inputs)
    if missing := resource.missing_for_creation(inputs):
        raise SettingsError(f"a new {resource.noun} also requires {missing}", code=Code.INPUTS)
    *before, made = _make(operation, inputs, _look_up(operation, inputs))
    checked = resource.after_write.after_creation(operation.after_write(), inputs, made)
    version = Version(made.etag or (checked.seen.etag if checked.seen else None) or "")
    facts = recorded(resource, {**made.known, **resource.facts(made.shown)})
    kept = outputs(operation, {**inputs, **facts}, version, checked.seen.state if checked.seen else None)
    if checked.error:
        error = checked.error
        if error.code == Code.CREATION_NOT_UNDONE:
            operation.registry.failed(call.owner)
            error = error.replace(left=Left(made.id, {**kept, TEST_REFUSED: True}))
            left = named_parts(resource, made.known)
        else:
            left = _remove_parts(operation, made.known, main_id=made.id)
        raise _with_history(with_doubt(error, made.doubt), before, left)
    for part, each in zip((*resource.parts, resource.main), (*before, made), strict=True):
        if each.doubt:
            text = f"{operation.subject(inputs, made.id)}: there may be a second {part.noun} like it: {each.doubt}"
            call.warn(notice(Code.POSSIBLE_DUPLICATE, text))
    return made.id, kept


def _require_old_ones_deleted(operation: Operation, inputs: Properties) -> None:
    """Raise a LifecycleError if the object that these inputs replace is there, and should have been deleted first."""
    resource, collection = operation.resource, operation.resource.main.collection(operation.sandbox)
    for object_id in operation.registry.not_deleted_before(inputs):
        if not isinstance(collection.get(object_id), Gone):
            raise LifecycleError(
                f"the {resource.noun} that it replaces, {object_id}, is still there, and both would do the same",
                code=Code.REPLACEMENT_FAILED,
                remedy="Remove `retain_on_delete` and `delete_before_replace=False` from the resource's options. To go "
                f'on with the old one, undo the change and set adopt="{object_id}"; or delete it in the UI.',
            )


def _look_up(operation: Operation, inputs: Properties) -> Known:
    """Return what a creation needs to know, before anything is made. Raises: FlowServiceError.

    The first creation of a run also reads the lists of what an interrupted run may have left, at the same time.
    """
    resource = operation.resource
    if not resource.parts:
        return resource.prepare(operation, inputs)
    with at_once() as begin:
        lists = [begin(first_list, operation, part) for part in (resource.main, *resource.parts)]
        known = resource.prepare(operation, inputs)
        for read in lists:
            read()
    return known


def _make(operation: Operation, inputs: Properties, known: Known) -> list[Made]:
    """Create the parts, then the main object, and return all. If one fails, remove the others.

    No part is removed if the main object may have been created: it would name parts that do not exist.
    """
    resource = operation.resource
    made: list[Made] = []
    if resource.parts:
        # Before any part is made: what a killed run left of the main object names parts of its own.
        with turn(operation, resource.main, inputs):
            refuse_leftover(operation, resource.main, inputs, known)
        made, known = _make_parts(operation, inputs, known)
        operation = operation.after_write()
    try:
        return [*made, create_once(operation, resource.main, inputs, known)]
    except FlowServiceError as error:
        left = named_parts(resource, known) if error.may_be_applied else _remove_parts(operation, known)
        raise _with_history(error, made, left) from None


def _make_parts(operation: Operation, inputs: Properties, known: Known) -> tuple[list[Made], Known]:
    """Create the parts at once: none names another. Return them, and what is known with their ids.

    Raises: FlowServiceError if one fails, after the others were removed.
    """
    made: list[Made] = []
    failed: list[FlowServiceError] = []
    with at_once() as begin:
        begun = [(part, begin(create_once, operation, part, inputs, known)) for part in operation.resource.parts]
        for part, ended in begun:
            try:
                made.append(ended())
                known = {**known, part.output: made[-1].id}
            except FlowServiceError as error:
                failed.append(error)
    if failed:
        raise _with_history(_as_one(failed), made, _remove_parts(operation, known))
    return made, known


def _as_one(errors: list[FlowServiceError]) -> FlowServiceError:
    """Return one error for several parts: all doubts, because nobody else knows the names, and the first refusal."""
    doubts, refusals = ([each for each in errors if each.may_be_applied is known] for known in (True, False))
    first, *others = [*doubts, *refusals[:1]]
    told = first.after(*(text for each in others for text in (each.message, each.earlier)))
    return told.replace(remedy=" ".join(each.remedy for each in (first, *others)))


def _remove_parts(operation: Operation, ids: Known, main_id: str = "") -> list[str]:
    """Remove the parts that were made, after their main object if that was removed; return what an error says of the
    others. Never raises.
    """
    sandbox, left = operation.sandbox.after_write(), []
    if main_id and operation.resource.parts:
        with suppress(FlowServiceError):
            await_gone(sandbox, operation.resource.main.collection(sandbox), main_id)
    for part in reversed([part for part in operation.resource.parts if part.output in ids]):
        outcome = delete_settled(sandbox, part.collection(sandbox), ids[part.output])
        if not isinstance(outcome, (Applied, Gone)):
            doubt = " (whether it was deleted is unknown)" if isinstance(outcome, Unknown) else ""
            left.append(f"{part.noun} {ids[part.output]}{doubt}")
    return left


def _with_history(error: Error, made: list[Made], left: list[str]) -> Error:
    """Return the error with what its creation has left: parts that were made, and perhaps results of lost requests."""
    told = f"also created, and left: {', '.join(left)}" if left else ""
    return error.after(*(each.doubt for each in made), told)
