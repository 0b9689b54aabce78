"""What a deletion looks up first: the replacement that begins with it, and other flows that use the same parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...errors import Code, FlowServiceError, LifecycleError, notice
from ...lifecycle.outputs import part_ids
from ...lifecycle.properties import Properties, has_unknown
from ...lifecycle.resource_type import Operation
from .preparation import prepare


def before_delete(operation: Operation, flow_id: str, olds: Properties) -> Sequence[str]:
    """Look up what a replacement will need, and return the outputs of parts that other flows use, too.

    Raises: LifecycleError if the replacement would fail, or would change nothing; FlowServiceError if a look-up fails.
    """
    news = operation.registry.replacement_of(flow_id)
    if news is not None:
        _require_possible(operation, olds, news)
    return _shared(operation, flow_id, olds)


def _require_possible(operation: Operation, olds: Properties, news: Properties) -> None:
    """Raise an error if what replaces a dataflow cannot be created: then the old one runs on."""
    where = news.get("sandbox") or operation.sandbox.name
    there = operation if has_unknown(where) else replace(operation, sandbox=replace(operation.sandbox, name=where))
    try:
        found = prepare(there, news)
    except FlowServiceError as error:
        told = f"it would be replaced, and its replacement cannot be created, so it was not deleted: {error.message}"
        raise error.replace(message=told) from None
    if found is None or where != olds.get("sandbox"):
        return
    known = {name: value for name, value in news.items() if not has_unknown(value)}
    meant = {**known, **({"dataset": found.dataset.id} if "dataset" in known else {})}
    if len(known) == len(news) and not operation.resource.differing(olds, meant):
        raise LifecycleError(
            "nothing would be different after a replacement, so it was not deleted: `dataset` means the one that it "
            f"has, {found.dataset.id}",
            code=Code.NOT_THERE,
            remedy=f'The dataset was renamed: write dataset="{found.dataset.id}" (or its old name) in the program.',
        )


def _shared(operation: Operation, flow_id: str, olds: Properties) -> list[str]:
    """Return the outputs of the parts that another flow uses; a warning names them.

    One list of all flows serves all deletions of a run. Raises: FlowServiceError.
    """
    parts = part_ids(operation.resource, olds)
    if not parts:
        return []
    sandbox = operation.sandbox
    key = (sandbox.name, "flows before a deletion")
    flows = operation.registry.lists.remembered(key, lambda: list(sandbox.flows.list()))
    used = {id_ for flow in flows if flow.id != flow_id for id_ in flow.part_ids}
    shared = [part for part in operation.resource.parts if parts.get(part.output) in used]
    if shared:
        names = ", ".join(f"{part.noun} {parts[part.output]}" for part in shared)
        text = f"{operation.subject(olds, flow_id)}: left at the server, because another flow uses it, too: {names}"
        operation.call.warn(notice(Code.PARTS_LEFT, text))
    return [part.output for part in shared]
