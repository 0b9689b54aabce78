"""Connections as YAML: data engineers edit a file, the Pulumi program is three lines.

resources.py    connections("connections.yaml") for programs
reading.py      the file as a `Manifest`, or all of its problems at once
fields.py       the keys that the file may have, made from the kinds; schema.py prints them for editors
model.py        what the file says, entry by entry and sandbox by sandbox
agreement.py    what the resource's own check says of it, and what entries must agree on: sandboxes, names
document.py     YAML with line numbers, and nothing of YAML that a reviewer would overlook
problems.py     a problem: file, line, field, remedy
"""

from __future__ import annotations

from .problems import ManifestError, Problem
from .resources import connections

__all__ = ["ManifestError", "Problem", "connections"]
