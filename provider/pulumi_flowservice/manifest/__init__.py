"""Connections as YAML: data engineers edit a file, the Pulumi program is three lines.

resources.py    connections("connections.yaml") for programs
reading.py      the file as a `Manifest`, or all of its problems at once
model.py        what may stand in the file; the JSON Schema for editors is made from it
agreement.py    what entries must agree on: sandboxes, names, what is still missing
document.py     YAML with line numbers, and nothing of YAML that a reviewer would overlook
problems.py     a problem: file, line, field, remedy
"""

from __future__ import annotations

from .problems import ManifestError, Problem
from .resources import connections

__all__ = ["ManifestError", "Problem", "connections"]
