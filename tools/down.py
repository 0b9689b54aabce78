"""`make down`: destroy what `make up` made and stop what it started."""

from __future__ import annotations

import os
import sys

from tools import pulumi_cli
from tools.local_database import LocalDatabase
from tools.postgres_server import DatabaseError
from tools.quickstart import stack as stacks
from tools.quickstart import target as targets
from tools.quickstart.emulator import Emulator
from tools.quickstart.stack import Stack
from tools.quickstart.target import ADOBE, LOCAL, Target
from tools.quickstart.workspace import QuickstartError, Workspace


def main() -> int:
    """Return 0 when nothing is left, 1 after saying what is."""
    try:
        if os.environ.get("TARGET") == ADOBE.name:
            return _down_at_adobe()
        return _down_locally()
    except (QuickstartError, DatabaseError, pulumi_cli.Unavailable) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. `make down` goes on from here.", file=sys.stderr)
        return 130


def _down_locally() -> int:
    """Destroy the stack at the emulator, stop emulator and database, and remove their data."""
    workspace = Workspace(LOCAL.name)
    with workspace.only_one():
        emulator, database = Emulator(workspace.folder), LocalDatabase(workspace.database)
        destroyed = True
        if stacks.holds_connections(workspace, LOCAL.stack) and workspace.passphrase.exists():
            # Deleting goes through the API, and the API may have been killed; the warehouse is not needed for it.
            workspace.prepare()
            database.start()
            emulator.start()
            destroyed = _destroy(workspace, targets.local(emulator, database))
        emulator.stop()
        if not destroyed:
            database.stop()
            print("\n`pulumi destroy` failed; the reason is above. The state is kept; `make down` tries again.")
            return 1
        database.remove()
        stacks.forget(workspace, LOCAL.stack)
        workspace.remove()
    print("Nothing is left: stack dev, emulator and database are gone.")
    return 0


def _down_at_adobe() -> int:
    """Destroy the stack at Adobe."""
    workspace = Workspace(ADOBE.name)
    with workspace.only_one():
        if stacks.holds_connections(workspace, ADOBE.stack):
            target = targets.adobe(os.environ, with_warehouse=False)
            if not _destroy(workspace, target):
                print("\n`pulumi destroy` failed; the reason is above. `TARGET=adobe make down` tries again.")
                return 1
        stacks.forget(workspace, ADOBE.stack)
        workspace.remove()
    print("Nothing is left: stack adobe is gone.")
    return 0


def _destroy(workspace: Workspace, target: Target) -> bool:
    stack = Stack(workspace, target, pulumi_cli.get())
    stack.unlock()
    if target.settings:
        stack.configure()
    return stack.destroy() == 0


if __name__ == "__main__":
    sys.exit(main())
