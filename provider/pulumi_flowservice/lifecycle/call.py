"""What all calls of a run share, and what the engine tells about one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..api.clock import SYSTEM_CLOCK, Clock
from ..settings import Settings
from .registry import Registry


@dataclass(frozen=True)
class Run:
    """What the calls of one configured provider share: its settings, its clock, and what it knows of each object.

    `warn` shows a warning that is about no resource.
    """

    settings: Settings
    clock: Clock = SYSTEM_CLOCK
    warn: Callable[[str], None] = lambda message: None
    registry: Registry = field(default_factory=Registry, compare=False)
    # Counts the looks at settings that cannot be used: only the first one warns, whichever thread it is in.
    looks: Iterator[int] = field(default_factory=count, compare=False, repr=False)


@dataclass(frozen=True)
class Call:
    """What the engine tells about one of its calls.

    Args:
        warn: Shows a warning to the user.
        owner: What the registry knows the resource by; empty if the engine does not tell which resource it is.
        secrets: The names of the inputs that the program made secret; None if the engine does not tell.
        seconds: The time limit; None means `flowservice:operationTimeout`.
    """

    warn: Callable[[str], None]
    owner: str = ""
    secrets: frozenset[str] | None = None
    seconds: float | None = None

    @property
    def records_failures(self) -> bool:
        """Whether the engine keeps what a failed call left. The one that tells what is secret does so, too."""
        return self.secrets is not None

    def shown(self, name: str, properties: Mapping[str, Any]) -> Any:
        """Return an input for a text; None if the program made it secret, as far as the engine tells."""
        return None if name in (self.secrets or ()) else properties.get(name)

    def subject(self, noun: str, properties: Mapping[str, Any], object_id: str = "") -> str:
        """Return how every text names an object, without what the program made secret. The engine shows each id."""
        name, sandbox, adopted = (self.shown(key, properties) for key in ("name", "sandbox", "adopt"))
        id_ = object_id or adopted
        named = f"{noun} {name or id_!r}" if name or id_ else f"the {noun}"
        named = f"{noun} {name!r} ({id_})" if name and id_ else named
        return f"{named} in sandbox {sandbox!r}" if sandbox else named
