"""Connections and dataflows as YAML: data engineers edit a file, the Pulumi program has three lines.

strict_yaml.py           a file becomes values with line numbers; a subset of YAML
keys.py                  the keys that a manifest may have, and schema.py their JSON Schema
dataflow_keys.py         those of a dataflow
reader.py                the values become a manifest, or problems.py
consistency.py           what the entries must not be beside each other
dataflow_consistency.py  what only dataflows have to do with connections
content.py               the manifest: each entry in each sandbox
program.py               the manifest becomes resources of a Pulumi program
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .problems import ManifestError, Problem

if TYPE_CHECKING:
    from .program import connections

__all__ = ["ManifestError", "Problem", "connections"]


def __getattr__(name: str) -> object:
    # Imported when a program uses it: the commands read the file without Pulumi's SDK.
    if name == "connections":
        from .program import connections

        return connections
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
