"""A table of orders in the real database, and the dataflows that read it."""

from __future__ import annotations

import uuid
from types import TracebackType
from typing import Any

from flowservice_emulator.control_client import EmulatorControl
from psycopg import sql

from tests.contract.api import FlowServiceApi
from tests.contract.dataflows import UNDONE, Dataflows
from tests.contract.datasets import orders
from tests.contract.logins import login_of
from tests.emulator.program import program
from tools.local_database import LocalDatabase

HOUR = 3_600
MAPPINGS = (
    {"source": "order_id"},
    {"source": "total", "destination": "_example.total"},
    {"source": "changed", "destination": "_example.changed"},
)


class Shop:
    """A table of orders in the real database, and what makes dataflows of it."""

    def __init__(self, emulator: EmulatorControl, database: LocalDatabase) -> None:
        # Tests move the clock by days, with one token.
        emulator.settings(token_lifetime_seconds=100_000_000)
        self.emulator = emulator
        self.database = database
        self.name = f"orders_{uuid.uuid4().hex[:8]}"
        self.table = sql.Identifier("public", self.name)
        columns = "(order_id text, total numeric, changed timestamp)"
        database.execute(sql.SQL("CREATE TABLE {} " + columns).format(self.table))
        database.execute(sql.SQL("GRANT SELECT ON {} TO loader").format(self.table))
        self.api: FlowServiceApi = program(emulator)
        self.api.dataset_id, self.api.schema_id = orders(emulator).values()
        connection_id, _ = self.api.create(**login_of(database))
        names = ("order_id", "total", "changed")
        self.flows = Dataflows(self.api, connection_id, f"public.{self.name}", [{"name": each} for each in names])
        self.start = self.flows.now() + HOUR

    def __enter__(self) -> Shop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(self.table))

    def add(self, order_id: str | None, changed: int | None, total: object = 1) -> None:
        """Add an order that changed at a time, in seconds since the start of the schedule."""
        moment = sql.SQL("to_timestamp({}) AT TIME ZONE 'UTC'").format(self.start + (changed or 0))
        values = [sql.Literal(order_id), sql.Literal(total), moment if changed is not None else sql.SQL("NULL")]
        self.database.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(self.table, sql.SQL(", ").join(values)))

    def transformations(self, *mappings: dict[str, Any]) -> list[dict[str, Any]]:
        """Return delta column and mapping."""
        copy = {"name": "Copy", "params": {"deltaColumn": {"name": "changed"}}}
        return [copy, self.flows.mapping_transformation(self.flows.mapping(*(mappings or MAPPINGS)))]

    def flow(self, *, schedule: dict[str, Any] | None = None, **changes: Any) -> str:
        """Create a flow that begins in an hour, and return its id."""
        params = self.flows.schedule(startTime=self.start, **(schedule or {}))
        return self.flows.flow(**{"transformations": self.transformations(), "scheduleParams": params, **changes})

    def once(self, **changes: Any) -> str:
        """Create a flow that runs once, and return its id."""
        schedule = {"frequency": "once", "interval": UNDONE, "backfill": UNDONE}
        return self.flow(**{"schedule": schedule, "transformations": self.transformations()[1:], **changes})

    def runs(self, flow_id: str) -> list[dict[str, Any]]:
        """Return the runs of a flow, the oldest first."""
        found = self.api.list("/runs", f"flowId=={flow_id}", limit="100").json["items"]
        # Of equal times, the newest comes first in a list.
        found.reverse()
        return sorted(found, key=lambda run: run["metrics"]["durationSummary"]["startedAtUTC"])

    def counts(self, flow_id: str) -> list[tuple[int, int, int]]:
        """Return of each run how many rows it has read, written and lost."""
        names = ("inputRecordCount", "outputRecordCount", "failedRecordCount")
        records = [run["metrics"]["recordSummary"] for run in self.runs(flow_id)]
        return [(each[names[0]], each[names[1]], each[names[2]]) for each in records]

    def rows(self) -> dict[str, Any]:
        """Return what the dataset has got."""
        return self.emulator.rows(self.api.dataset_id)

    def ids(self) -> list[str]:
        """Return the orders that the dataset has got."""
        return sorted(row["_example"]["orderId"] for row in self.rows()["rows"])
