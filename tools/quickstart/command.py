"""What `make up` and `make down` have in common: the choice of the target, and an end that a user understands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from tools.postgres_server import DatabaseError
from tools.pulumi_cli import Unavailable
from tools.quickstart.target import ADOBE, LOCAL
from tools.quickstart.workspace import QuickstartError
from tools.unprivileged import AccountError


def run(*, locally: Callable[[], int], at_adobe: Callable[[], int]) -> int:
    """Return the exit code: what the command returned, 1 after a problem was told.

    An unknown word in TARGET is refused: whoever mistyped `adobe` would otherwise take the emulator for Adobe.
    """
    target = os.environ.get("TARGET") or LOCAL.name
    try:
        if target not in (LOCAL.name, ADOBE.name):
            raise QuickstartError(f"TARGET must be `{LOCAL.name}` (the default) or `{ADOBE.name}`.")
        return at_adobe() if target == ADOBE.name else locally()
    except (QuickstartError, DatabaseError, AccountError, Unavailable) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def say(line: str) -> None:
    """Print at once, because Pulumi writes to the same terminal."""
    print(line, flush=True)
