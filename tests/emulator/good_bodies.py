"""What a well-meaning client sends to each path: the fuzz begins with it."""

from __future__ import annotations

from typing import Any

from tests.contract.api import CATALOG, MAPPING_SETS, REDSHIFT, SCHEMAS
from tests.contract.dataflows import DATA_LAKE, DATABASE_FLOW_SPEC
from tests.contract.datasets import CONTENT_TYPE
from tests.emulator.program import body

LISTS = (
    "/connections",
    "/sourceConnections",
    "/flows",
    "/targetConnections",
    "/runs",
    "/connectionSpecs",
    "/flowSpecs",
    MAPPING_SETS,
    CATALOG,
    SCHEMAS,
)
FLOW_SERVICE = LISTS[:7]
MARKS = {
    b"A-CONNECTION": "/connections",
    b"A-SOURCE": "/sourceConnections",
    b"A-TARGET": "/targetConnections",
    b"A-FLOW": "/flows",
    b"A-MAPPING": MAPPING_SETS,
    b"A-DATASET": CATALOG,
    b"A-SCHEMA": SCHEMAS,
}
"""What stands for an id in a body, and the path of its kind."""
SPEC = {"id": REDSHIFT, "version": "1.0"}
SOURCE = {
    "name": "s",
    "baseConnectionId": "A-CONNECTION",
    "data": {"format": "tabular"},
    "params": {"tableName": "t"},
    "connectionSpec": SPEC,
}
TARGET = {
    "name": "t",
    "data": {"schema": {"id": "A-SCHEMA", "version": CONTENT_TYPE}},
    "params": {"dataSetId": "A-DATASET"},
    "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
}
COPY = {"name": "Copy", "params": {"deltaColumn": {"name": "created_at"}}}
MAPPING = {"name": "Mapping", "params": {"mappingId": "A-MAPPING", "mappingVersion": 0}}
SCHEDULE = {"startTime": "4102444800", "frequency": "hour", "interval": 1, "backfill": "true"}
FLOW = {
    "name": "f",
    "flowSpec": {"id": DATABASE_FLOW_SPEC, "version": "1.0"},
    "sourceConnectionIds": ["A-SOURCE"],
    "targetConnectionIds": ["A-TARGET"],
    "transformations": [COPY, MAPPING],
    "scheduleParams": SCHEDULE,
    "options": {"partialIngestionPercent": "10", "errorDiagnosticsEnabled": True},
}
ONCE = {**FLOW, "transformations": [MAPPING], "scheduleParams": {"startTime": 4102444800, "frequency": "once"}}
RUN = {
    "flowId": "A-FLOW",
    "params": {
        "startTime": 1,
        "windowStartTime": "1651584991",
        "windowEndTime": 1651584992000,
        "deltaColumn": {"name": "created_at", "dateFormat": "YYYY-MM-DD", "timezone": "UTC"},
    },
}
SET = {
    "name": "m",
    "outputSchema": {"schemaRef": {"id": "A-SCHEMA", "contentType": CONTENT_TYPE}},
    "mappings": [{"sourceType": "EXPRESSION", "source": "upper(a)", "destination": "_example.orderId"}],
}
OLD_SET = {
    "xdmSchema": "A-SCHEMA",
    "xdmVersion": "1.0",
    "mappings": [{"sourceAttribute": "a", "destinationXdmPath": "_example.orderId", "identity": False}],
}
FLOW_PATCHES: list[Any] = [
    [{"op": "replace", "path": "/name", "value": "n"}, {"op": "add", "path": "/labels", "value": ["x"]}],
    [{"op": "replace", "path": "/scheduleParams", "value": SCHEDULE}],
    [{"op": "replace", "path": "/scheduleParams/interval", "value": 2}],
    [{"op": "replace", "path": "/transformations/1", "value": MAPPING}],
    [{"op": "add", "path": "/transformations", "value": [COPY, MAPPING]}],
    [{"op": "add", "path": "/options", "value": {"partialIngestionPercent": 5}}],
    [{"op": "add", "path": "/policy", "value": {"enforcementRefs": []}}],
]
PART_PATCHES: list[Any] = [
    [{"op": "replace", "path": "/name", "value": "n"}, {"op": "add", "path": "/params/filters", "value": {}}],
    [{"op": "replace", "path": "/params", "value": {"tableName": "t"}}],
]
DATASET = {"name": "d", "fields": {"_example.a": "string"}, "required": ["_example.a"], "sandbox": "dev"}
FLOW_CHANGE = {"by": "x", "changes": {"name": "n", "scheduleParams": SCHEDULE, "mapping": OLD_SET, "options": {}}}
SEARCH = {"queryString": "name==x&id==y", "limit": 5, "orderby": "-name", "count": False}
PATCHES: list[Any] = [
    [{"op": "replace", "path": "/name", "value": "n"}, {"op": "add", "path": "/auth/params/schema", "value": "s"}],
    [{"op": "add", "path": "/auth/params", "value": body()["auth"]["params"]}],
    [{"op": "add", "path": "/description", "value": "d"}, {"op": "remove", "path": "/description"}],
]
GOOD_BODIES: dict[tuple[str, str], list[Any]] = {
    ("POST", "/connections"): [{**body(), "description": "d", "providerId": "p"}],
    ("POST", "/sourceConnections"): [SOURCE],
    ("POST", "/targetConnections"): [TARGET],
    ("POST", "/flows"): [FLOW, ONCE],
    ("POST", "/runs"): [RUN],
    ("PATCH", "/flows/{id}"): FLOW_PATCHES,
    ("PATCH", "/sourceConnections/{id}"): PART_PATCHES,
    ("PATCH", "/targetConnections/{id}"): PART_PATCHES,
    ("POST", MAPPING_SETS): [SET, OLD_SET],
    ("POST", f"{MAPPING_SETS}/validate"): [SET, OLD_SET],
    ("PUT", f"{MAPPING_SETS}/{{id}}"): [SET, OLD_SET],
    ("POST", "/connections/search"): [SEARCH],
    ("PATCH", "/connections/{id}"): PATCHES,
    ("PATCH", "/connections/{id}/"): PATCHES,
    ("PATCH", "/emulator/connections/{id}"): [{"by": "x", "changes": {"name": "n", "params": {"password": "p"}}}],
    ("POST", "/emulator/tokens"): [{"client": "other", "user": "u"}],
    ("POST", "/emulator/datasets"): [DATASET],
    ("PATCH", "/emulator/flows/{id}"): [FLOW_CHANGE],
}
