"""Who is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Contestant:
    """A program and its stack configuration; `parallel` is how many calls the engine makes at once, if it says so."""

    name: str
    program: str
    configuration: Mapping[str, str] = field(default_factory=dict)
    calls_the_api: bool = True
    is_native: bool = False
    parallel: int | None = None

    @property
    def text(self) -> str:
        """The program."""
        text = (PROGRAMS / f"{self.program}.py").read_text()
        return (
            text.replace("from pulumi_flowservice import", "from pulumi_flowservice.native import")
            if self.is_native
            else text
        )


FLOOR = Contestant("floor", "floor", calls_the_api=False)
OURS = Contestant("ours", "ours", {"flowservice:connectionTest": "off"})
OURS_TESTED = Contestant("ours, tested", "ours", {"flowservice:connectionTest": "fail"})
DOCUMENTATION = Contestant("documentation", "documentation")
NATIVE = {
    parallel: Contestant(f"native -p {parallel}", "ours", OURS.configuration, is_native=True, parallel=parallel)
    for parallel in (4, 16, 64)
}
NATIVE_TESTED = {
    parallel: Contestant(
        f"native -p {parallel}, tested", "ours", OURS_TESTED.configuration, is_native=True, parallel=parallel
    )
    for parallel in (4, 16, 64)
}
ALL = (FLOOR, OURS, OURS_TESTED, DOCUMENTATION, *NATIVE.values(), *NATIVE_TESTED.values())

DATAFLOWS_DOCUMENTATION = Contestant("dataflows, documentation", "dataflows_documentation")
DATAFLOWS_OURS = Contestant("dataflows, ours", "dataflows")
DATAFLOWS_NATIVE = Contestant("dataflows, native -p 64", "dataflows", is_native=True, parallel=64)
