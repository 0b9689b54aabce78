"""The smallest JSON Patch from one set of properties to another. Pure.

Fields are patched one by one, at their pointers: a patch of a map such as `/auth/params` would replace all of it,
including what the server or somebody else has added.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .properties import Field, Properties
from .resource_type import ResourceType
from .results import PatchOperation


def operations(
    resource: ResourceType, before: Properties, after: Properties, *, resend: bool = False, document: Any = None
) -> list[PatchOperation]:
    """Return the operations that change `before` to `after`; `resend` sends secrets even if they are equal.

    An optional property that only `before` has is removed; a required one stays. A structure is patched in the way
    that the `document` needs; without one, its operation tells only that it differs.
    """
    found: list[PatchOperation] = []
    for field in resource.fields:
        old, new = before.get(field.name), after.get(field.name)
        is_same = old == new or (new is not None and field.is_same(before, new))
        if not field.is_patched or (is_same and not (field.is_secret and resend and new is not None)):
            continue
        if field.patch and document is not None and (new is not None or not field.is_required):
            found += field.patch(document, old, new)
        elif new is not None:
            # A required secret is there although it is not shown.
            is_there = old is not None or (field.is_secret and field.is_required)
            op = "replace" if is_there and not field.is_added else "add"
            found.append({"op": op, "path": field.pointer, "value": field.type.to_wire(new)})
        elif not field.is_required:
            # An adopted object keeps what the program does not give: then `before` does not have it.
            found.append({"op": "remove", "path": field.pointer})
    return found


def sent_otherwise(resource: ResourceType, before: Properties, after: Properties) -> list[Field]:
    """Return the fields that differ and that their own requests change; a required one that is left out stays."""
    return [
        field
        for field in resource.fields
        if field.send
        and before.get(field.name) != after.get(field.name)
        and (after.get(field.name) is not None or not field.is_required)
    ]


def changed_names(resource: ResourceType, found: Iterable[PatchOperation]) -> list[str]:
    """Return the names of the fields that the operations touch, alone or with a whole map."""
    paths = [operation["path"] for operation in found]
    return [
        field.name
        for field in resource.fields
        if field.is_patched
        and any(_is_within(field.pointer, path) or _is_within(path, field.pointer) for path in paths)
    ]


def sends_secret(resource: ResourceType, sent: Iterable[PatchOperation]) -> bool:
    """Return whether the operations set the secrets, alone or with the whole map."""
    return any(name in resource.secrets for name in changed_names(resource, sent))


def removed(resource: ResourceType, found: Iterable[PatchOperation]) -> list[str]:
    """Return the names of the fields that the operations remove."""
    return changed_names(resource, [operation for operation in found if operation["op"] == "remove"])


def before_adoption(resource: ResourceType, current: Any, inputs: Properties) -> Properties:
    """Return the properties that an adoption starts from: those at the server that the inputs manage, and the name."""
    return {name: value for name, value in resource.shown(current).items() if name in inputs or name == "name"}


def _is_within(pointer: str, place: str) -> bool:
    """Return whether a JSON pointer is a place or below it."""
    return pointer == place or pointer.startswith(f"{place}/")
