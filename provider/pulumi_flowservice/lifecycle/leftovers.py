"""What an interrupted run may have created and not recorded: it is looked for before the first POST of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.outcomes import Gone
from ..errors import Code, LifecycleError, notice
from .operation import Operation
from .part import Known, Part
from .properties import Properties


def place_of(operation: Operation, part: Part) -> tuple[str, ...]:
    """Return what tells the objects of this part from others."""
    return (*operation.place, part.output)


def is_own(operation: Operation, document: Any) -> bool:
    """Return whether our own client has made an object; a mapping set does not say which client made it."""
    own = operation.sandbox.own_client
    return bool(getattr(document, "created_client", own) == own)


def first_list(operation: Operation, part: Part) -> Mapping[str, Any]:
    """Return by id what our own client had made before the first creation of a run. Raises: FlowServiceError."""
    collection = part.collection(operation.sandbox)
    return operation.registry.lists.first_list(
        place_of(operation, part),
        lambda: (each for each in collection.list(*part.filters) if is_own(operation, each)),
    )


def refuse_leftover(operation: Operation, part: Part, inputs: Properties, known: Known) -> None:
    """Raise a LifecycleError if an interrupted run may have created this object without recording it.

    A part with a name of its own only leads to a warning. To be called in the turn of the creation.
    """
    registry = operation.registry
    unclaimed = [each for each in first_list(operation, part).values() if registry.is_free(each.id)]
    if part.search:
        _warn_of_leftovers(operation, part, inputs, known, unclaimed)
        return
    collection = part.collection(operation.sandbox)
    alike = [each for each in unclaimed if part.is_like(each, inputs, known)]
    # The list may be minutes old: an object that was renamed or deleted since then is not a leftover.
    now = [found for each in alike if not isinstance(found := collection.get(each.id), Gone)]
    left = [each.id for each in now if registry.is_free(each.id) and part.is_like(each, inputs, known)]
    if left:
        raise _leftover(part, left)


def _warn_of_leftovers(
    operation: Operation, part: Part, inputs: Properties, known: Known, unclaimed: list[Any]
) -> None:
    for each in unclaimed:
        if part.is_leftover is not None and part.is_leftover(each, inputs, known):
            subject = operation.call.subject(part.noun, {"name": each.name}, each.id)
            text = f"{subject}: an earlier creation may have left it. If nothing uses it, delete it"
            operation.call.warn(notice(Code.PARTS_LEFT, text))


def _leftover(part: Part, ids: list[str]) -> LifecycleError:
    """Return the error about objects like the one to create, with every way out."""
    return LifecycleError(
        f"a {part.noun} with this name and these parameters, created with the same client id, already "
        f"exists: {', '.join(ids)}",
        code=Code.LEFTOVER,
        remedy=f"If an interrupted run left it, {_take_over(part, ids[0])}. If you replace it on purpose "
        "(taint, --replace): run `pulumi state untaint`, or set delete_before_replace=True. If the resource "
        "that manages it is renamed in the program: give the new one an alias (in YAML, `previously`). If this "
        "run removes it: run `pulumi up --refresh`, which sees that. If another resource of this stack manages "
        "it: add that resource to depends_on, or, if that resource gets another name in this run, run "
        "`pulumi up` again. In all other cases, such as another stack with the same names of project, stack "
        "and resource, which make the same automatic name: choose another `name`.",
    )


def _take_over(part: Part, object_id: str) -> str:
    """Return what to do with a leftover: only a main object can be adopted."""
    if part.output:
        return "and nothing uses it, delete it, then run `pulumi up` again"
    return f'take it over: adopt="{object_id}"'
