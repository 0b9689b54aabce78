"""Candidates for an adoption, compared with the file that they are written to and with what a stack manages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..lifecycle.properties import Properties
from ..lookups.adoptable import Candidate, renamed
from ..lookups.adoptable_dataflows import DataflowCandidate


@dataclass(frozen=True)
class Placed:
    """A connection compared with a file.

    Args:
        entry: The name of the entry that the file already has for it.
        would_send: The properties that the adoption would change at the server.
        resource: The name of the stack's resource that manages it already.
    """

    candidate: Candidate
    entry: str | None = None
    would_send: tuple[str, ...] = ()
    resource: str | None = None


@dataclass(frozen=True)
class PlacedDataflow:
    """A dataflow compared with a file; `entry` and `resource` are as for a connection."""

    candidate: DataflowCandidate
    entry: str | None = None
    resource: str | None = None


@dataclass(frozen=True)
class TakenDataflow:
    """A dataflow that is written to the file; `connection` is the name of its connection's entry there."""

    candidate: DataflowCandidate
    sandbox: str
    connection: str
    mapping: Properties


class Target(Protocol):
    """A file that entries are appended to, and that may not exist yet."""

    path: Path
    before: bytes | None
    """Its content as it was read."""

    @property
    def dataflow_names(self) -> Set[str]:
        """The names that a new dataflow must not have."""

    def place(self, candidates: Sequence[Candidate], sandbox: str, names: Set[str]) -> list[Placed]:
        """Return each connection, compared with the file; new entries get none of these names, which others have."""

    def owner_of(self, candidate: DataflowCandidate, sandbox: str) -> str | None:
        """Return the name of the entry that the file already has for a dataflow."""

    def with_entries(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return the content of the file with these entries. Raises: FlowServiceError, if it would not be valid."""

    def added(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return only the new part of the file."""

    def next_step(self, taken: Sequence[Placed], dataflows: int = 0) -> str:
        """Return what to do with the file, and what the next run of `pulumi` does."""


def why_not(entry: str | None, obstacles: Sequence[str], resource: str | None) -> str:
    """Return why a candidate is left out, whatever it is: an entry or a resource has it, or it cannot be adopted."""
    if entry:
        return f"the file has it already, as {entry!r}"
    if obstacles:
        return "; ".join(obstacles)
    return f"the stack manages it already, as {resource!r}" if resource else ""


def place_by_id(
    candidates: Sequence[Candidate], owner_of: Callable[[str], str | None], names: Set[str]
) -> list[Placed]:
    """Return each connection with what the file already calls its id, or else with a name that is none of these."""
    taken, placed = {*names}, []
    for candidate in candidates:
        owner = owner_of(candidate.id)
        placed.append(Placed(candidate if owner else renamed(candidate, taken), owner))
    return placed


def place_dataflows(
    candidates: Sequence[DataflowCandidate], sandbox: str, target: Target, managed: Mapping[str, str]
) -> list[PlacedDataflow]:
    """Return each dataflow, compared with the file and the stack's resources, which are by the ids of dataflows."""
    taken = {*target.dataflow_names, *managed.values()}
    placed = []
    for candidate in candidates:
        owner = target.owner_of(candidate, sandbox)
        fitting = candidate if owner else renamed(candidate, taken)
        placed.append(PlacedDataflow(fitting, owner, managed.get(candidate.id)))
    return placed
