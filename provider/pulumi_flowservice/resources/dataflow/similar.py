"""Hints at names that were perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def similar(wanted: str, known: Iterable[str]) -> str:
    """Return a hint with similar names; empty if there are none."""
    near = difflib.get_close_matches(wanted, dict.fromkeys(known), n=3, cutoff=0.5)
    return f" (similar: {', '.join(map(repr, near))})" if near else ""
