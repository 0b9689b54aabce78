"""`make up`: from nothing to a connection and a dataflow, at the emulator or, with TARGET=adobe, at Adobe."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flowservice_emulator.control_client import EmulatorControl

from tools import pulumi_cli
from tools.quickstart import command, database
from tools.quickstart import stack as stacks
from tools.quickstart import target as targets
from tools.quickstart.command import say
from tools.quickstart.emulator import PORT as EMULATOR_PORT
from tools.quickstart.emulator import Emulator
from tools.quickstart.first_run import first_run
from tools.quickstart.orphans import stop_orphans
from tools.quickstart.stack import Stack
from tools.quickstart.target import LOCAL, Target
from tools.quickstart.workspace import CHECKOUT, QuickstartError, Workspace


def main() -> int:
    """Return 0 when the connection is there, 1 after saying what is in the way."""
    return command.run(locally=_up_locally, at_adobe=_up_at_adobe)


def _up_locally() -> int:
    """Start database and emulator, and bring the stack `dev` up against them."""
    workspace = Workspace(LOCAL.name)
    with workspace.only_one():
        if not workspace.passphrase.exists():
            stacks.forget(workspace, LOCAL.stack)
        workspace.prepare()
        emulator, warehouse = Emulator(workspace.folder), database.database(workspace.database)
        if not stacks.exists(workspace, LOCAL.stack):
            # What an earlier stack left would look like somebody else's connections to this one.
            emulator.forget()
        # The state may know connections that the emulator lost with its data.
        refresh = not emulator.has_data
        database.start(warehouse)
        say(f"Database: PostgreSQL on {warehouse.host}:{warehouse.port}{_instead(warehouse.port, database.PORT)}")
        emulator.start()
        say(f"Emulator: {emulator.url}{_instead(emulator.port, EMULATOR_PORT)}")
        database.write_psql(warehouse, workspace.folder / "bin")
        workspace.variables = {**EmulatorControl(emulator.url).environment, **database.variables(warehouse)}
        return _bring_up(workspace, targets.local(emulator, warehouse), emulator, refresh=refresh)


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
    say(f"Stack {target.stack}: pulumi up\n")
    if stack.up(refresh=refresh and stack.holds_connections) != 0:
        say("\n`pulumi up` did not complete; the reason is above. `make up` tries again.")
        return 1
    _tell(stack.outputs(), emulator)
    make = "make" if emulator else f"TARGET={target.name} make"
    tools = "pulumi and psql" if emulator else "pulumi"
    say(NEXT.format(make=make, env=env_file.relative_to(CHECKOUT), tools=tools))
    return 0


def _tell(outputs: Mapping[str, str], emulator: Emulator | None) -> None:
    """Say what there is now, in lines of 80 columns."""
    say(f"\nConnection {outputs['name']} has id {outputs['id']}.")
    if flow := outputs.get("dataflow"):
        say(f"Its dataflow has id {flow}.")
        say(first_run(emulator, flow) if emulator else f"Its first run is at {outputs['firstRun']}.")


def _instead(port: int, usual: int) -> str:
    return "" if port == usual else f" (another program has port {usual})"


NEXT = """
Next:
  `{make} up` again: nothing changes
  add description="Mine" to the connection in examples/quickstart/__main__.py,
    and `{make} up` again: one update
  `. {env}`: then {tools} work on this stack
  `{make} down` removes all of this"""
