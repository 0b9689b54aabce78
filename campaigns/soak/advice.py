"""What docs/reference/errors.md tells a user to do about each code, done to a stack: nothing else ends its trouble."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from campaigns.soak.dataflows import Dataflow
from campaigns.soak.program import Connection, Program
from tests.support.connections import ID


@dataclass(frozen=True)
class Told:
    """A code that a command printed, with the name and the ids in its text, of a connection or a dataflow."""

    code: str
    name: str
    ids: tuple[str, ...]
    text: str


class Patient(Protocol):
    """A stack that advice is given to."""

    program: Program
    # The names of the resources that were tainted since the last green `up`.
    tainted: set[str]
    # The ids of connections of this stack for which FS3002 was told since then.
    ids_told: set[str]

    def ids_in_state(self) -> set[str]:
        """Return the ids of the connections that the state has."""

    def untaint(self) -> None:
        """Run `pulumi state untaint` for what was tainted."""

    def refresh(self) -> None:
        """Run `pulumi refresh`."""

    def delete_in_ui(self, connection_id: str) -> None:
        """Delete a connection that this stack's client made and that nothing uses."""

    def delete_flows(self, connection_id: str) -> None:
        """Delete the dataflows that use a connection."""


# Run the command again.
AGAIN = {"FS2001", "FS2002", "FS2003", "FS2004", "FS2007", "FS2009", "FS3001", "FS3004", "FS3010", "FS3012"}
REFRESH = {"FS2005", "FS2006", "FS3005"}
CORRECT = {"FS3006", "FS3007", "FS3008", "FS3009", "FS3013", "FS4002"}
NEW_VERSION = {"FS4004", "FS4005"}
# They say what to look for, which `checks.leftovers` does, or need no action.
NOTHING = {"FS4001", "FS4006", "FS4007", "FS4008", "FS4009", "FS4011", "FS4012", "FS4014", "FS4018", "FS4019"}
# A program and settings that are right, and commands that this campaign does not use: nobody should see them.
UNEXPECTED = {"FS1", "FS2008", "FS4010", "FS4013", "FS4015", "FS4016", "FS4017", "FS4020", "FS5", "FS9"}


def told(output: str) -> list[Told]:
    """Return the codes of an output, each text once."""
    found: dict[str, Told] = {}
    for line in output.splitlines():
        if match := re.search(r"(FS\d{4}): (.*)", line):
            name = re.search(r"(?:connection|dataflow) '([^']+)'", match[2])
            found[match[0]] = Told(match[1], name[1] if name else "", tuple(re.findall(ID, match[2])), match[2])
    return list(found.values())


def is_unexpected(code: str) -> bool:
    """Return whether nobody should see this code."""
    return any(code.startswith(start) for start in UNEXPECTED)


def follow(patient: Patient, each: Told) -> str:
    """Do what the documentation says about a code; return the options of the next `up`."""
    named = patient.program.named(each.name)
    flows: list[Dataflow] = [flow for flow in patient.program.dataflows if flow.name == each.name]
    if each.code in REFRESH:
        patient.refresh()
    elif each.code in CORRECT:
        _correct(patient, each, named)
    elif each.code in NEW_VERSION:
        for connection in named:
            connection.credentials_version += 1
    elif each.code == "FS3002" and flows:
        flows[0].adopt = each.ids[0]
    elif each.code == "FS3002":
        _take_over(patient, each, named)
    elif each.code == "FS3003":
        keep, *others = each.ids
        for connection in named:
            connection.adopt = keep
        for other in others:
            patient.delete_in_ui(other)
    elif each.code == "FS3011":
        for connection_id in each.ids:
            patient.delete_flows(connection_id)
    elif each.code == "FS4003":
        return "--refresh"
    elif each.code not in AGAIN:
        raise KeyError(each.code)
    return ""


def _correct(patient: Patient, each: Told, named: list[Connection]) -> None:
    for connection in named:
        connection.is_wrong = False
        if each.code == "FS3007" and each.ids and each.ids[0] not in patient.ids_in_state():
            connection.adopt = each.ids[0]


def _take_over(patient: Patient, each: Told, named: list[Connection]) -> None:
    """Three possible reasons: it is replaced on purpose, another resource has it, or an interrupted run left it.

    If another one has it and `up` once more does not help, the resource was renamed without an alias: take it over.
    """
    if any(connection.key in patient.tainted for connection in named):
        patient.untaint()
    elif set(each.ids) & (patient.ids_in_state() - patient.ids_told):
        patient.ids_told.update(each.ids)
    else:
        for connection in named:
            connection.adopt = each.ids[0]
