"""Find the dataflows that can be adopted, and the inputs that describe each of them. This module only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..lifecycle.check import check_inputs
from ..lifecycle.properties import Properties
from ..resources.dataflow.dataflow import DATAFLOW
from ..settings import Settings
from .whole_dataflows import FlowList, whole_dataflows, with_mapping

if TYPE_CHECKING:
    from ..api.sandbox import Sandbox
    from ..resources.dataflow.document import WholeFlow


@dataclass(frozen=True)
class DataflowCandidate:
    """An existing dataflow, and the resource that would adopt it.

    Args:
        connection_id: The id of its base connection; empty if its source connection is gone.
        connection_name: Its name, or its id where the name is not known.
        inputs: By their names in the state, with `adopt`, without connection, sandbox and mapping.
        obstacles: Why it cannot be adopted; empty if it can.
    """

    id: str
    name: str
    resource_name: str
    connection_id: str
    connection_name: str
    inputs: Properties
    obstacles: tuple[str, ...]
    flow: WholeFlow = field(repr=False)
    noun = "dataflow"


def dataflow_candidates(
    opened: Sandbox, listed: FlowList, resource_names: Mapping[str, str], connections: Mapping[str, str]
) -> tuple[DataflowCandidate, ...]:
    """Return the dataflows of a sandbox, sorted by name; `connections` are names by id. Raises: FlowServiceError."""
    flows = sorted(whole_dataflows(opened, listed), key=lambda flow: (flow.name, flow.id))
    names = [flow.name for flow in flows]
    return tuple(
        _candidate(flow, resource_names[flow.id], connections, is_repeated=names.count(flow.name) > 1) for flow in flows
    )


def read_mapping(opened: Sandbox, candidate: DataflowCandidate) -> Properties:
    """Return the mapping of a dataflow as an input; empty if its mapping set is gone. Raises: FlowServiceError."""
    shown = DATAFLOW.view(with_mapping(opened, candidate.flow), {})
    return {"mapping": shown["mapping"]} if shown.get("mapping") else {}


def _candidate(
    flow: WholeFlow, resource_name: str, connections: Mapping[str, str], *, is_repeated: bool
) -> DataflowCandidate:
    shown = DATAFLOW.view(flow, {})
    connection_id = shown.pop("connection", "")
    if flow.dataset_name:
        shown["dataset"] = flow.dataset_name
    # What is left out stays as the dataflow has it, and one that runs needs no line that says so.
    left_out = {"filters", "mapping", *(["enabled"] if shown.get("enabled") is not False else [])}
    left_out |= {"name"} if is_repeated else set()
    inputs = {name: value for name, value in shown.items() if name not in left_out}
    inputs["schedule"] = _schedule(inputs.get("schedule", {}), has_started=flow.has_started)
    _, problems = check_inputs(DATAFLOW, {}, {**inputs, "adopt": flow.id}, Settings(sandbox="any"))
    obstacles = [f"its {noun} connection is gone" for noun in flow.gone] or problems
    return DataflowCandidate(
        flow.id,
        flow.name,
        resource_name,
        connection_id,
        connections.get(connection_id, connection_id),
        {"adopt": flow.id, **inputs},
        tuple(obstacles),
        flow,
    )


def _schedule(shown: Properties, *, has_started: bool) -> Properties:
    """Return a schedule without what is fixed after the start: a dataflow that replaces this one begins anew."""
    fixed = {"startTime", "backfill"} if has_started else {"backfill"}
    return {name: value for name, value in shown.items() if name not in fixed}
