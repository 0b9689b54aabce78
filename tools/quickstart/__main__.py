"""`python -m tools.quickstart up` and `… down` are `make up` and `make down`."""

from __future__ import annotations

import importlib
import sys


def main(name: str) -> int:
    """Return the exit code of the command, 130 after Ctrl-C."""
    try:
        # In here, because a Ctrl-C in the middle of the imports shows no traceback either.
        return int(importlib.import_module(f"tools.{name}").main())
    except KeyboardInterrupt:
        # What was started goes on; the next run finds it.
        print(f"\nInterrupted. `make {name}` goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
