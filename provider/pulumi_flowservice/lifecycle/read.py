"""From what the server shows to what the state keeps, and what that says about the credentials. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..kinds.kind import Kind, Properties
from .provenance import Version, doubt_notice, foreign_change_notice

if TYPE_CHECKING:
    from ..api.models import Connection

# Outputs that are not inputs.
COMPUTED = ("etag", "imsOrg", "state", "credentialsInDoubt")


@dataclass(frozen=True)
class Observation:
    """What a read found: the visible properties and the secrets for the state, the version, and what to warn about."""

    properties: Properties
    version: Version
    warning: str = ""


def observe(kind: Kind, current: Connection, properties: Properties, own_client: str) -> Observation:
    """Compare the server's view with the state's `properties`.

    Of a managed connection, what the program leaves out is left out here too: what the server fills in is no drift.
    """
    is_managed = properties.get("name") is not None
    found = _visible(kind, current, properties) if is_managed else kind.shown(current)
    kept = {name: value for name, value in properties.items() if name not in (*kind.visible, *COMPUTED)}
    outputs = {**{name: value for name, value in kept.items() if value is not None}, **found}
    known = Version.of_state(kind, properties)
    if not is_managed or not any(outputs.get(name) for name in kind.secrets):
        return Observation(outputs, Version(current.etag or ""))
    is_explained = any(outputs.get(name) != properties.get(name) for name in kind.visible) or _is_switched(
        current, properties
    )
    now = known.followed_by(current, own_client, is_explained=is_explained)
    if now.doubt:
        return Observation(outputs, now, doubt_notice(current, now.doubt))
    is_foreign = now.etag != known.etag and current.updated_client != own_client
    return Observation(outputs, now, foreign_change_notice(current) if is_foreign else "")


def _visible(kind: Kind, current: Connection, properties: Properties) -> Properties:
    """The visible properties that the state has, as the server shows them now."""
    view = kind.view(current, properties)
    return {name: value for name, value in view.items() if properties.get(name) is not None}


def _is_switched(current: Connection, properties: Properties) -> bool:
    """Whether somebody enabled or disabled it; a state that the record lacks, or that passes, tells nothing."""
    stable = ("enabled", "disabled")
    return properties.get("state") in stable and current.state in stable and current.state != properties["state"]
