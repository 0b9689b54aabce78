"""Connections as YAML: data engineers edit a file, the Pulumi program has three lines."""

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
