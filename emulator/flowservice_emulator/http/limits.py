"""Limit what a request may hold, so that a mistake of a client is an error and not an emulator that stands still.

None of these numbers is documented for the real service.
"""

from __future__ import annotations

import resource

MOST_BODY_BYTES = 1_048_576
MOST_FILTERS = 50
MOST_VALUES = 500
MOST_ORDERS = 10
MOST_TOKEN = 16_384
_OPEN_FILES = 2_200


def allow_open_files() -> None:
    """Ask the system for more open files, and so connections: some allow 256; for a process of our own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _OPEN_FILES:
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
