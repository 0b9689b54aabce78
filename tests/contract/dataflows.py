"""What a dataflow is made of: a table of a base connection, a dataset, a mapping set and a flow."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from tests.contract.api import MAPPING_SETS, REDSHIFT, Answer, FlowServiceApi, NotTriedError, is_gone
from tests.contract.datasets import CONTENT_TYPE, mapping_set

DATABASE_FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
SPEC = {"id": REDSHIFT, "version": "1.0"}
COLUMNS = [
    {"name": "id", "type": "integer", "xdm": {"type": "integer"}},
    {"name": "email", "type": "string", "xdm": {"type": "string"}},
    {
        "name": "created_at",
        "type": "string",
        "meta:xdmType": "date-time",
        "xdm": {"type": "string", "format": "date-time"},
    },
]
UNDONE: Any = object()
"""In the place of a value: the field is left out."""


def without_undone(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body without the fields that are left out."""
    return {key: value for key, value in body.items() if value is not UNDONE}


@dataclass
class Dataflows:
    """Makes dataflows of one base connection; each body takes changes of its fields."""

    api: FlowServiceApi
    connection_id: str
    table: str = "public.customers"
    columns: list[dict[str, Any]] = field(default_factory=lambda: list(COLUMNS))

    @property
    def delta_column(self) -> str:
        """A column that tells what is new.

        Raises:
            NotTriedError: the table has no time.
        """
        times = [each["name"] for each in self.columns if each.get("meta:xdmType") == "date-time"]
        if not times:
            raise NotTriedError(f"{self.table} has no column with a time")
        return str(times[0])

    def now(self) -> int:
        """Return the time of the service, in seconds since the epoch."""
        date = self.api.send("GET", "/connections?limit=1").headers["date"]
        return int(parsedate_to_datetime(date).timestamp())

    def source_body(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a source connection."""
        standard = {
            "name": f"{self.api.prefix} source",
            "baseConnectionId": self.connection_id,
            "data": {"format": "tabular"},
            "params": {"tableName": self.table, "columns": self.columns},
            "connectionSpec": SPEC,
        }
        return without_undone({**standard, **changes})

    def source(self, **changes: Any) -> str:
        """Create a source connection and return its id."""
        return self.api.made("/sourceConnections", self.source_body(**changes))

    def target_body(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a target connection."""
        standard = {
            "name": f"{self.api.prefix} target",
            "data": {"schema": {"id": self.api.schema(), "version": CONTENT_TYPE}},
            "params": {"dataSetId": self.api.dataset_id},
            "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
        }
        return without_undone({**standard, **changes})

    def target(self, **changes: Any) -> str:
        """Create a target connection and return its id."""
        return self.api.made("/targetConnections", self.target_body(**changes))

    def mapping(self, *mappings: dict[str, Any]) -> str:
        """Create a mapping set, of the first column where it says nothing else, and return its id."""
        rows = mappings or ({"source": self.columns[0]["name"]},)
        return self.api.made(MAPPING_SETS, mapping_set(self.api, *rows))

    def schedule(self, **changes: Any) -> dict[str, Any]:
        """Return a schedule that begins in an hour."""
        standard = {"startTime": self.now() + 3_600, "frequency": "hour", "interval": 1, "backfill": True}
        return without_undone({**standard, **changes})

    def soon(self) -> int:
        """Return a time to start that is not far away."""
        return self.now() + 2

    def once(self, **changes: Any) -> dict[str, Any]:
        """Return what differs in the body of a flow that runs once."""
        schedule = self.schedule(frequency="once", interval=UNDONE, backfill=UNDONE, **changes)
        return {"scheduleParams": schedule, "transformations": [self.mapping_transformation(self.mapping())]}

    def mapping_transformation(self, mapping_id: str, version: Any = 0) -> dict[str, Any]:
        """Return the transformation that names a mapping set."""
        return {"name": "Mapping", "params": {"mappingId": mapping_id, "mappingVersion": version}}

    def copy(self) -> dict[str, Any]:
        """Return the transformation that names the delta column."""
        return {"name": "Copy", "params": {"deltaColumn": {"name": self.delta_column}}}

    def flow_body(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a flow; what it names and is not given is created."""
        standard: dict[str, Any] = {
            "name": f"{self.api.prefix} flow",
            "flowSpec": {"id": DATABASE_FLOW_SPEC, "version": "1.0"},
        }
        if "sourceConnectionIds" not in changes:
            standard["sourceConnectionIds"] = [self.source()]
        if "targetConnectionIds" not in changes:
            standard["targetConnectionIds"] = [self.target()]
        if "transformations" not in changes:
            standard["transformations"] = [self.copy(), self.mapping_transformation(self.mapping())]
        if "scheduleParams" not in changes:
            standard["scheduleParams"] = self.schedule()
        return without_undone({**standard, **changes})

    def flow(self, **changes: Any) -> str:
        """Create a flow and return its id."""
        return self.api.made("/flows", self.flow_body(**changes))

    def post(self, **changes: Any) -> Answer:
        """Try to create a flow."""
        return self.api.send("POST", "/flows", self.flow_body(**changes))

    def get(self, flow_id: str) -> dict[str, Any]:
        """Return a flow."""
        return self.api.send("GET", f"/flows/{flow_id}").item

    def patch(self, flow_id: str, *operations: dict[str, Any]) -> Answer:
        """Change a flow, with the etag that it has."""
        return self.api.send("PATCH", f"/flows/{flow_id}", list(operations), if_match=self.settled(flow_id)["etag"])

    def act(self, flow_id: str, query: str) -> Answer:
        """Send an action."""
        return self.api.send("POST", f"/flows/{flow_id}/action?{query}", content_type=None)

    def delete(self, flow_id: str) -> None:
        """Delete a flow and wait until it is gone.

        Raises:
            NotTriedError: that takes too long.
        """
        self.api.send("DELETE", f"/flows/{flow_id}", content_type=None)
        for _ in range(150):
            if is_gone(self.api.send("GET", f"/flows/{flow_id}")):
                return
            self.api.pause()
        raise NotTriedError("a deleted flow stays")

    def ran(self, flow_id: str) -> dict[str, Any]:
        """Wait until a flow has run, and return the latest of its runs.

        Raises:
            NotTriedError: that takes too long.
        """
        for _ in range(150):
            found = self.api.list("/runs", f"flowId=={flow_id}").json["items"]
            if found and "completedAtUTC" in found[0]["metrics"]["durationSummary"]:
                self.api.own(found[0]["id"])
                return dict(found[0])
            self.api.pause()
        raise NotTriedError("a flow does not run")

    def settled(self, flow_id: str) -> dict[str, Any]:
        """Return a flow when it is no longer in transition.

        Raises:
            NotTriedError: that takes too long.
        """
        for _ in range(150):
            found = self.get(flow_id)
            if not found["state"].endswith("ing"):
                return found
            self.api.pause()
        raise NotTriedError("a flow stays in transition")


def of_database(api: FlowServiceApi, login: dict[str, Any]) -> Dataflows:
    """Return what makes dataflows of a real table, the first one that has a column with a time.

    Raises:
        NotTriedError: there is none.
    """
    connection_id, _ = api.create(**login)
    path = f"/connections/{connection_id}/explore?objectType="
    for table in api.send("GET", f"{path}root").json:
        columns = api.send("GET", f"{path}table&object={table['path']}").json["schema"]["columns"]
        if any(each.get("meta:xdmType") == "date-time" for each in columns):
            return Dataflows(api, connection_id, table["path"], columns)
    raise NotTriedError("the database has no table with a time")
