"""One stack: takes steps, does what the documentation says until it has settled, and checks what must hold."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from campaigns.soak import checks, dataflows, trouble
from campaigns.soak.advice import NOTHING, Told, follow, is_unexpected, told
from campaigns.soak.checks import Finding
from campaigns.soak.edits import edit
from campaigns.soak.others import Foreign, act
from campaigns.soak.program import PASSWORD, SANDBOXES, WRONG, Program
from campaigns.soak.steps import Step
from campaigns.soak.world import CLIENTS, World
from tests.support.pulumi_stack import Stack
from tools.pulumi_cli import Cli

# A stack that follows the advice is green after this many commands.
MOST_COMMANDS = 12
PROVIDER_ENDS_SECONDS = 15.0


class Life:
    """A stack with its program, its database user and its connections; `number` sets it apart from the others."""

    # The engine ends within this time.
    limit_seconds = 170.0

    def __init__(
        self, world: World, cli: Cli, folder: Path, number: int, environment: Mapping[str, str] | None = None
    ) -> None:
        self.world, self.number = world, number
        self.client, self._password = CLIENTS[number % len(CLIENTS)], f"canary-{number}-1"
        self.program = Program(f"life {number} ", world.database.port, f"life_{number}", is_native=number % 2 == 1)
        world.create_user(self.program.role, self._password)
        self.tainted: set[str] = set()
        self.ids_told: set[str] = set()
        self.transcript = ""
        self.foreign = Foreign()
        self.commands: list[str] = []
        variables = {
            **world.api.environment,
            "FLOWSERVICE_CLIENT_ID": self.client,
            "FLOWSERVICE_CLIENT_SECRET": f"{self.client}-secret",
            "FLOWSERVICE_REQUEST_TIMEOUT": "4",
            "FLOWSERVICE_OPERATION_TIMEOUT": "40",
            PASSWORD: self._password,
            WRONG: "canary-wrong",
            **(environment or {}),
        }
        self._stack = Stack(cli, folder, variables, native=True)

    def take(self, step: Step) -> None:
        """Take one step, settle and check. Raises: Finding."""
        chance = random.Random(step.number)
        self.commands = []
        edit(self.program, step.edit, chance)
        if step.edit == "rotate":
            self.rotate(chance)
        elif step.edit == "taint":
            self._taint(chance)
        owned = [each.id for each in checks.recorded(self._stack.state_file) if not each.is_deleted]
        if step.others in dataflows.OTHERS:
            flows = [each.id for each in checks.recorded(self._stack.state_file, "Dataflow")]
            acted = dataflows.act(self.world.api, flows, step.others, chance)
        else:
            acted = act(self.world.api, owned, step.others, self.foreign, chance)
        if acted:
            self.world.count(f"others: {step.others}")
        output = self.run(step.command.split(), step.trouble, chance)
        if chance.random() < 0.7:
            self.world.api.clear_faults()
        # Trouble seldom comes alone.
        again = step.trouble if chance.random() < 0.4 else "none"
        self._settle(output, again, chance)

    def check(self) -> None:
        """Check what must hold now that the stack has settled. Raises: Finding."""
        state = checks.recorded(self._stack.state_file)
        server = self._server()
        prefix = self.program.prefix
        for each in checks.leftovers(lambda name: name.startswith(prefix), self.client, state, server, self.transcript):
            # The user was told; nobody else made it, so it goes.
            self.world.count("leftover that was named")
            self.delete_in_ui(each["id"])
        checks.converged(self.program, state, server, self.foreign, self._password)
        self._check_dataflows()
        checks.untouched(server, self.foreign)
        self._forget_overwritten(state)
        checks.no_secret(self._stack.folder, self.transcript)

    def _check_dataflows(self) -> None:
        """Every flow and each of its parts is in the state, or was named; the flows are as the program says."""
        api, prefix = self.world.api, f"{self.program.prefix}flow "
        state = checks.recorded(self._stack.state_file, "Dataflow")
        server = {each["id"]: each for each in api.flows()}
        for each in checks.leftovers(lambda name: name.startswith(prefix), self.client, state, server, self.transcript):
            self.world.count("dataflow that was named")
            api.delete_flow(each["id"])
        checks.dataflows_converged(self.program.dataflows, state, server)
        parts = dataflows.parts(api, SANDBOXES, prefix)
        checks.parts_named(parts, self._stack.state_file, self.transcript)

    def _forget_overwritten(self, state: list[checks.Recorded]) -> None:
        """Forget descriptions of others where the program has one now: it removes its own when it no longer has it."""
        described = {each.key for each in self.program.connections if each.description is not None}
        for each in state:
            if each.key in described:
                self.foreign.descriptions.pop(each.id, None)

    def end(self) -> None:
        """Destroy the stack; nothing is left of it. Raises: Finding."""
        self.program.connections = []
        self._settle(self.run(["up"]))

    # What a user does beside editing the program.

    def rotate(self, chance: random.Random) -> None:
        """Set another password in the database and in the program."""
        self._password = f"canary-{self.number}-{chance.randrange(10**6)}"
        self.world.database.set_password(self.program.role, self._password)
        self._stack.environment[PASSWORD] = self._password

    def _taint(self, chance: random.Random) -> None:
        if owned := [each for each in checks.recorded(self._stack.state_file) if not each.is_deleted]:
            one = chance.choice(owned)
            self.run(["state", "taint", one.urn, "--yes"])
            self.tainted.add(one.key)

    # What a user does about trouble.

    def _settle(self, output: str, kind: str = "none", chance: random.Random | None = None) -> None:
        """Follow the advice until a refresh and an `up` change nothing; the first `up` meets trouble of a kind.

        Raises: Finding.
        """
        advice, is_green = self.advised(output), False
        for _ in range(MOST_COMMANDS):
            arguments = ["up", *dict.fromkeys([*advice, *(["--refresh", "--expect-no-changes"] if is_green else [])])]
            output = self.run([each for each in arguments if each], kind, chance)
            if self.exit_code and not told(output) and kind == "none" and not is_green:
                raise Finding(f"`pulumi {' '.join(arguments)}` failed without a code")
            kind = "none"
            advice = self.advised(output)
            if is_green and not self.exit_code and not advice:
                break
            is_green = not self.exit_code or (is_green and "no changes were expected" in output)
            if is_green:
                self.tainted.clear()
            self.world.api.clear_faults()
        else:
            raise Finding(f"not green after {MOST_COMMANDS} commands")
        self.check()
        self.ids_told.clear()
        for each in self.program.connections:
            each.adopt = each.alias = None
        for flow in self.program.dataflows:
            flow.adopt = None

    def advised(self, output: str) -> list[str]:
        """Do what the documentation says about each code; return an option for the next `up`, or nothing, for each."""
        return [follow(self, each) for each in self._known(output) if each.code not in NOTHING]

    def _known(self, output: str) -> list[Told]:
        # Ctrl-C while a program still imports Pulumi ends it with Python's own traceback.
        is_crash = "Traceback" in output and "KeyboardInterrupt" not in output
        if is_crash or "panic:" in output:
            raise Finding("a command printed a traceback")
        found = told(output)
        for each in found:
            self.world.count(f"code: {each.code}")
            if is_unexpected(each.code):
                raise Finding(f"nobody should see {each.code}: {each.text}")
            if "no connection was left behind" in each.text:
                state = checks.recorded(self._stack.state_file)
                checks.leftovers(each.name.__eq__, self.client, state, self._server(), self.transcript)
        return found

    def _server(self) -> dict[str, Any]:
        """Return all connections at the server, by id."""
        return {each["id"]: each for each in self.world.api.connections()}

    def ids_in_state(self) -> set[str]:
        """Return the ids of the connections and flows that the state has."""
        return {
            each.id for kind in ("Connection", "Dataflow") for each in checks.recorded(self._stack.state_file, kind)
        }

    def untaint(self) -> None:
        """Run `pulumi state untaint` for what was tainted."""
        for each in checks.recorded(self._stack.state_file):
            if each.key in self.tainted:
                self.run(["state", "untaint", each.urn, "--yes"])
        self.tainted.clear()

    def refresh(self) -> None:
        """Run `pulumi refresh`."""
        self.run(["refresh"])

    def delete_in_ui(self, connection_id: str) -> None:
        """Delete a connection, or a flow, that this stack's client made and that nothing uses."""
        if any(each["id"] == connection_id for each in self.world.api.flows()):
            self.world.api.delete_flow(connection_id)
        else:
            self.world.api.delete_connection(connection_id)

    def delete_flows(self, connection_id: str) -> None:
        """Delete the dataflows that use a connection, with their source connections."""
        api = self.world.api
        for sandbox in SANDBOXES:
            for flow in api.request("GET", "/flows", sandbox=sandbox).json["items"]:
                used = [each["baseConnection"]["id"] for each in flow["inheritedAttributes"]["sourceConnections"]]
                if connection_id in used:
                    api.request("DELETE", f"/flows/{flow['id']}", sandbox=sandbox)

    # Commands.

    def run(self, arguments: list[str], kind: str = "none", chance: random.Random | None = None) -> str:
        """Run a command, under trouble of a kind, and return what it printed."""
        chance = chance or random.Random(0)
        self._stack.write(self.program.text())
        if trouble.lay(self.world, kind, chance):
            self.world.count(f"fault: {kind}")
        words = {
            "up": ["--yes", "--skip-preview"],
            "refresh": ["--yes", "--skip-preview"],
            "destroy": ["--yes", "--skip-preview"],
        }
        called = f"pulumi {' '.join(arguments)}"
        self.commands.append(called + (f" ({kind})" if kind != "none" else ""))
        self.world.count(f"command: {arguments[0]}")
        process = self._stack.start(*arguments, *words.get(arguments[0], []))
        try:
            output = trouble.disturb(self.world, kind, process, chance, self.limit_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            self.transcript += process.communicate()[0]
            raise Finding(f"`{called}` did not end in time") from None
        self.exit_code = process.returncode
        self.transcript += output
        if kind != "none":
            self._wait_for_the_provider(process.pid)
            if process.returncode:
                self._stack.run("cancel", "--yes")
        return output

    def _wait_for_the_provider(self, session: int) -> None:
        """Wait until the provider of a command has ended, and end what else is left. Raises: Finding, if it stays."""
        until = time.monotonic() + PROVIDER_ENDS_SECONDS
        while any(trouble.has_sent_requests(each) for each in trouble.of_session(session)):
            if time.monotonic() > until:
                raise Finding("a provider outlives its engine")
            time.sleep(0.2)
        for each in trouble.of_session(session):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
