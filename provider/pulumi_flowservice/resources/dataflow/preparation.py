"""What the creation of a dataflow looks up before its first write, and every problem that this shows.

A run asks once for each connection, table, dataset and schema, however many dataflows it creates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ...errors import Code, LifecycleError
from ...lifecycle.at_once import at_once
from ...lifecycle.properties import Properties, has_unknown
from ...lifecycle.resource_type import Operation
from . import schedule
from .source_look_ups import Columns, SourceLookUps
from .target_look_ups import TargetLookUps

if TYPE_CHECKING:
    from ...api.dataflow_models import Dataset
    from ...api.models import Connection

# The first run must be later than the request that creates the flow, and one that is to be paused is paused before it.
START_MARGIN_SECONDS = 300
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
    columns: Columns
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
    source, target = SourceLookUps(operation, inputs), TargetLookUps(operation, inputs)
    with at_once() as begin:
        kinds, target_found = begin(source.kinds), begin(target.found)
        read, written = source.found(kinds), target_found()
    if problems := [*source.problems, *target.problems, *_problems_with_start(operation, inputs)]:
        shown = problems[:_SHOWN_PROBLEMS]
        more = len(problems) - len(shown)
        raise LifecycleError(
            "; ".join(shown) + (f"; and {more} more" if more else ""),
            code=Code.NOT_THERE,
            remedy="Nothing was changed. Correct the program, then run `pulumi up` again.",
        )
    if read is None or written is None:
        return None
    (connection, columns), (dataset, schema_id, version) = read, written
    suffix, now, used = operation.run.clock.token(), operation.sandbox.server_now, partial(_used_parts, operation)
    return Found(connection, columns, dataset, schema_id, version, suffix, now, used)


def _used_parts(operation: Operation) -> frozenset[str]:
    """Return the ids of the parts that flows used when they were asked for first. Raises: FlowServiceError."""
    sandbox = operation.sandbox

    def read() -> frozenset[str]:
        return frozenset(id_ for each in sandbox.flows.list() for id_ in each.part_ids)

    return frozenset(operation.registry.lists.remembered((sandbox.name, "used"), read))


def _problems_with_start(operation: Operation, inputs: Properties) -> Iterator[str]:
    planned = inputs.get("schedule")
    given = planned.get("startTime") if planned and not has_unknown(planned) else None
    if given is not None and schedule.epoch(given) <= operation.sandbox.server_now():
        ways = "leave it out to start in a few minutes, or give a later one"
        yield f"the `start_time` of `schedule` has passed: {ways}"
