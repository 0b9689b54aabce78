"""One side of a comparison: its connections and dataflows, and what is known of them. Without secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from ..lifecycle.names import without_digits
from ..lifecycle.properties import Properties


class Source(IntEnum):
    """Where a side comes from. The higher the number, the more it has that no program gave."""

    FILE = 0
    STACK = 1
    SANDBOX = 2


@dataclass(frozen=True)
class Entry:
    """A connection or a dataflow.

    Args:
        properties: Without secrets; what is not known is left out.
        name_in_the_ui: Without the digits of default names.
        id: Its id at the server; empty if that is not known.
        former_names: What the manifest says that it was called before.
    """

    properties: Properties
    name_in_the_ui: str
    id: str = ""
    former_names: Sequence[str] = ()


Entries = Mapping[str, Entry]
"""Entries by their names in the program or manifest; those of a sandbox by their names in the UI."""


@dataclass(frozen=True)
class Side:
    """What one side has, and which fields of connections it knows; no dataflows if they cannot be listed."""

    source: Source
    knows: frozenset[str]
    connections: Entries
    dataflows: Entries | None


def in_the_ui(properties: Properties, name: str) -> str:
    """Return the name in the UI of what has this name in its program, without the digits of default names."""
    return without_digits(str(properties.get("name", name)))
