"""Check what only dataflows have: the connection that each names, and a schedule that says the same twice."""

from __future__ import annotations

from collections.abc import Iterator

from .content import Manifest, Values
from .dataflow_keys import written_twice
from .problems import similar_or_all
from .strict_yaml import Document, Place


def note_connections(manifest: Manifest, document: Document) -> None:
    """Report each dataflow whose connection is no entry of the file."""
    known = tuple(manifest.connections)
    remedy_if_none = "the file has no connections: add it under `connections`"
    for name in manifest.dataflows:
        for place, values in _parts(manifest, name):
            connection = values.get("connection")
            if connection is not None and connection not in manifest.connections:
                remedy = similar_or_all(str(connection), known) if known else remedy_if_none
                document.add((*place, "connection"), "is no entry of `connections`", remedy)


def note_schedules(manifest: Manifest, document: Document) -> None:
    """Report each schedule that says the same in two ways."""
    for name in manifest.dataflows:
        for place, values in _parts(manifest, name):
            for short, long in written_twice(values.get("schedule")):
                document.add((*place, "schedule", short), f"says the same as `{long}`", "keep one of the two")


def _parts(manifest: Manifest, name: str) -> Iterator[tuple[Place, Values]]:
    """Yield the values of an entry, and those of each override, with their places."""
    entry = manifest.dataflows[name]
    yield ("dataflows", name), entry
    for sandbox, values in entry.get("overrides", {}).items():
        yield ("dataflows", name, "overrides", sandbox), values
