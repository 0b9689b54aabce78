"""The kinds of connection that are managed, as data: one module each, and `KINDS`, which lists them by name."""

from __future__ import annotations

from .kind import Kind
from .redshift import REDSHIFT

KINDS: dict[str, Kind] = {kind.name: kind for kind in (REDSHIFT,)}
DEFAULT = REDSHIFT
"""The kind that a manifest, a command or a look-up means where it names none."""
