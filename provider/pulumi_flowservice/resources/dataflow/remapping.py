"""Change the mapping of a dataflow: a new version of its own mapping set, or a new set where that is not possible."""

from __future__ import annotations

from dataclasses import replace

from ...api.answers import is_about_caller
from ...api.outcomes import Applied, NotApplied, Unknown
from ...errors import AnswerError, Code, FlowServiceError, LifecycleError, notice
from ...lifecycle.once import create_once
from ...lifecycle.properties import Properties
from ...lifecycle.resource_type import Operation
from ...lifecycle.results import PatchOperation
from . import mapping
from .changes import NEW_SET
from .data_prep import media_type, refused_rows, set_body
from .document import WholeFlow
from .parts import MAPPING_SET


def with_mapping_set(
    operation: Operation, found: list[PatchOperation], flow: WholeFlow, after: Properties
) -> list[PatchOperation]:
    """Write the mapping, if the operations have a new one, and let them name it. Raises: FlowServiceError."""
    if not any(each["path"] == NEW_SET for each in found):
        return found
    index = flow.index_of("Mapping")
    set_id, version = _written(operation, flow, after)
    value = {"name": "Mapping", "params": {"mappingId": set_id, "mappingVersion": version}}
    place = {"op": "add", "path": "/transformations/-"} if index is None else {"op": "replace"}
    patched = {"path": f"/transformations/{index}", **place, "value": value}
    return [patched if each["path"] == NEW_SET else each for each in found]


def _written(operation: Operation, flow: WholeFlow, after: Properties) -> tuple[str, int]:
    """Return id and version of the mapping set that has the new mapping."""
    if flow.target is None:
        raise LifecycleError(
            "its target connection is gone, so there is no schema for a new mapping",
            code=Code.NOT_THERE,
            remedy="Run `pulumi up --replace` with its URN to make it anew; rows may come a second time.",
        )
    sets, own = operation.sandbox.mapping_sets, flow.mapping_id
    now = sets.version(own, flow.mapping_version) if own else None
    rows = mapping.rows(after["mapping"], now.mappings if now else ())
    schema_version = flow.target.schema_version or media_type()
    body = set_body(now.name if now else flow.name, flow.target.schema_id, schema_version, rows)
    if problems := refused_rows(operation.sandbox, operation.call, after["mapping"], body):
        raise LifecycleError(
            "; ".join(problems), code=Code.NOT_THERE, remedy="Correct the program, then run `pulumi up` again."
        )
    if not now:
        return _new_set(operation, flow, after, body, "it had none that can be read")
    if _is_shared(operation, flow):
        return _new_set(operation, flow, after, body, f"another dataflow uses {own}, too")
    outcome = sets.replace(own, body)
    if isinstance(outcome, Applied) and isinstance(outcome.version, int):
        return own, outcome.version
    if isinstance(outcome, NotApplied):
        refused = outcome.error
        if not isinstance(refused, AnswerError) or is_about_caller(refused):
            raise refused
        return _new_set(operation, flow, after, body, f"{own} could not be changed ({refused.message})")
    why = outcome.error.message if isinstance(outcome, Unknown) else "the answer names no version"
    raise LifecycleError(
        f"whether the mapping set {own} has a new version is unknown ({why}); the dataflow uses the one before",
        code=Code.CHANGE_UNKNOWN,
        remedy="Run `pulumi up` again.",
    )


def _new_set(
    operation: Operation, flow: WholeFlow, after: Properties, body: dict[str, object], why: str
) -> tuple[str, int]:
    """Make another mapping set, and warn: whatever becomes of the update, one of the two is not used."""
    named = {**body, "name": f"{flow.name[:200]} (mapping {operation.run.clock.token()})"}
    part = replace(
        MAPPING_SET,
        body=lambda *_: named,
        is_like=lambda found, *_: bool(found.name == named["name"]),
        search=lambda *_: (f"name={named['name']}",),
        is_leftover=None,
    )
    try:
        made = create_once(operation, part, after, {})
    except FlowServiceError as error:
        raise error.after("no mapping was changed") from None
    text = f"{operation.subject(after, flow.id)}: its new mapping is in a new mapping set, {made.id}, because {why}. "
    hint = "Mapping sets that nothing uses can be deleted"
    operation.call.warn(notice(Code.PARTS_LEFT, text + hint))
    return made.id, 0


def _is_shared(operation: Operation, flow: WholeFlow) -> bool:
    """Return whether another flow uses the same mapping set; one list serves all changes of a run."""
    sandbox = operation.sandbox
    flows = operation.registry.lists.remembered((sandbox.name, "flows"), lambda: list(sandbox.flows.list()))
    return any(each.mapping_id == flow.mapping_id and each.id != flow.id for each in flows)
