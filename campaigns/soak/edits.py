"""What a user edits in a program."""

from __future__ import annotations

import random

from campaigns.soak import dataflows
from campaigns.soak.program import CLASSES, SANDBOXES, TESTED, Connection, Program


def edit(program: Program, what: str, chance: random.Random) -> None:
    """Make an edit of `steps.EDITS`; what needs more than the program (rotate, taint) is left to the life."""
    if what in ("add", "add several") or not program.connections:
        for _ in range(chance.choice((3, 8)) if what == "add several" else 1):
            _add(program, chance)
        return
    one, other = chance.choice(program.connections), chance.choice(program.connections)
    if what == "remove":
        program.connections.remove(one)
    elif what == "describe":
        one.description = chance.choice((None, "Orders", 'Größe: "7" [{"op": "remove"}]', "x" * 200))
    elif what == "server":
        one.server = "localhost" if one.server == "127.0.0.1" else "127.0.0.1"
    elif what == "schema" and one.kind == "redshift":
        one.schema = chance.choice((None, "public", "marketing"))
    elif what == "name":
        one.name = f"{program.prefix}renamed {program.next_number()}"
    elif what == "swap names":
        one.name, other.name = other.name, one.name
    elif what == "alias":
        one.alias, one.key = one.key, f"moved-{program.next_number()}"
    elif what == "key":
        one.key = f"new-{program.next_number()}"
    elif what == "wrong password" and one.kind in TESTED:
        one.is_wrong = True
        one.credentials_version += 1
    elif what == "version":
        one.credentials_version += 1
    elif what == "dataflow" and one.kind in TESTED and not one.is_wrong:
        _edit_dataflow(program, one, chance)
    elif what == "provider":
        program.is_native = not program.is_native


def _edit_dataflow(program: Program, one: Connection, chance: random.Random) -> None:
    if one.dataflow is None:
        number = program.next_number()
        one.dataflow = dataflows.Dataflow(f"f-{number}", f"{program.prefix}flow {number}")
    elif chance.random() < 0.2:
        one.dataflow = None
    else:
        dataflows.edit(one.dataflow, chance)


def _add(program: Program, chance: random.Random) -> None:
    number, kind = program.next_number(), chance.choice(list(CLASSES))
    program.connections.append(
        Connection(
            key=f"c-{number}",
            kind=kind,
            name=f"{program.prefix}{number}",
            sandbox=chance.choice(SANDBOXES),
            description=chance.choice((None, "Orders")),
            is_wrong=kind in TESTED and chance.random() < 0.15,
        )
    )
    added = program.connections[-1]
    if kind in TESTED and not added.is_wrong and chance.random() < 0.5:
        _edit_dataflow(program, added, chance)
