"""The smallest JSON Patch from one set of properties to another; pure.

Source: `/name` is replaced, `/description` added, `/auth/params/{key}` replaced, added or removed one by one, because a
patch of `/auth/params` replaces the whole map, including what the server or somebody else put there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..kinds.kind import Kind, Properties

if TYPE_CHECKING:
    from ..api.models import Connection

Operation = dict[str, Any]
_PARAMS = "/auth/params"


def operations(kind: Kind, before: Properties, after: Properties, *, resend: bool = False) -> list[Operation]:
    """What to send so that `before` becomes `after`; `resend` sends secrets even where they are equal.

    An optional property in `before` that `after` lacks is removed. A name or a required param that it lacks stays.
    An optional secret is added, which works whether the server has one or not: "add" to a member replaces it.
    """
    found: list[Operation] = []
    if after.get("name") is not None and after["name"] != before.get("name"):
        found.append({"op": "replace", "path": "/name", "value": after["name"]})
    # RFC 6902: "add" to a member that exists replaces it.
    description = after.get("description")
    found += _change("/description", before.get("description"), description, description, present="add")
    for param in kind.params:
        old, new = before.get(param.name), after.get(param.name)
        if new is None and (param.is_required or (param.is_secret and old is None)):
            continue
        if param.is_secret and new is None:
            found.append({"op": "remove", "path": f"{_PARAMS}/{param.name}"})
        elif param.is_secret and (resend or old != new):
            op = "replace" if param.is_required else "add"
            found.append({"op": op, "path": f"{_PARAMS}/{param.name}", "value": param.to_wire(new)})
        elif not param.is_secret:
            wire = None if new is None else param.to_wire(new)
            found += _change(f"{_PARAMS}/{param.name}", old, new, wire, present="replace")
    return found


def before_adoption(kind: Kind, current: Connection, inputs: Properties) -> Properties:
    """What adopting changes from: of all that the server shows, what the inputs manage. The name is always kept."""
    return {name: value for name, value in kind.shown(current).items() if name in inputs or name == "name"}


def touches_credentials(found: Iterable[Operation]) -> bool:
    """Whether the operations change what the connection test would try."""
    return any(operation["path"].startswith(_PARAMS) for operation in found)


def sends_secret(kind: Kind, sent: Iterable[Operation]) -> bool:
    """Whether the secrets at the server are now the ones of this stack; the whole map holds them too."""
    return any(operation["path"].rpartition("/")[2] in ("params", *kind.secrets) for operation in sent)


def whole_map(found: list[Operation], shown_params: Properties, params: Properties) -> list[Operation]:
    """The same change for an API that refuses single keys: the whole map, with what others put there kept."""
    removed = {operation["path"].rpartition("/")[2] for operation in found if operation["op"] == "remove"}
    value = {name: kept for name, kept in shown_params.items() if name not in removed} | params
    rest = [operation for operation in found if not operation["path"].startswith(_PARAMS)]
    return [*rest, {"op": "replace", "path": _PARAMS, "value": value}]


def _change(path: str, old: object, new: object, wire: object, *, present: str) -> list[Operation]:
    if old == new:
        return []
    if new is None:
        return [{"op": "remove", "path": path}]
    return [{"op": present if old is not None else "add", "path": path, "value": wire}]
