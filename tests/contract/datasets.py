"""The dataset that cases read, and let dataflows write into."""

from __future__ import annotations

from flowservice_emulator.control_client import EmulatorControl

FIELDS = {
    "_example.orderId": "string",
    "_example.total": "number",
    "_example.changed": "date-time",
}


def orders(emulator: EmulatorControl, name: str = "Orders of the shop", sandbox: str = "dev") -> str:
    """Make a dataset of orders, whose id is required, and return its id."""
    return emulator.make_dataset(name, FIELDS, required=["_example.orderId"], sandbox=sandbox)["id"]
