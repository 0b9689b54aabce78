"""All types of resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from .connection.kind import Kind
from .connection.kinds import KINDS
from .dataflow.dataflow import DATAFLOW, Dataflow

Declared: TypeAlias = Kind | Dataflow
TYPES: Mapping[str, Declared] = {**{kind.resource: kind for kind in KINDS.values()}, DATAFLOW.resource: DATAFLOW}
"""The types by the names of their classes."""
