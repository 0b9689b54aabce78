"""What an engine tells about one of its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..kinds.kind import Kind


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

    def target(self, kind: Kind, properties: Mapping[str, Any]) -> str:
        """Return the visible params for an error text; empty if one of them may be a secret without our knowing."""
        if self.secrets is None:
            return ""
        names = [name for name in kind.visible_params if name not in self.secrets and properties.get(name) is not None]
        return ", ".join(f"{name} {properties[name]!r}" for name in names)

    def hides(self, name: str) -> bool:
        """Return whether the program made this input secret, as far as the engine tells."""
        return name in (self.secrets or ())
