"""Turn an object as the server shows it into properties of the state, and find a doubt about its secrets."""

from __future__ import annotations

from typing import Any

from ..api.outcomes import Gone
from ..api.states import SETTLED
from ..errors import Code, notice
from .operation import Operation
from .outputs import TEST_REFUSED, named_parts, outputs, part_ids, recorded
from .pages import PAGE_SECONDS, Pages
from .preconditions import require_ours
from .properties import Properties
from .resource_type import ResourceType
from .versions import Version, doubt_notice, editor, foreign_change_notice

_NOT_THERE = "Check the id and the sandbox; `pulumi-flowservice list` shows what exists."


def read(operation: Operation, object_id: str, properties: Properties) -> tuple[Properties, Properties] | None:
    """Return the outputs and inputs as the server has them, or None if the object is gone. Raises: FlowServiceError."""
    resource, call, settings = operation.resource, operation.call, operation.settings
    current = _current(operation, object_id)
    if isinstance(current, Gone):
        if properties.get("name") is None:
            # An object that `get` reads: for None the engine would go on with an empty resource.
            raise current.error.replace(remedy=_NOT_THERE)
        if warning := resource.hidden(operation, current, object_id, properties):
            call.warn(warning)
            return _as_known(resource, properties)
        warn_if_hidden(operation, current, object_id)
        _warn_of_parts(operation, object_id, properties)
        return None
    require_ours(resource, current, operation.sandbox.name, settings.ims_org)
    current = resource.complete(operation, current, properties)
    is_foreign = current.updated_client != operation.sandbox.own_client
    parts = part_ids(resource, properties)
    operation.registry.seen(object_id, editor(current) if is_foreign else "", parts.values())
    subject = operation.subject(properties, object_id)
    if properties.get("name") is not None and operation.registry.is_shared(object_id, call.owner):
        text = (
            f"{subject}: another resource of this stack manages it, too. Remove one of the two from the program: the "
        )
        call.warn(notice(Code.SHARED, f"{text}{resource.noun} stays"))
    shown, version, warning = observe(resource, current, properties, operation.sandbox.own_client, subject)
    for text in (*([warning] if warning else ()), *resource.notices(subject, current, properties)):
        call.warn(text)
    found = outputs(operation, shown, version, current.state)
    found["imsOrg"] = current.ims_org_id or settings.ims_org
    if properties.get(TEST_REFUSED):
        found[TEST_REFUSED] = True
    # The API's view of the main object need not have the ids of its parts.
    found |= recorded(resource, {**properties, **resource.facts(current)})
    return _as_known(resource, found)


def _as_known(resource: ResourceType, outputs: Properties) -> tuple[Properties, Properties]:
    """Return outputs, and the inputs among them."""
    return outputs, {name: value for name, value in outputs.items() if name not in resource.computed}


def _current(operation: Operation, object_id: str) -> Any:
    """Return the object, at most a minute old. Only a read by id returns Gone."""
    main, sandbox, registry = operation.resource.main, operation.sandbox, operation.registry
    if operation.settings.bulk_refresh and not registry.is_written(object_id):
        is_whole = operation.resource.is_whole_entry
        pages = registry.lists.pages(operation.place, lambda: Pages(sandbox.clock, main.filters, is_whole))
        found = pages.find(object_id, main.collection(sandbox.within(PAGE_SECONDS)))
        # Another thread may have written while this one waited for a page: the page may be older than the write.
        if found is not None and not registry.is_written(object_id):
            # Another call has read the page, with other secrets.
            return found.for_call(sandbox.quote)
    return main.collection(sandbox).get(object_id)


def warn_if_hidden(operation: Operation, gone: Gone, object_id: str) -> None:
    """Warn that an object that is taken for gone may be hidden, where the API's words leave that open."""
    if gone.may_be_hidden:
        text = (
            f"{operation.resource.noun} {object_id} was treated as deleted ({gone.error.message}). If you use access "
        )
        hint = "labels, it may only be hidden: look for it in the UI before the next `pulumi up`"
        operation.call.warn(notice(Code.MAYBE_HIDDEN, text + hint))


def _warn_of_parts(operation: Operation, object_id: str, properties: Properties) -> None:
    """Warn of the parts of an object that is gone: the state is about to forget them, and a read deletes nothing."""
    resource, ids = operation.resource, part_ids(operation.resource, properties)
    operation.registry.seen(object_id, parts=ids.values())
    if left := ", ".join(named_parts(resource, ids)):
        text = f"{operation.subject(properties, object_id)}: it is gone, and what was made for it may be left: {left}. "
        operation.call.warn(notice(Code.PARTS_LEFT, text + "Delete that if nothing uses it"))


def observe(
    resource: ResourceType, current: Any, properties: Properties, own_client: str, subject: str
) -> tuple[Properties, Version, str]:
    """Compare the server's object with the `properties` of the state. `subject` names it in a warning. Pure.

    Return the properties and the version for the state, and the text of a warning, which may be empty. A property that
    the program of a managed object leaves out is left out here too: a value that the server fills in is not drift.
    """
    # Every managed object has a name in the state; one that `get` reads has only an id and a sandbox there.
    is_managed = properties.get("name") is not None
    view = resource.view(current, properties)
    found = (
        {name: value for name, value in view.items() if properties.get(name) is not None}
        if is_managed
        else resource.shown(current)
    )
    not_kept = (*resource.visible, *resource.computed)
    kept = {name: value for name, value in properties.items() if name not in not_kept and value is not None}
    shown = {**kept, **found}
    known = Version.of_state(resource.secrets, properties)
    if not is_managed or not any(shown.get(name) for name in resource.secrets):
        return shown, Version(current.etag or ""), ""
    is_changed = any(shown.get(name) != properties.get(name) for name in resource.visible)
    is_explained = is_changed or _was_enabled_or_disabled(current, properties)
    now = known.followed_by(current, own_client, is_explained=is_explained)
    if now.doubt:
        return shown, now, doubt_notice(subject, resource.noun, current, now.doubt)
    is_foreign = now.etag != known.etag and current.updated_client != own_client
    return shown, now, foreign_change_notice(subject, resource.noun, current) if is_foreign else ""


def _was_enabled_or_disabled(current: Any, properties: Properties) -> bool:
    """Return whether somebody enabled or disabled the object; temporary states are ignored.

    Until the first refresh, a state has no `state`, or a temporary one: such an object was enabled.
    """
    was_disabled, is_disabled = properties.get("state") == "disabled", current.state == "disabled"
    return was_disabled != is_disabled and current.state in SETTLED
