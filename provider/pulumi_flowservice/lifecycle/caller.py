"""What an engine tells about one of its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..resources.connection.kind import Kind


@dataclass(frozen=True)
class Caller:
    """The caller of an operation.

    Args:
        warn: Shows a warning to the user.
        secrets: The names of the inputs that the program made secret; None if the engine does not tell.
        seconds: The time limit of the operation; None means `flowservice:operationTimeout`.
        urn: The engine's name of the resource; empty if the engine does not tell.
    """

    warn: Callable[[str], None]
    secrets: frozenset[str] | None = None
    seconds: float | None = None
    urn: str = ""

    @property
    def records_failures(self) -> bool:
        """Whether the engine keeps what a failed call left. The one that tells what is secret does so, too."""
        return self.secrets is not None

    def subject(self, properties: Mapping[str, Any], connection_id: str = "") -> str:
        """Return how every text names a connection, without what the program made secret. The engine shows each id."""
        name, sandbox, adopted = (self._shown(key, properties) for key in ("name", "sandbox", "adopt"))
        id_ = connection_id or adopted
        named = f"connection {name or id_!r}" if name or id_ else "the connection"
        named = f"connection {name!r} ({id_})" if name and id_ else named
        return f"{named} in sandbox {sandbox!r}" if sandbox else named

    def target(self, kind: Kind, properties: Mapping[str, Any]) -> str:
        """Return the visible params for an error text; empty if one of them may be a secret without our knowing."""
        if self.secrets is None:
            return ""
        shown = ((name, self._shown(name, properties)) for name in kind.visible_params)
        return ", ".join(f"{name} {value!r}" for name, value in shown if value is not None)

    def _shown(self, name: str, properties: Mapping[str, Any]) -> Any:
        """Return an input for a text; None if the program made it secret, as far as the engine tells."""
        return None if name in (self.secrets or ()) else properties.get(name)
