"""`make down`: destroy what `make up` made and stop what it started."""

from __future__ import annotations

import os
import sys

from tools import pulumi_cli
from tools.local_database import LocalDatabase
from tools.quickstart import command
from tools.quickstart import stack as stacks
from tools.quickstart import target as targets
from tools.quickstart.command import say
from tools.quickstart.emulator import Emulator
from tools.quickstart.orphans import stop_orphans
from tools.quickstart.stack import Stack
from tools.quickstart.target import ADOBE, LOCAL, Target
from tools.quickstart.workspace import Workspace


def main() -> int:
    """Return 0 when nothing is left, 1 after saying what is."""
    return command.run("down", locally=_down_locally, at_adobe=_down_at_adobe)


def _down_locally() -> int:
    """Destroy the stack at the emulator, stop emulator and database, and remove their data."""
    workspace = Workspace(LOCAL.name)
    with workspace.only_one():
        if _holds_other_stacks(workspace, LOCAL):
            return 1
        emulator, database = Emulator(workspace.folder), LocalDatabase(workspace.database)
        destroyed = True
        can_destroy = stacks.holds_connections(workspace, LOCAL.stack) and workspace.passphrase.exists()
        if can_destroy and not os.environ.get("FORCE"):
            # Deleting goes through the API, and the API may have been killed; the warehouse is not needed for it.
            workspace.prepare()
            database.start()
            emulator.start()
            destroyed = _destroy(workspace, targets.local(emulator, database))
        stop_orphans()
        emulator.stop()
        if not destroyed:
            database.stop()
            say(FAILED)
            return 1
        database.remove()
        _clear(workspace, LOCAL)
    say("Nothing is left: stack dev, emulator and database are gone.")
    return 0


FAILED = """
`pulumi destroy` failed; the reason is above. The state is kept; `make down` tries again.
If a dataflow that you made still uses the connection: `make down FORCE=1` removes it too, with all that the emulator
and the database hold."""


def _down_at_adobe() -> int:
    """Destroy the stack at Adobe."""
    workspace = Workspace(ADOBE.name)
    with workspace.only_one():
        if _holds_other_stacks(workspace, ADOBE):
            return 1
        if stacks.holds_connections(workspace, ADOBE.stack):
            target = targets.adobe(os.environ, with_warehouse=False)
            if not _destroy(workspace, target):
                say("\n`pulumi destroy` failed; the reason is above. `TARGET=adobe make down` tries again.")
                return 1
        _clear(workspace, ADOBE)
    say("Nothing is left: stack adobe is gone.")
    return 0


def _holds_other_stacks(workspace: Workspace, target: Target) -> bool:
    """Tell of stacks that somebody made by hand with the same state, which would be lost, unless FORCE is set."""
    others = stacks.others(workspace, target.stack)
    if not others or os.environ.get("FORCE"):
        return False
    say(OTHERS.format(stacks=", ".join(others)))
    return True


OTHERS = """
Nothing was removed: these stacks are not of `make up`, and their state would be lost: {stacks}.
Destroy them first, or remove them with their state: `make down FORCE=1`."""


def _clear(workspace: Workspace, target: Target) -> None:
    """Remove what we keep about a target; where we keep nothing, there is nothing of ours."""
    if workspace.folder.exists():
        stacks.forget(workspace, target.stack)
    workspace.remove()


def _destroy(workspace: Workspace, target: Target) -> bool:
    stack = Stack(workspace, target, pulumi_cli.get(programs=pulumi_cli.FOR_PYTHON))
    stack.unlock()
    if target.settings:
        stack.configure()
    return stack.destroy() == 0


if __name__ == "__main__":
    sys.exit(main())
