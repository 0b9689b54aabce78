"""What must hold whenever a stack has settled: one state for each connection, and nothing of anybody else's changed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.soak.dataflows import Dataflow
from campaigns.soak.others import Foreign
from campaigns.soak.program import Connection, Program
from tools.quickstart.stack import resources

# Every secret begins with the first; the second begins every access token, the third ends every client's secret.
SECRETS = ("canary", "eyJjbGllbnQi", "soak-1-secret", "soak-2-secret")
_FORMS = [form for each in SECRETS for form in (each, base64.b64encode(each.encode()).decode()[: len(each)])]


class Finding(AssertionError):
    """A promise that did not hold; the text says which, and of what."""


@dataclass(frozen=True)
class Recorded:
    """A connection in the state of a stack."""

    urn: str
    id: str
    is_deleted: bool

    @property
    def key(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]


def recorded(state: Path, kind: str = "Connection") -> list[Recorded]:
    """Return the connections of a state, or the dataflows."""
    return [
        Recorded(resource["urn"], resource["id"], bool(resource.get("delete")))
        for resource in resources(state)
        if resource["type"].endswith(kind) and resource.get("id")
    ]


def converged(program: Program, state: list[Recorded], server: dict[str, Any], foreign: Foreign, password: str) -> None:
    """Compare program, state and server. Raises: Finding."""
    live = {each.key: each.id for each in state if not each.is_deleted}
    wanted = {each.key for each in program.connections}
    if set(live) != wanted or len(state) != len(wanted):
        raise Finding(f"the program has {sorted(wanted)}, the state {[(each.key, each.is_deleted) for each in state]}")
    if len(set(live.values())) != len(live):
        raise Finding(f"two resources have one connection: {live}")
    for each in program.connections:
        stored = server.get(live[each.key])
        if stored is None:
            raise Finding(f"{each.name} ({live[each.key]}) is in the state and not at the server")
        _same(each, _values(each, program, password, foreign.descriptions.get(stored["id"])), stored)


def dataflows_converged(wanted: list[Dataflow], state: list[Recorded], server: dict[str, Any]) -> None:
    """Compare the dataflows of program, state and server. Raises: Finding."""
    live = {each.key: each.id for each in state}
    if set(live) != {each.key for each in wanted} or len(live) != len(state):
        raise Finding(f"the program has {[each.key for each in wanted]}, the state {sorted(live)} and more")
    for each in wanted:
        flow = server.get(live[each.key])
        if flow is None or each.differs(flow):
            raise Finding(f"{each.name} ({live[each.key]}) differs at the server: {flow and each.differs(flow)}")


def parts_named(parts: dict[str, str], state: Path, transcript: str) -> None:
    """Look for parts of dataflows that neither a state has nor anybody was told of. Raises: Finding."""
    known = state.read_text() + transcript
    if unnamed := [f"{name} ({id_})" for id_, name in parts.items() if id_ not in known and f"'{name}'" not in known]:
        raise Finding(f"nobody was told about {', '.join(unnamed)}")


def untouched(server: dict[str, Any], foreign: Foreign) -> None:
    """Compare the connections of others with what they were. Raises: Finding."""
    for connection_id, before in foreign.connections.items():
        if server.get(connection_id) != before:
            raise Finding(f"a connection of somebody else was changed or deleted: {before['name']} ({connection_id})")


def leftovers(
    is_of: Callable[[str], bool], client: str, state: list[Recorded], server: dict[str, Any], transcript: str
) -> list[dict[str, Any]]:
    """Return the connections that no state has. Raises: Finding, if no command has named one of them to the user."""
    owned = {each.id for each in state}
    left = [
        each
        for each in server.values()
        if each["createdClient"] == client and is_of(each["name"]) and each["id"] not in owned
    ]
    for each in left:
        by_name = any(
            f"'{each['name']}'" in line and ("FS3001" in line or "FS4006" in line) for line in transcript.splitlines()
        )
        if each["id"] not in transcript and not by_name:
            raise Finding(f"nobody was told about {each['name']} ({each['id']}), which no state has")
    return left


def no_secret(folder: Path, output: str) -> None:
    """Look through all that a stack's commands have written. Raises: Finding."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 50_000_000]
    for place, text in [("the output", output), *((str(path), path.read_text(errors="replace")) for path in files)]:
        for form in _FORMS:
            if form in text:
                where = text.index(form)
                raise Finding(f"a secret is in {place}: …{text[max(0, where - 60) : where]}[here]")


def _values(each: Connection, program: Program, password: str, foreign_description: str | None) -> dict[str, Any]:
    params = {
        "server": each.server,
        "port": str(program.database_port),
        "database": "dev",
        "username": program.role,
        "password": password,
        **({"schema": each.schema} if each.schema is not None else {}),
    }
    description = each.description if each.description is not None else foreign_description
    return {"name": each.name, "description": description, "sandboxName": each.sandbox, "params": params}


def _same(each: Connection, expected: dict[str, Any], stored: dict[str, Any]) -> None:
    found = {**stored, "params": stored["auth"]["params"]}
    differences = [name for name in ("name", "description", "sandboxName") if found.get(name) != expected[name]]
    differences += [
        name
        for name in {*expected["params"], *found["params"]}
        if found["params"].get(name) != expected["params"].get(name)
    ]
    if differences:
        raise Finding(f"{each.name} differs from the program at the server: {', '.join(sorted(differences))}")
