"""Dataflows made by plain HTTP, as somebody else makes them in the UI."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from flowservice_emulator.control_client import EmulatorControl

from tests.contract.dataflows import COLUMNS, DATA_LAKE, DATABASE_FLOW_SPEC
from tests.contract.datasets import CONTENT_TYPE
from tests.support.connections import REDSHIFT

FIELDS = {"_example.id": "integer", "_example.email": "string", "_example.changed": "date-time"}
_MAPPING_SETS = "/data/foundation/conversion/mappingSets"
_MAPPINGS = [{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_example.id"}]


def make_flow(
    emulator: EmulatorControl,
    connection_id: str,
    name: str = "Customers",
    *,
    table: str = "public.customers",
    dataset: dict[str, str] | None = None,
    sandbox: str = "dev",
    spec: str = REDSHIFT,
    mode: str = "",
    **changes: Any,
) -> str:
    """Create a flow of a table with all that it needs, and return its id; it begins in an hour.

    `changes` go over the flow's body; `mode="draft"` makes a draft. The database is asked for the table, unless the
    emulator's setting `table_check` says otherwise.
    """
    into = dataset or emulator.make_dataset(f"{name} dataset", FIELDS, sandbox=sandbox)

    def made(path: str, body: dict[str, Any]) -> str:
        answer = emulator.request("POST", path, body, sandbox=sandbox, user="analyst@example.com")
        assert answer.status in (200, 201), answer.json
        return str(answer.json["id"])

    source = {"baseConnectionId": connection_id, "data": {"format": "tabular"}}
    params = {"tableName": table, "columns": COLUMNS}
    schema = {"id": into["schemaId"], "version": CONTENT_TYPE}
    mapping = {"schemaRef": {"id": into["schemaId"], "contentType": CONTENT_TYPE}}
    source_id = made(
        "/sourceConnections",
        {"name": f"{name} source", **source, "params": params, "connectionSpec": {"id": spec, "version": "1.0"}},
    )
    target_id = made(
        "/targetConnections",
        {
            "name": f"{name} target",
            "data": {"schema": schema},
            "params": {"dataSetId": into["id"]},
            "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
        },
    )
    mapping_id = made(_MAPPING_SETS, {"name": f"{name} mapping", "outputSchema": mapping, "mappings": _MAPPINGS})
    standard = {
        "name": name,
        "flowSpec": {"id": DATABASE_FLOW_SPEC, "version": "1.0"},
        "sourceConnectionIds": [source_id],
        "targetConnectionIds": [target_id],
        "transformations": [
            {"name": "Copy", "params": {"deltaColumn": {"name": "created_at"}}},
            {"name": "Mapping", "params": {"mappingId": mapping_id, "mappingVersion": 0}},
        ],
        "scheduleParams": {"startTime": now(emulator) + 3_600, "frequency": "hour", "interval": 1, "backfill": True},
    }
    return made(f"/flows?mode={mode}" if mode else "/flows", {**standard, **changes})


def now(emulator: EmulatorControl) -> int:
    """The time of the server, in seconds since the epoch."""
    date = emulator.request("GET", "/connections?limit=1").headers["date"]
    return int(parsedate_to_datetime(date).timestamp())
