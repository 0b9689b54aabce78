"""Decide which of the coming requests meet which fault."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from ..http.request_log import path_pattern
from ..json_values import Json
from .kinds import KINDS

_SCHEDULE = {"method", "path", "kind", "times", "skip", "share", "seed"}
_NUMBERS = {
    "times": (0, 10**9),
    "skip": (0, 10**9),
    "share": (0, 1),
    "seed": (0, 2**63),
    "status": (200, 599),
    "bytes": (0, 10**9),
    "depth": (0, 10**7),
    "seconds": (0, 86_400),
    "pause_seconds": (0, 86_400),
}
_FRACTIONS = {"share", "seconds", "pause_seconds"}


@dataclass
class Fault:
    """One fault, and which requests meet it."""

    method: str
    """`*` for any."""
    pattern: re.Pattern[str]
    kind: str
    details: Json
    times: int | None = 1
    """How many requests meet it; None for all to come."""
    skip: int = 0
    """How many matching requests pass before it begins."""
    share: float = 1
    """The part of the matching requests that meet it, chosen by `random`."""
    random: random.Random = field(default_factory=random.Random)

    def meets(self, method: str, path: str) -> bool:
        """Return whether this request meets the fault, and count it."""
        if self.method not in ("*", method) or not self.pattern.fullmatch(path) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.share < 1 and self.random.random() >= self.share:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The faults that later requests may meet, the oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, description: Json) -> None:
        """Add a fault.

        Raises:
            ValueError: the kind or one of its details is unknown.
        """
        kind = description.get("kind", "status")
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"unknown kind of fault {kind}; known are {', '.join(KINDS)}")
        defaults = KINDS[kind].defaults
        details = {key: value for key, value in description.items() if key not in _SCHEDULE}
        if unknown := sorted(details.keys() - defaults.keys()):
            raise ValueError(f"a fault of kind {kind} has no {', '.join(unknown)}; it has {', '.join(defaults)}")
        _check(description)
        self._waiting.append(
            Fault(
                method=str(description.get("method", "*")).upper(),
                pattern=path_pattern(str(description.get("path", "**"))),
                kind=kind,
                details={**defaults, **details},
                times=description.get("times", 1),
                skip=description.get("skip", 0),
                share=description.get("share", 1),
                random=random.Random(description.get("seed", 0)),  # noqa: S311  # Reproducible chance, not secrecy.
            )
        )

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, if any."""
        return next((fault for fault in self._waiting if fault.meets(method, path)), None)

    def clear(self) -> None:
        """Remove all faults."""
        self._waiting.clear()


def _check(description: Json) -> None:
    """Refuse values that would make a later request fail instead of meeting the fault."""
    for name, (least, most) in _NUMBERS.items():
        value = description.get(name, least)
        if value is None and name == "times":
            continue
        # Exactly: True would count as 1.
        fits = type(value) is int or (type(value) is float and name in _FRACTIONS)
        if not fits or not least <= value <= most:
            raise ValueError(f"{name} of a fault must be a number from {least} to {most}")
    for name in ("location", "body", "answer"):
        if not isinstance(description.get(name, ""), str):
            raise ValueError(f"{name} of a fault must be text")
