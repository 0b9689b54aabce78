"""What is in the quickstart's emulator besides what `make up` made."""

from __future__ import annotations

from collections.abc import Collection

from flowservice_emulator.control_client import EmulatorControl

from tools.quickstart.emulator import Emulator


def strangers(emulator: Emulator, own: Collection[str]) -> list[str]:
    """Return a line for each connection and dataflow whose id is not one of our `own`; start the emulator for it.

    Raises:
        QuickstartError: the emulator did not come up.
    """
    if not emulator.has_data:
        return []
    emulator.start()
    control = EmulatorControl(emulator.url)
    kinds = (("connection", control.connections()), ("dataflow", control.flows()))
    return [
        f"{kind} {each['name']!r} ({each['id']})" for kind, found in kinds for each in found if each["id"] not in own
    ]
