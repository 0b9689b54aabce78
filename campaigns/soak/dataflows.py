"""The dataflows of a stack: what a program declares, what others do to them, and what must hold."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flowservice_emulator.control_client import EmulatorControl

DATASET = "Soak"
FIELDS = {"_example.id": "string", "_example.email": "string"}
OTHERS = ("pause flow", "reschedule flow", "delete flow")
_SETS = "/data/foundation/conversion/mappingSets?limit=100&start=0"
_TABLES = {"public.customers": "created_at", "public.orders": "day"}


@dataclass
class Dataflow:
    """A dataflow of a connection; None leaves an input out."""

    key: str
    name: str
    table: str = "public.customers"
    interval: int = 1
    is_paused: bool = False
    is_short: bool = False
    adopt: str | None = None

    def text(self, connection: str, sandbox: str) -> str:
        """Return the statement of the program; `connection` is the name of a variable."""
        mapping = {"_example.id": "id"}
        if self.table == "public.customers" and not self.is_short:
            mapping["_example.email"] = "email"
        inputs: dict[str, Any] = {
            "name": self.name,
            "sandbox": sandbox,
            "table": self.table,
            "dataset": DATASET,
            "mapping": mapping,
            "delta_column": _TABLES[self.table],
            "schedule": {"frequency": "day", "interval": self.interval},
            "enabled": not self.is_paused,
            "adopt": self.adopt,
        }
        given = "".join(f", {name}={value!r}" for name, value in inputs.items() if value is not None)
        return f"Dataflow({self.key!r}, connection={connection}.id{given})\n"

    def differs(self, flow: dict[str, Any]) -> list[str]:
        """Return what differs from the program at the server."""
        shown = (flow["name"], int(flow["scheduleParams"]["interval"]), flow["state"])
        wanted = (self.name, self.interval, "disabled" if self.is_paused else "enabled")
        return [what for what, one, two in zip(("name", "schedule", "state"), shown, wanted, strict=True) if one != two]


def edit(dataflow: Dataflow, chance: random.Random) -> None:
    """Change one thing that the program says of a dataflow; another table replaces it."""
    what = chance.choice(("interval", "pause", "mapping", "mapping", "table"))
    if what == "interval":
        dataflow.interval = dataflow.interval % 3 + 1
    elif what == "pause":
        dataflow.is_paused = not dataflow.is_paused
    elif what == "mapping":
        dataflow.is_short = not dataflow.is_short
    else:
        dataflow.table = "public.orders" if dataflow.table == "public.customers" else "public.customers"


def act(api: EmulatorControl, ids: Iterable[str], what: str, chance: random.Random) -> bool:
    """Do one thing of `OTHERS` to one of these flows, as somebody does in the UI; return whether it could be done."""
    there = sorted({each["id"] for each in api.flows()} & {*ids})
    if not there:
        return False
    one = chance.choice(there)
    if what == "delete flow":
        api.delete_flow(one)
    else:
        api.change_flow(one, **({"state": "disabled"} if what == "pause flow" else {"scheduleParams": {"interval": 9}}))
    return True


def parts(api: EmulatorControl, sandboxes: Iterable[str], prefix: str) -> dict[str, str]:
    """Return the names of all source connections, target connections and mapping sets of dataflows, by id."""
    found: dict[str, str] = {}
    for sandbox in sandboxes:
        for path, items in (("/sourceConnections", "items"), ("/targetConnections", "items"), (_SETS, "data")):
            listed = api.request("GET", path, sandbox=sandbox).json[items]
            found |= {each["id"]: each["name"] for each in listed if each["name"].startswith(prefix)}
    return found
