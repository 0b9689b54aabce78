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

from .problems import ManifestError, Problem
from .resources import connections

__all__ = ["ManifestError", "Problem", "connections"]
