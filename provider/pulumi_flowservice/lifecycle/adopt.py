"""Adopt an existing object: send what differs, keep what the program leaves out."""

from __future__ import annotations

from typing import Any

from ..errors import Code, notice
from .names import in_words
from .operation import Operation
from .outputs import outputs, recorded
from .patches import before_adoption
from .preconditions import require_ours, require_same_fixed
from .properties import Properties
from .update import change_object
from .versions import Version
from .wait import existing

_NOTHING_TO_ADOPT = "There is nothing to adopt: check the id and the sandbox, or remove `adopt` to create a new one."


def adopt(operation: Operation, inputs: Properties) -> tuple[str, Properties]:
    """Adopt the object that `adopt` names. Return its id and the outputs.

    Raises: FlowServiceError. The attempt is recorded before it is made: if it fails, no other resource of this run may
    delete the object, because the program still asks for it.
    """
    object_id, registry = inputs["adopt"], operation.registry
    with registry.adoption_of(object_id, operation.call.owner, operation.resource.noun):
        return object_id, _adopted(operation, object_id, inputs)


def _adopted(operation: Operation, object_id: str, inputs: Properties) -> Properties:
    resource, sandbox = operation.resource, operation.sandbox
    current = existing(resource.main.collection(sandbox), object_id, _NOTHING_TO_ADOPT)
    require_ours(resource, current, sandbox.name, operation.settings.ims_org)
    current = resource.complete(operation, current, inputs)
    require_same_fixed(resource, current, inputs)
    resource.require_adoptable(current, inputs)
    if resource.is_adopted_unchanged:
        return _as_it_is(operation, object_id, current, inputs)
    before = before_adoption(resource, current, inputs)
    change = change_object(operation, object_id, before, inputs, Version(current.etag or ""))
    checked = resource.after_write.after_change(operation.after_write(), change, inputs, is_due=False)
    if checked.error:
        raise checked.error
    # What only a new object could change is known from now on, so that a program that gives it later replaces nothing.
    shown = resource.shown(current)
    fixed = {name: shown[name] for name in resource.fixed if name in shown}
    state = change.seen.state if change.seen else current.state
    facts = recorded(resource, resource.facts(current))
    return outputs(operation, {"name": before.get("name", ""), **fixed, **inputs, **facts}, change.version, state)


def _as_it_is(operation: Operation, object_id: str, current: Any, inputs: Properties) -> Properties:
    """Return the outputs of an object that is not changed now: the next run changes what differs."""
    resource = operation.resource
    view = resource.view(current, inputs)
    kept = {name: view.get(name) for name in resource.visible if name in inputs or name in ("name", *resource.fixed)}
    differing = [name for name in resource.visible if name in inputs and view.get(name) != inputs[name]]
    if differing:
        text = f"{operation.subject(inputs, object_id)}: adopted without a change. {in_words(differing)} "
        hint = f"{'differs' if len(differing) == 1 else 'differ'} from the program: the next `pulumi up` changes that"
        operation.call.warn(notice(Code.ADOPTED_UNCHANGED, text + hint))
    others = {name: value for name, value in inputs.items() if name not in resource.visible}
    facts = recorded(resource, resource.facts(current))
    return outputs(operation, {**others, **kept, **facts}, Version(current.etag or ""), current.state)
