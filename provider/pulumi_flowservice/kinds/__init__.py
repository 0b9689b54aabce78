"""The kinds of connection, as data: one module for each, and `KINDS`, which maps their names to them."""

from __future__ import annotations

from .kind import Kind
from .redshift import REDSHIFT

KINDS: dict[str, Kind] = {kind.name: kind for kind in (REDSHIFT,)}
DEFAULT = REDSHIFT
"""The kind that is used if a manifest, a command or a look-up names none."""
