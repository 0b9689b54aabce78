"""Every way in which a dataflow of a manifest can be wrong, and what is said about it, as in wrong_manifests.py."""

from __future__ import annotations

from tests.support.wrong_manifests import ENTRY

CONNECTIONS = f"sandboxes: {{dev: , prod: }}\nconnections:\n  shop: {{{ENTRY}}}\n  old: {{{ENTRY}, sandboxes: [dev]}}\n"
FLOW = {
    "connection": "shop",
    "table": "public.orders",
    "dataset": "Orders",
    "deltaColumn": "changed_at",
    "schedule": "{every: 1 day}",
    "mapping": "{_example.id: id}",
}
# Where the values of `FLOW` stand.
FIRST = 7
CONNECTION, TABLE, DATASET, DELTA, SCHEDULE, MAPPING, MORE = range(FIRST, FIRST + 7)


def flows(*more: str, **changes: str | None) -> str:
    """A manifest with one dataflow `orders`, each of its keys on a line of its own; None leaves one out."""
    values = {key: value for key, value in {**FLOW, **changes}.items() if value is not None}
    lines = [*(f"{key}: {value}" for key, value in values.items()), *more]
    return f"{CONNECTIONS}dataflows:\n  orders:\n" + "".join(f"    {line}\n" for line in lines)


def _schedule(*lines: str) -> str:
    """A manifest whose dataflow has a schedule of these lines; the first of them is line `MORE`."""
    return flows(schedule=None) + "    schedule:\n" + "".join(f"      {line}\n" for line in lines)


def _mapping(*lines: str) -> str:
    """A manifest whose dataflow has a mapping of these lines; the first of them is line `MORE`."""
    return flows(mapping=None) + "    mapping:\n" + "".join(f"      {line}\n" for line in lines)


PLACE = "dataflows.orders"
NO_ROW = "is neither a column nor an expression nor a constant; write the column (in quotes if"
# The text, and then the line, the field and a part of what is said about it.
WRONG: dict[str, tuple[str, int, str, str]] = {
    "dataflows as a list": (f"{CONNECTIONS}dataflows: [hunter2]\n", 5, "dataflows", "must be a mapping"),
    "no value": (f"{CONNECTIONS}dataflows:\n", 5, "dataflows", "has no value; write `{}` if there are none"),
    "a bad name": (
        f"{CONNECTIONS}dataflows:\n  a b: {{}}\n",
        6,
        "dataflows.(a key)",
        "is not a valid name",
    ),
    "an unknown key": (flows("shedule: hunter2"), MORE, f"{PLACE}.shedule", "did you mean `schedule`?"),
    "a key in Python's spelling": (
        flows("delta_column: hunter2", deltaColumn=None),
        MORE - 1,
        f"{PLACE}.delta_column",
        "did you mean `deltaColumn`?",
    ),
    "a key of connections": (flows("retainOnDelete: true"), MORE, f"{PLACE}.retainOnDelete", "is not a known key here"),
    "a sandbox as a key": (flows("sandbox: dev"), MORE, f"{PLACE}.sandbox", "did you mean `sandboxes`?"),
    "a dataflow's key under defaults": (
        f"defaults: {{deltaColumn: hunter2}}\n{flows()}",
        1,
        "defaults.deltaColumn",
        "is not a known key here",
    ),
    "no connection": (flows(connection=None), 6, f"{PLACE}.connection", "is missing in dev, prod; add it here, or"),
    "an unknown connection": (
        flows(connection="shopp"),
        CONNECTION,
        f"{PLACE}.connection",
        "is no entry of `connections`; did you mean `shop`?",
    ),
    "a connection by its id": (
        flows(connection="5f5b5b2b-0cb1-4e5b-9a48-3ab2a0b1f9fd"),
        CONNECTION,
        f"{PLACE}.connection",
        "is no entry of `connections`; use one of: shop, old",
    ),
    "no connections at all": (
        "connections: {}\ndataflows: {orders: {connection: shop}}\n",
        2,
        f"{PLACE}.connection",
        "the file has no connections",
    ),
    "a sandbox that the connection is not in": (
        flows("sandboxes:", "  - dev", "  - prod", connection="old"),
        MORE + 2,
        f"{PLACE}.sandboxes.1",
        "its connection is not in this sandbox; add it to the connection, or remove it here",
    ),
    "a sandbox that is not declared": (
        flows("sandboxes: [live]"),
        MORE,
        f"{PLACE}.sandboxes.0",
        "an unknown sandbox; use one of: dev, prod",
    ),
    "an override where the connection is not": (
        flows("overrides:", "  prod: {dataset: Other}", connection="old"),
        MORE + 1,
        f"{PLACE}.overrides.prod",
        "its connection is not in this sandbox",
    ),
    "an override of a sandbox it does not go to": (
        flows("sandboxes: [dev]", "overrides: {prod: {dataset: Other}}"),
        MORE + 1,
        f"{PLACE}.overrides.prod",
        "this entry has no dataflow in this sandbox; its sandboxes are dev",
    ),
    "an unknown key in an override": (
        flows("overrides:", "  prod:", "    datset: hunter2"),
        MORE + 2,
        f"{PLACE}.overrides.prod.datset",
        "did you mean `dataset`?",
    ),
    "a bad value in an override": (
        flows("overrides:", "  prod:", "    schedule: {every: 5 minutes}"),
        MORE + 2,
        f"{PLACE}.overrides.prod.schedule.every",
        "has an `every` below 15, the least for its frequency",
    ),
    "a missing table": (flows(table=None), 6, f"{PLACE}.table", "is missing in dev, prod"),
    "a missing delta column": (flows(deltaColumn=None), 6, f"{PLACE}.deltaColumn", "is missing in dev, prod; a run"),
    "a table as a number": (flows(table="5"), TABLE, f"{PLACE}.table", "must be a string; put it in quotes"),
    "a dataset id of digits": (
        flows(dataset="507181910810000000000001"),
        DATASET,
        f"{PLACE}.dataset",
        "must be a string; put it in quotes",
    ),
    "a name twice": (
        f"{flows('name: Orders')}  more: {{connection: shop, table: t, dataset: d, schedule: once, mapping: {{a: b}},\n"
        "    name: Orders}\n",
        MORE + 2,
        "dataflows.more.name",
        "the same name as 'orders', line 6",
    ),
    "an id adopted twice": (
        flows("adopt: x"),
        MORE,
        f"{PLACE}.adopt",
        "a dataflow is in one of them only; write it under `overrides` of the sandbox that has the dataflow",
    ),
    "a former name that is in use": (
        f"{flows()}  more: {{connection: shop, table: t, dataset: d, schedule: once, mapping: {{a: b}},\n"
        "    previously: orders}\n",
        MORE + 1,
        "dataflows.more.previously",
        "an entry of this name exists, line 6",
    ),
    # Schedules.
    "a schedule of another word": (
        flows(schedule="hunter2"),
        SCHEDULE,
        f"{PLACE}.schedule",
        "is not a schedule; write {every: 1 day}, or `once`",
    ),
    "an empty schedule": (flows(schedule="{}"), SCHEDULE, f"{PLACE}.schedule", "is empty; write {every: 1 day}"),
    "an unknown key of a schedule": (
        _schedule("every: 1 day", "strat: hunter2"),
        MORE + 1,
        f"{PLACE}.schedule.strat",
        "did you mean `start`?",
    ),
    "a number without a unit": (
        _schedule("every: 15"),
        MORE,
        f"{PLACE}.schedule.every",
        "is not a number and a unit; write 15 minutes, 2 hours, 1 day or 1 week, for example",
    ),
    "an unknown unit": (_schedule("every: 1 month"), MORE, f"{PLACE}.schedule.every", "is not a number and a unit"),
    "no times at all": (_schedule("every: 0 days"), MORE, f"{PLACE}.schedule.every", "has an `every` below 1"),
    "too often": (
        _schedule("start: 2030-01-31T06:00:00Z", "every: 14 minutes"),
        MORE + 1,
        f"{PLACE}.schedule.every",
        "has an `every` below 15, the least for its frequency",
    ),
    "a minute without a number": (
        _schedule("every: minute"),
        MORE,
        f"{PLACE}.schedule.every",
        "needs an `every` of at least 15 minutes",
    ),
    "once in `every`": (
        _schedule("every: once"),
        MORE,
        f"{PLACE}.schedule.every",
        "write `schedule: once` for a single one",
    ),
    "no frequency": (
        _schedule("start: 2030-01-31T06:00:00Z"),
        MORE - 1,
        f"{PLACE}.schedule",
        "needs a `frequency` that is one of once, minute, hour, day, week",
    ),
    "an unknown frequency": (
        _schedule("interval: 1", "frequency: hunter2"),
        MORE + 1,
        f"{PLACE}.schedule.frequency",
        "needs a `frequency` that is one of once, minute, hour, day, week",
    ),
    "an interval as a word": (
        _schedule("frequency: day", "interval: two"),
        MORE + 1,
        f"{PLACE}.schedule.interval",
        "has an `interval` that is not a whole number",
    ),
    "the same twice": (
        _schedule("every: 1 day", "start: 2030-01-31T06:00:00Z", "startTime: 2030-01-31T06:00:00Z"),
        MORE + 1,
        f"{PLACE}.schedule.start",
        "says the same as `startTime`; keep one of the two",
    ),
    "an interval beside `every`": (
        _schedule("interval: 1", "every: 1 day"),
        MORE + 1,
        f"{PLACE}.schedule.every",
        "says the same as `interval`",
    ),
    "a start that is no time": (
        _schedule("every: 1 day", "start: tomorrow"),
        MORE + 1,
        f"{PLACE}.schedule.start",
        "has a `start` that is no time; write it as 2030-01-31T06:00:00Z",
    ),
    "a start without a zone": (
        _schedule("every: 1 day", "startTime: 2030-01-31T06:00:00"),
        MORE + 1,
        f"{PLACE}.schedule.startTime",
        "has a `startTime` without a zone",
    ),
    "a backfill in quotes": (
        _schedule("every: 1 day", "backfill: 'false'"),
        MORE + 1,
        f"{PLACE}.schedule.backfill",
        "must be true or false; write it without quotes",
    ),
    "once with an interval": (
        _schedule("frequency: once", "interval: 1"),
        MORE + 1,
        f"{PLACE}.schedule.interval",
        "runs once, so `interval` must be left out",
    ),
    "once with a backfill": (
        _schedule("frequency: once", "backfill: false"),
        MORE + 1,
        f"{PLACE}.schedule.backfill",
        "runs once, so `backfill` must be left out",
    ),
    "once with a delta column": (
        flows(schedule="once"),
        DELTA,
        f"{PLACE}.deltaColumn",
        "must be left out, because `schedule` runs once",
    ),
    # Mappings.
    "an empty mapping": (flows(mapping="{}"), MAPPING, f"{PLACE}.mapping", "is empty; give at least one path"),
    "a mapping as a list": (
        flows(mapping="[hunter2]"),
        MAPPING,
        f"{PLACE}.mapping",
        "must be a mapping; write a path of the dataset's schema and its column in each line below it",
    ),
    "a path twice": (
        _mapping("_example.id: id", "_example.id: number"),
        MORE + 1,
        f"{PLACE}.mapping._example.id",
        f"given twice, first on line {MORE}",
    ),
    "a path without a column": (
        _mapping("_example.id: id", "_example.email:"),
        MORE + 1,
        f"{PLACE}.mapping._example.email",
        "has no value",
    ),
    "a column that YAML reads as a flag": (
        _mapping("_example.id: id", "_example.kind: on"),
        MORE + 1,
        f"{PLACE}.mapping._example.kind",
        NO_ROW,
    ),
    "an unknown kind of row": (
        _mapping("_example.id: {expresion: hunter2}"),
        MORE,
        f"{PLACE}.mapping._example.id",
        NO_ROW,
    ),
    "an expression and a constant": (
        _mapping("_example.id: {expression: hunter2, static: a}"),
        MORE,
        f"{PLACE}.mapping._example.id",
        NO_ROW,
    ),
    "a long expression": (
        _mapping(f"_example.id: {{expression: {'hunter2' * 600}}}"),
        MORE,
        f"{PLACE}.mapping._example.id",
        "has an expression of more than 4096 characters; shorten it",
    ),
    "a path with white space": (
        _mapping("'_example.id ': id"),
        MORE,
        f"{PLACE}.mapping.(a key)",
        "has a path that is empty, or begins or ends with white space",
    ),
    # The rest.
    "columns as a word": (
        flows("columns: id"),
        MORE,
        f"{PLACE}.columns",
        "must be a list; write [id, email], for example",
    ),
    "a column as a number": (
        flows("columns:", "  - id", "  - 5"),
        MORE + 2,
        f"{PLACE}.columns.1",
        "must be a string; put it in quotes",
    ),
    "columns that lack the delta column": (
        flows("columns: [id]"),
        MORE,
        f"{PLACE}.columns",
        "lacks the column of `deltaColumn`",
    ),
    "columns that lack a mapped one": (
        flows("columns: [changed_at]"),
        MORE,
        f"{PLACE}.columns",
        "lacks what `mapping` has for '_example.id'",
    ),
    "filters as a word": (
        flows("filters: hunter2"),
        MORE,
        f"{PLACE}.filters",
        "is neither filters as Adobe writes them nor their JSON; write {type: PQL",
    ),
    "empty options": (flows("options: {}"), MORE, f"{PLACE}.options", "must be a mapping that is not empty"),
    "an unknown option": (
        flows("options:", "  errorDiagnostic: true"),
        MORE + 1,
        f"{PLACE}.options.errorDiagnostic",
        "did you mean `errorDiagnostics`?",
    ),
    "a share above 100": (
        flows("options:", "  partialIngestionPercent: 101"),
        MORE + 1,
        f"{PLACE}.options.partialIngestionPercent",
        "is not a number above 0, and at most 100",
    ),
    "a pause in quotes": (flows("enabled: 'no'"), MORE, f"{PLACE}.enabled", "must be true or false"),
}
