"""`make up`: from nothing to a connection and a dataflow, at the emulator or, with TARGET=adobe, at Adobe."""

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
from tools.quickstart.first_run import first_run
from tools.quickstart.orphans import stop_orphans
from tools.quickstart.stack import Stack
from tools.quickstart.target import LOCAL, Target
from tools.quickstart.workspace import CHECKOUT, QuickstartError, Workspace


def main() -> int:
    """Return 0 when the connection is there, 1 after saying what is in the way."""
    return command.run("up", locally=_up_locally, at_adobe=_up_at_adobe)


def _up_locally() -> int:
    """Start database and emulator, and bring the stack `dev` up against them."""
    workspace = Workspace(LOCAL.name)
    with workspace.only_one():
        if not workspace.passphrase.exists():
            stacks.forget(workspace, LOCAL.stack)
        workspace.prepare()
        emulator, database = Emulator(workspace.folder), LocalDatabase(workspace.database)
        if not stacks.exists(workspace, LOCAL.stack):
            # What an earlier stack left would look like somebody else's connections to this one.
            emulator.forget()
        # The state may know connections that the emulator lost with its data.
        refresh = not emulator.has_data
        say(f"Database: {_start(database)}")
        emulator.start()
        say(f"Emulator: {emulator.url}")
        return _bring_up(workspace, targets.local(emulator, database), emulator, refresh=refresh)


def _up_at_adobe() -> int:
    """Bring the stack `adobe` up; nothing is started on this machine."""
    target = targets.adobe(os.environ, with_warehouse=True)
    workspace = Workspace(target.name)
    with workspace.only_one():
        if stacks.holds_connections(workspace, target.stack) and not workspace.passphrase.exists():
            raise QuickstartError(
                f"{workspace.passphrase.relative_to(CHECKOUT)} is lost, and with it the key to the secrets in the "
                "state beside it. Put it back, or remove .work/adobe and take the connections over with `adopt`."
            )
        workspace.prepare()
        return _bring_up(workspace, target)


def _bring_up(workspace: Workspace, target: Target, emulator: Emulator | None = None, *, refresh: bool = False) -> int:
    cli = pulumi_cli.get(programs=pulumi_cli.FOR_PYTHON)
    stack = Stack(workspace, target, cli)
    stack.make()
    if stack.unlock():
        say(f"Stack {target.stack}: freed from a run that was killed")
        if emulator and not stack.holds_connections:
            # That run may have made a connection and not lived to record it, or be about to make it.
            stop_orphans()
            emulator.forget()
            emulator.start()
    stack.configure()
    env_file = workspace.write_env_file(cli)
    say(f"Stack {target.stack}: pulumi up")
    if stack.up(refresh=refresh and stack.holds_connections) != 0:
        say("\n`pulumi up` failed; the reason is above. `make up` tries again.")
        return 1
    outputs = stack.outputs()
    make = "make" if emulator else f"TARGET={target.name} make"
    say(f"\nRedshift connection {outputs['name']} has id {outputs['id']}.")
    if flow := outputs.get("dataflow"):
        due = f"its first run is at {outputs['firstRun']}"
        say(f"Dataflow {flow}: {first_run(emulator, flow) if emulator else due}.")
    say(NEXT.format(make=make, env=env_file.relative_to(CHECKOUT)))
    return 0


def _start(database: LocalDatabase) -> str:
    database.start()
    return f"PostgreSQL on {database.host}:{database.port}"


NEXT = """
Next:
  {make} up      again: no changes
  edit examples/quickstart/__main__.py, give the connection a description="...", and run {make} up: one update
  . {env} && pulumi preview      Pulumi's own commands, on this stack
  {make} down    removes the connection and stops what runs"""


if __name__ == "__main__":
    sys.exit(main())
