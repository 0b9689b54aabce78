"""The same dataflows by a provider written as Pulumi's guide to dynamic providers shows it: four POSTs in a row.

It looks nothing up: ids, schema and columns are given to it. It validates nothing, and leaves what it made if a POST
fails.
"""

from __future__ import annotations

import time
from typing import Any

import pulumi
import requests
from pulumi.dynamic import ConfigureRequest, CreateResult, Resource, ResourceProvider

REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
VERSION = "application/vnd.adobe.xed-full+json;version=1"
COLUMNS = [
    {"name": "id", "type": "integer", "xdm": {"type": "integer"}},
    {"name": "email", "type": "string", "xdm": {"type": "string"}},
    {"name": "created_at", "type": "string", "xdm": {"type": "string", "format": "date-time"}},
]


class DataflowProvider(ResourceProvider):  # type: ignore[misc, unused-ignore]
    def configure(self, req: ConfigureRequest) -> None:
        settings = {key: req.config.require(f"flowservice:{key}") for key in ("endpoint", "clientId", "clientSecret")}
        form = {
            "grant_type": "client_credentials",
            "client_id": settings["clientId"],
            "client_secret": settings["clientSecret"],
            "scope": "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext",
        }
        answer = requests.post(f"{settings['endpoint']}/ims/token/v3", data=form, timeout=75)
        answer.raise_for_status()
        self.url = f"{settings['endpoint']}/data/foundation"
        self.headers = {
            "Authorization": f"Bearer {answer.json()['access_token']}",
            "x-api-key": settings["clientId"],
            "x-gw-ims-org-id": req.config.require("flowservice:imsOrg"),
            "x-sandbox-name": req.config.require("flowservice:sandbox"),
        }

    def create(self, props: dict[str, Any]) -> CreateResult:
        name = props["name"]
        source = self._post(
            "/flowservice/sourceConnections",
            {
                "name": f"{name} source",
                "baseConnectionId": props["connection"],
                "data": {"format": "tabular"},
                "params": {"tableName": "public.customers", "columns": COLUMNS},
                "connectionSpec": {"id": REDSHIFT, "version": "1.0"},
            },
        )
        target = self._post(
            "/flowservice/targetConnections",
            {
                "name": f"{name} target",
                "data": {"schema": {"id": props["schema"], "version": VERSION}},
                "params": {"dataSetId": props["dataset"]},
                "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
            },
        )
        rows = [("id", "_example.id"), ("email", "_example.email")]
        mapping = self._post(
            "/conversion/mappingSets",
            {
                "outputSchema": {"schemaRef": {"id": props["schema"], "contentType": VERSION}},
                "mappings": [{"sourceType": "ATTRIBUTE", "source": a, "destination": b} for a, b in rows],
            },
        )
        flow = self._post(
            "/flowservice/flows",
            {
                "name": name,
                "flowSpec": {"id": FLOW_SPEC, "version": "1.0"},
                "sourceConnectionIds": [source],
                "targetConnectionIds": [target],
                "transformations": [
                    {"name": "Copy", "params": {"deltaColumn": {"name": "created_at"}}},
                    {"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 0}},
                ],
                "scheduleParams": {
                    "startTime": int(time.time()) + 600,
                    "frequency": "day",
                    "interval": 1,
                    "backfill": True,
                },
            },
        )
        return CreateResult(flow, {**props, "source": source, "target": target, "mapping": mapping})

    def _post(self, path: str, body: dict[str, Any]) -> str:
        answer = requests.post(self.url + path, json=body, headers=self.headers, timeout=75)
        answer.raise_for_status()
        return str(answer.json()["id"])


class Dataflow(Resource):
    def __init__(self, resource_name: str, props: dict[str, Any]) -> None:
        made = {"source": None, "target": None, "mapping": None}
        super().__init__(DataflowProvider(), resource_name, {**props, **made})


config = pulumi.Config()
for number in range(config.require_int("count")):
    given = {name: config.require(name) for name in ("connection", "dataset", "schema")}
    Dataflow(f"customers-{number}", {"name": f"customers-{number}", **given})
