"""The dataset that cases read, and let dataflows write into."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.control_client import EmulatorControl

from tests.contract.api import FlowServiceApi

CONTENT_TYPE = "application/vnd.adobe.xed-full+json;version=1"
FIELDS = {
    "_example.orderId": "string",
    "_example.total": "number",
    "_example.changed": "date-time",
}


def orders(emulator: EmulatorControl, name: str = "Orders of the shop", sandbox: str = "dev") -> dict[str, str]:
    """Make a dataset of orders, whose id is required; return `{"id", "schemaId"}`."""
    return emulator.make_dataset(name, FIELDS, required=["_example.orderId"], sandbox=sandbox)


def mapping_set(api: FlowServiceApi, *mappings: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a mapping set; a mapping is an attribute for the order's id where it says nothing else."""
    standard = {"sourceType": "ATTRIBUTE", "source": "order_id", "destination": "_example.orderId"}
    return {
        "name": f"{api.prefix} set",
        "outputSchema": {"schemaRef": {"id": api.schema(), "contentType": CONTENT_TYPE}},
        "mappings": [{**standard, **each} for each in mappings or ({},)],
    }
