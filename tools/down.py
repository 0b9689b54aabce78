"""`make down`: destroy what `make up` made and stop what it started."""

from __future__ import annotations

import contextlib
import os
import sys

from tools import pulumi_cli
from tools.local_database import LocalDatabase
from tools.quickstart import command, database
from tools.quickstart import stack as stacks
from tools.quickstart import target as targets
from tools.quickstart.command import say
from tools.quickstart.emulator import Emulator
from tools.quickstart.orphans import stop_orphans
from tools.quickstart.stack import Stack
from tools.quickstart.strangers import strangers
from tools.quickstart.target import ADOBE, LOCAL, Target
from tools.quickstart.workspace import Workspace


def main() -> int:
    """Return 0 when nothing is left, 1 after saying what is."""
    return command.run(locally=_down_locally, at_adobe=_down_at_adobe)


def _down_locally() -> int:
    """Destroy the stack at the emulator, stop emulator and database, and remove their data."""
    workspace = Workspace(LOCAL.name)
    with workspace.only_one():
        if _holds_other_stacks(workspace, LOCAL):
            return 1
        emulator, warehouse = Emulator(workspace.folder), database.database(workspace.database)
        force = bool(os.environ.get("FORCE"))
        if not force and (others := strangers(emulator, stacks.ids(workspace, LOCAL.stack))):
            if not _may_erase(others):
                return 1
            force = True
        is_destroyed = force or _destroy_locally(workspace, emulator, warehouse)
        stop_orphans()
        emulator.stop()
        if not is_destroyed:
            warehouse.stop()
            say(FAILED)
            return 1
        warehouse.remove()
        _clear(workspace, LOCAL)
    say("Nothing is left: stack dev, emulator and database are gone.")
    return 0


def _destroy_locally(workspace: Workspace, emulator: Emulator, warehouse: LocalDatabase) -> bool:
    """Destroy the stack, if it has anything and can be read; return whether nothing of it is left."""
    if not stacks.holds_connections(workspace, LOCAL.stack) or not workspace.passphrase.exists():
        return True
    # Deleting goes through the API, and the API may have been killed.
    workspace.prepare()
    database.start(warehouse)
    emulator.start()
    return _destroy(workspace, targets.local(emulator, warehouse))


def _may_erase(others: list[str]) -> bool:
    """Name what else the emulator has, and ask at a terminal whether that may go."""
    say("The emulator also has what `make up` did not make:")
    for line in others:
        say(f"  {line}")
    if sys.stdin.isatty() and sys.stdout.isatty():
        with contextlib.suppress(EOFError):
            if input("Erase that, too? [y/N] ").strip().lower() in ("y", "yes"):
                return True
    say("Nothing was removed. Erase that, too: `make down FORCE=1`.")
    return False


FAILED = """
`pulumi destroy` did not complete; the reason is above. The state is kept; `make down` tries again.
`make down FORCE=1` removes all that emulator and database have, without asking them."""


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
