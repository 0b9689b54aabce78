"""Connections as YAML: data engineers edit a file, the Pulumi program has three lines.

resources.py    creates the resources: connections("connections.yaml") for programs
reading.py      reads the file as a `Manifest`, or raises all of its problems at once
fields.py       the allowed keys, made from the kinds; schema.py prints them as a JSON Schema for editors
model.py        the `Manifest`: the values of each entry in each sandbox
consistency.py  checks the values as the resource does, and the entries against each other: sandboxes, names
document.py     parses a strict subset of YAML with line numbers
problems.py     a problem: file, line, field, remedy
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .problems import ManifestError, Problem

if TYPE_CHECKING:
    from .resources import connections

__all__ = ["ManifestError", "Problem", "connections"]


def __getattr__(name: str) -> object:
    # Imported when a program uses it: the commands read the file without Pulumi's SDK.
    if name == "connections":
        from .resources import connections

        return connections
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
