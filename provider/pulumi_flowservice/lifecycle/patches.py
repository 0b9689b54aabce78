"""The smallest JSON Patch from one set of properties to another. Pure.

Params are patched one by one (`/auth/params/{key}`): a patch of `/auth/params` would replace the whole map, including
the params that the server or somebody else has added.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..resources.connection.kind import Kind, Properties

if TYPE_CHECKING:
    from ..api.models import Connection

Operation = dict[str, Any]
_PARAMS = "/auth/params"


def operations(kind: Kind, before: Properties, after: Properties, *, resend: bool = False) -> list[Operation]:
    """Return the operations that change `before` to `after`; `resend` sends secrets even if they are equal.

    An optional property that only `before` has is removed; a name or a required param stays. An optional secret is
    added, because "add" also replaces a member, and the server may have one or not.
    """
    found: list[Operation] = []
    if after.get("name") is not None and after["name"] != before.get("name"):
        found.append({"op": "replace", "path": "/name", "value": after["name"]})
    # "add" instead of "replace": RFC 6902 lets "add" replace a member that exists, and the description may be absent.
    description = after.get("description")
    found += _change("/description", before.get("description"), description, description, present="add")
    for param in kind.params:
        old, new = before.get(param.name), after.get(param.name)
        if new is None and (param.is_required or (param.is_secret and old is None)):
            # An adopted connection keeps the params that the program does not give.
            continue
        if param.is_secret and new is None:
            found.append({"op": "remove", "path": f"{_PARAMS}/{param.name}"})
        elif param.is_secret and (resend or old != new):
            op = "replace" if param.is_required else "add"
            found.append({"op": op, "path": f"{_PARAMS}/{param.name}", "value": param.type.to_wire(new)})
        elif not param.is_secret:
            wire = None if new is None else param.type.to_wire(new)
            found += _change(f"{_PARAMS}/{param.name}", old, new, wire, present="replace")
    return found


def before_adoption(kind: Kind, current: Connection, inputs: Properties) -> Properties:
    """Return the properties that an adoption starts from: those at the server that the inputs manage, and the name."""
    return {name: value for name, value in kind.shown(current).items() if name in inputs or name == "name"}


def touches_credentials(found: Iterable[Operation]) -> bool:
    """Return whether the operations change params, so that the connection test must be run."""
    return any(operation["path"].startswith(_PARAMS) for operation in found)


def sends_secret(kind: Kind, sent: Iterable[Operation]) -> bool:
    """Return whether the operations set the secrets, alone or with the whole map of params."""
    return any(operation["path"].rpartition("/")[2] in ("params", *kind.secrets) for operation in sent)


def removed(found: Iterable[Operation]) -> set[str]:
    """Return the names of the fields that the operations remove."""
    return {operation["path"].rpartition("/")[2] for operation in found if operation["op"] == "remove"}


def whole_map(found: list[Operation], shown_params: Properties, params: Properties) -> list[Operation]:
    """Return the same change as one patch of the whole map; params that others have added are kept."""
    dropped = removed(found)
    value = {name: kept for name, kept in shown_params.items() if name not in dropped} | params
    rest = [operation for operation in found if not operation["path"].startswith(_PARAMS)]
    return [*rest, {"op": "replace", "path": _PARAMS, "value": value}]


def _change(path: str, old: object, new: object, wire: object, *, present: str) -> list[Operation]:
    if old == new:
        return []
    if new is None:
        return [{"op": "remove", "path": path}]
    return [{"op": present if old is not None else "add", "path": path, "value": wire}]
