"""Who is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Contestant:
    """A program and its stack configuration."""

    name: str
    program: str
    configuration: Mapping[str, str] = field(default_factory=dict)
    calls_the_api: bool = True

    @property
    def text(self) -> str:
        """The program."""
        return (PROGRAMS / f"{self.program}.py").read_text()


FLOOR = Contestant("floor", "floor", calls_the_api=False)
OURS = Contestant("ours", "ours", {"flowservice:connectionTest": "off"})
OURS_TESTED = Contestant("ours, tested", "ours", {"flowservice:connectionTest": "fail"})
DOCUMENTATION = Contestant("documentation", "documentation")
ALL = (FLOOR, OURS, OURS_TESTED, DOCUMENTATION)
