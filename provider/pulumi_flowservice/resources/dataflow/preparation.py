"""What the creation of a dataflow looks up before its first write, and every problem that this shows.

A run asks once for each connection, table, dataset and schema, however many dataflows it creates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...api.answers import is_passing
from ...api.outcomes import Gone
from ...errors import AnswerError, Code, FlowServiceError, LifecycleError, Reason
from ...lifecycle.names import python_name
from ...lifecycle.properties import Properties, has_unknown
from ...lifecycle.resource_type import Operation
from . import mapping, schedule
from .data_prep import media_type, refused_rows, set_body
from .parts import FLOW_SPEC
from .schema_paths import missing_paths
from .similar import similar

if TYPE_CHECKING:
    from ...api.dataflow_models import Dataset
    from ...api.models import Connection, ExploredColumn

# The first run must be later than the request that creates the flow, and one that is to be paused is paused before it.
START_MARGIN_SECONDS = 300
_DATASET_ID = re.compile(r"[0-9a-f]{24}")
_MAJOR = re.compile(r"version=(\d+)")
_SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Found:
    """What was looked up for one dataflow.

    Args:
        connection: The base connection.
        columns: The columns to read, in the form that `explore` shows and a source connection takes.
        dataset: The dataset.
        schema_id: The id of its schema.
        media_type: The version of the schema, as target connection and mapping set must both name it.
        suffix: What no other creation has in the names of its parts.
        now: Tells epoch seconds by the server's clock.
        used: Tells the ids of the parts that flows used when the run began.
    """

    connection: Connection
    columns: tuple[Mapping[str, Any], ...]
    dataset: Dataset
    schema_id: str
    media_type: str
    suffix: str
    now: Callable[[], float] = field(compare=False)
    used: Callable[[], frozenset[str]] = field(compare=False)

    def start(self, given: Mapping[str, Any]) -> int:
        """Return the epoch seconds at which a flow starts that is created now."""
        return schedule.epoch(given["startTime"]) if "startTime" in given else int(self.now()) + START_MARGIN_SECONDS


def prepare(operation: Operation, inputs: Properties) -> Found | None:
    """Look up what a dataflow of these inputs needs; None if some of them are not known yet.

    Raises: LifecycleError, which names every problem; FlowServiceError if a look-up fails.
    """
    asked = _Preparation(operation, inputs)
    found = asked.found()
    if asked.problems:
        shown = asked.problems[:_SHOWN_PROBLEMS]
        more = len(asked.problems) - len(shown)
        raise LifecycleError(
            "; ".join(shown) + (f"; and {more} more" if more else ""),
            code=Code.NOT_THERE,
            remedy="Nothing was changed. Correct the program, then run `pulumi up` again.",
        )
    return found


class _Preparation:
    """The look-ups of one dataflow; it collects the problems."""

    def __init__(self, operation: Operation, inputs: Properties) -> None:
        self._call = operation.call
        self._sandbox = operation.sandbox
        self._lists = operation.registry.lists
        self._clock = operation.run.clock
        self._inputs = {name: value for name, value in inputs.items() if not has_unknown(value)}
        self.problems: list[str] = []

    def found(self) -> Found | None:
        connection = self._connection()
        columns = self._columns(connection) if connection else None
        dataset = self._dataset()
        schema_id, version = self._schema(dataset) if dataset else ("", "")
        if schema_id:
            self._check_mapping(schema_id, version)
        self._check_start()
        if not (connection and columns and dataset and schema_id):
            return None
        known = (connection, columns, dataset, schema_id, version)
        return Found(*known, self._clock.token(), self._sandbox.server_now, self._used)

    def _used(self) -> frozenset[str]:
        def read() -> frozenset[str]:
            return frozenset(id_ for each in self._sandbox.flows.list() for id_ in each.part_ids)

        return frozenset(self._once("used", read=read))

    def _named(self, noun: str, name: str) -> str:
        """Return how a problem names what an input names: by its value, unless the program may have made it secret."""
        told = self._call.secrets is not None and name not in self._call.secrets
        where = f"(`{python_name(name)}`)"
        return f"{noun} {self._inputs[name]!r} {where}" if told else f"such {noun} {where}"

    def _similar(self, name: str, wanted: str, known: Iterable[str]) -> str:
        """Return a hint, unless the program made the input secret: the hint is almost its value."""
        return "" if name in (self._call.secrets or ()) else similar(wanted, known)

    def _once(self, *key: str, read: Callable[[], Any]) -> Any:
        """Return what this run has read under this key, or read it."""
        return self._lists.remembered((self._sandbox.name, *key), read)

    def _connection(self) -> Connection | None:
        id_ = self._inputs.get("connection")
        if id_ is None:
            return None
        found = self._once("connection", id_, read=lambda: self._sandbox.connections.get(id_))
        if isinstance(found, Gone):
            self.problems.append(f"there is no {self._named('connection', 'connection')} in the sandbox")
            return None
        connection: Connection = found.for_call(self._sandbox.quote)
        if connection.state not in ("enabled", "initializing"):
            self.problems.append(f"the connection cannot be used: its state is {connection.state!r} (`connection`)")
            return None
        spec = connection.connection_spec.id if connection.connection_spec else ""
        known = self._once("flowSpec", read=lambda: self._sandbox.flow_specs.sources(FLOW_SPEC))
        if known and spec not in known:
            self.problems.append(f"Flow Service has no dataflows of tables for this kind of connection ({spec})")
            return None
        return connection

    def _columns(self, connection: Connection) -> tuple[Mapping[str, Any], ...] | None:
        table = self._inputs.get("table")
        if table is None:
            return None
        there = self._once("table", connection.id, table, read=lambda: self._explored(connection.id, table))
        if isinstance(there, str):
            self.problems.append(there)
            return None
        by_name: dict[str, ExploredColumn] = {column.name: column for column in there}
        chosen = self._inputs.get("columns") or list(by_name)
        for column in self._inputs.get("columns") or ():
            self._check_column("columns", "`columns` has one", column, by_name)
        for path, source in self._inputs.get("mapping", {}).items():
            if isinstance(source, str):
                what = f"`mapping` has for {mapping.shown_path(path, self._call)} one"
                self._check_column("mapping", what, source, by_name)
        self._check_delta_column(by_name)
        return tuple(by_name[name].wire for name in chosen if name in by_name)

    def _explored(self, connection_id: str, table: str) -> Any:
        """Return the columns of a table, or the problem with it."""
        try:
            columns = self._sandbox.connections.explore_table(connection_id, table)
        except AnswerError as refused:
            if refused.refusal in (Reason.PERMISSION, Reason.TOKEN) or is_passing(refused):
                raise
            what = f"there is no {self._named('table', 'table')}, or it cannot be read ({refused.message})"
            return what + self._similar_tables(connection_id, table)
        return columns or f"there is no {self._named('table', 'table')}{self._similar_tables(connection_id, table)}"

    def _similar_tables(self, connection_id: str, table: str) -> str:
        with suppress(FlowServiceError):
            there = self._sandbox.connections.explore(connection_id)
            return self._similar("table", table, (each.path for each in there))
        return ""

    def _check_column(self, name: str, what: str, column: str, there: Mapping[str, object]) -> None:
        if column not in there:
            hint = self._similar(name, column, there)
            self.problems.append(f"the table lacks a column: {what} that it does not have{hint}")

    def _check_delta_column(self, by_name: Mapping[str, ExploredColumn]) -> None:
        delta = self._inputs.get("deltaColumn")
        if delta is None:
            return
        self._check_column("deltaColumn", "`delta_column` is one", delta, by_name)
        column = by_name.get(delta)
        if column and not column.xdm_type.startswith("date"):
            times = [each.name for each in by_name.values() if each.xdm_type.startswith("date")]
            hint = f"columns with a time: {', '.join(map(repr, times))}" if times else "the table has none with a time"
            self.problems.append(f"the column of `delta_column` holds no time ({hint})")

    def _dataset(self) -> Dataset | None:
        wanted = self._inputs.get("dataset")
        if wanted is None:
            return None
        found: list[Dataset] = self._once("dataset", wanted, read=lambda: self._datasets(wanted))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(each.id for each in found)
            self.problems.append(f"{len(found)} datasets have the name of `dataset`: give the id of one: {ids}")
            return None
        names = self._once("datasets", read=lambda: [each.name for each in self._sandbox.datasets.list()])
        hint = self._similar("dataset", wanted, names)
        self.problems.append(f"there is no {self._named('dataset', 'dataset')} in the sandbox{hint}")
        return None

    def _datasets(self, wanted: str) -> list[Dataset]:
        found = self._sandbox.datasets.get(wanted) if _DATASET_ID.fullmatch(wanted) else None
        return [found] if found else [*self._sandbox.datasets.list(wanted)]

    def _schema(self, dataset: Dataset) -> tuple[str, str]:
        """Return the id of the schema, and its version in the form that Flow Service takes; empty after a problem."""
        shown, given = dataset.schema_ref, self._inputs.get("schema")
        if shown.id and given and shown.id != given:
            self.problems.append(f"the schema of the dataset is {shown.id}, not that of `schema`: leave `schema` out")
            return "", ""
        if not (schema_id := shown.id or given or ""):
            self.problems.append("the Catalog does not show the schema of the dataset: give its id as `schema`")
            return "", ""
        major = _MAJOR.search(shown.content_type)
        # Not the text of the Catalog: a target connection takes this one only.
        return schema_id, media_type(major[1] if major else "1")

    def _check_mapping(self, schema_id: str, version: str) -> None:
        found = self._inputs.get("mapping")
        if found is None:
            return
        major = version.rpartition("=")[2]
        with suppress(FlowServiceError):
            # Without the right to read schemas, Data Prep's own validation must do.
            document = self._once("schema", schema_id, major, read=lambda: self._sandbox.schemas.get(schema_id, major))
            for path, known in missing_paths(document or {}, found):
                named, hint = mapping.shown_path(path, self._call), self._similar("mapping", path, known)
                self.problems.append(f"the dataset's schema has no path {named} (`mapping`){hint}")
        body = set_body("validation", schema_id, version, mapping.rows(found))
        self.problems += refused_rows(self._sandbox, self._call, found, body)

    def _check_start(self) -> None:
        given = self._inputs.get("schedule", {}).get("startTime")
        if given is not None and schedule.epoch(given) <= self._sandbox.server_now():
            ways = "leave it out to start in a few minutes, or give a later one"
            self.problems.append(f"the `start_time` of `schedule` has passed: {ways}")
