"""What others do to the connections of a stack, in the user interface and by the API."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from flowservice_emulator.control_client import EmulatorControl

ANN, STRANGER = "ann@example.com", "emulator"


@dataclass
class Foreign:
    """What others have made or changed, by id: it has to stay as it is."""

    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)


def act(api: EmulatorControl, ids: list[str], what: str, foreign: Foreign, chance: random.Random) -> bool:
    """Do one thing of `steps.OTHERS` to one of these connections; return whether it could be done."""
    stored = {each["id"]: each for each in api.connections() if each["id"] in ids}
    if what == "none" or not stored:
        return False
    one = chance.choice(sorted(stored))
    if what == "describe":
        api.change_connection(one, by=ANN, description="by Ann")
        foreign.descriptions[one] = "by Ann"
    elif what == "server":
        api.change_connection(one, by=ANN, params={"server": "ann.example.com"})
    elif what == "password":
        api.change_connection(one, by=ANN, params={"password": "canary-ann"})
    elif what == "delete":
        api.delete_connection(one)
    elif what == "twin":
        body = {name: stored[one][name] for name in ("name", "auth", "connectionSpec")}
        sandbox = stored[one]["sandboxName"]
        made = api.request("POST", "/connections", body, client=STRANGER, sandbox=sandbox).json["id"]
        foreign.connections[made] = next(each for each in api.connections() if each["id"] == made)
    elif what == "flow":
        api.use_connection(one)
    return True
