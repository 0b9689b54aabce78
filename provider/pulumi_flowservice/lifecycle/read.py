"""Turn a connection as the server shows it into properties of the state, and find a doubt about the password. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..resources.connection.kind import Kind, Properties
from .provenance import Version, doubt_notice, foreign_change_notice

if TYPE_CHECKING:
    from ..api.models import Connection

# Outputs that are not inputs.
TEST_REFUSED = "testRefused"
"""True while a connection exists that was refused by its test when it was created, and that could not be removed."""
COMPUTED = ("etag", "imsOrg", "state", "credentialsInDoubt", TEST_REFUSED)


def observe(
    kind: Kind, current: Connection, properties: Properties, own_client: str, subject: str
) -> tuple[Properties, Version, str]:
    """Compare the server's connection with the `properties` of the state. `subject` names it in a warning.

    Return the properties and the version for the state, and the text of a warning, which may be empty. A property that
    the program of a managed connection leaves out is left out here too: a value that the server fills in is not drift.
    """
    # Every managed connection has a name in the state; one that `get` reads has only an id and a sandbox there.
    is_managed = properties.get("name") is not None
    found = _visible(kind, current, properties) if is_managed else kind.shown(current)
    kept = {name: value for name, value in properties.items() if name not in (*kind.visible, *COMPUTED)}
    outputs = {**{name: value for name, value in kept.items() if value is not None}, **found}
    known = Version.of_state(kind, properties)
    if not is_managed or not any(outputs.get(name) for name in kind.secrets):
        return outputs, Version(current.etag or ""), ""
    is_explained = any(outputs.get(name) != properties.get(name) for name in kind.visible) or _was_enabled_or_disabled(
        current, properties
    )
    now = known.followed_by(current, own_client, is_explained=is_explained)
    if now.doubt:
        return outputs, now, doubt_notice(subject, current, now.doubt)
    is_foreign = now.etag != known.etag and current.updated_client != own_client
    return outputs, now, foreign_change_notice(subject, current) if is_foreign else ""


def _visible(kind: Kind, current: Connection, properties: Properties) -> Properties:
    """Return the visible properties of the state with the values that the server has now."""
    view = kind.view(current, properties)
    return {name: value for name, value in view.items() if properties.get(name) is not None}


def _was_enabled_or_disabled(current: Connection, properties: Properties) -> bool:
    """Return whether somebody enabled or disabled the connection; temporary states are ignored.

    Until the first refresh, a state has no `state`, or a temporary one: such a connection was enabled.
    """
    was_disabled, is_disabled = properties.get("state") == "disabled", current.state == "disabled"
    return was_disabled != is_disabled and current.state in ("enabled", "disabled")
