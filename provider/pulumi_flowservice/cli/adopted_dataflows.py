"""The dataflows that `adopt` offers: what is taken of those that were chosen, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import Code, FlowServiceError
from ..lifecycle.operation import Run
from ..lookups.adoptable import Survey
from ..lookups.adoptable_dataflows import read_mapping
from ..lookups.session import asking
from ..manifest.dataflow_keys import short_form
from ..redaction import one_line
from ..resources.dataflow.parts import why_not_of_tables
from .output import counted, echo, print_table
from .placed import Placed, PlacedDataflow, TakenDataflow, why_not


def connections_of(chosen: Sequence[PlacedDataflow], connections: Sequence[Placed]) -> list[Placed]:
    """Return the connections of dataflows that the file does not have yet."""
    ids = {each.candidate.connection_id for each in chosen if not (each.entry or each.resource)}
    return [each for each in connections if each.candidate.id in ids and not each.entry]


@dataclass(frozen=True)
class Adopted:
    """The chosen dataflows: those that are taken, and why others are left out, by id."""

    chosen: Sequence[PlacedDataflow]
    taken: Sequence[TakenDataflow]
    left_out: Mapping[str, str]

    @classmethod
    def of(
        cls,
        run: Run,
        sandbox: str,
        chosen: Sequence[PlacedDataflow],
        connections: Sequence[Placed],
        left_out: Mapping[str, str],
    ) -> Adopted:
        """Read the mappings of what was chosen; `left_out` are the reasons of connections. Raises: FlowServiceError."""
        owners = {each.candidate.id: each for each in connections}
        why: dict[str, str] = {}
        taken: list[TakenDataflow] = []
        with asking(run, "reading mappings", sandbox) as opened:
            for each in chosen:
                owner = owners.get(each.candidate.connection_id)
                text = _reason(each, owner, left_out.get(each.candidate.connection_id, ""))
                mapping = {} if text or owner is None else read_mapping(opened, each.candidate)
                why[each.candidate.id] = text or ("" if mapping else "its mapping set is gone")
                if mapping and owner:
                    connection = owner.entry or owner.candidate.resource_name
                    taken.append(TakenDataflow(each.candidate, sandbox, connection, mapping))
        return cls(chosen, taken, why)

    @property
    def is_incomplete(self) -> bool:
        """Whether one was left out that neither the file nor the stack has."""
        return any(self.left_out[each.candidate.id] and not (each.entry or each.resource) for each in self.chosen)

    def tell_left_out(self) -> None:
        """Print which of the chosen dataflows were left out, and why."""
        for each in self.chosen:
            if why := self.left_out[each.candidate.id]:
                echo(f"Left out: {one_line(each.candidate.name)}: {one_line(why)}.")

    def document(self, placed: Sequence[PlacedDataflow]) -> list[dict[str, Any]]:
        """Return all dataflows for `--json`."""
        ids = {each.candidate.id for each in self.taken}
        return [
            {
                "id": each.candidate.id,
                "name": each.candidate.name,
                "state": each.candidate.flow.state,
                "connection": each.candidate.connection_id,
                "inputs": each.candidate.inputs,
                "resource": each.entry or each.candidate.resource_name,
                "taken": each.candidate.id in ids,
                "entry": each.entry,
                "stackResource": each.resource,
                "obstacles": each.candidate.obstacles,
            }
            for each in placed
        ]


def require_no_other(existing: Survey, choices: Sequence[str]) -> None:
    """Refuse the choice of a flow that is no dataflow from a table to a dataset. Raises: FlowServiceError."""
    known = {name for each in existing.dataflows for name in (each.id, each.name)}
    for flow in existing.other_flows:
        if flow.id in choices or (flow.name in choices and flow.name not in known):
            raise FlowServiceError(
                f"the flow {flow.name!r} ({flow.id}) is not a dataflow from a table to a dataset: "
                f"{why_not_of_tables(flow)}",
                code=Code.NOT_OURS,
            )


def show(existing: Survey, placed: Sequence[PlacedDataflow], first: int) -> None:
    """Print the dataflows, numbered from `first`, and how many flows of other kinds there are."""
    columns = ("#", "name", "table", "connection", "dataset", "schedule", "state", "id", "notes")
    rows = [(str(number), *_row(each)) for number, each in enumerate(placed, first)]
    if rows:
        print_table(
            f"Dataflows in sandbox {existing.sandbox}", columns, rows, below=("table", "connection", "dataset", "id")
        )
    if existing.other_flows and len(placed) == len(existing.dataflows):
        number = counted(len(existing.other_flows), "flow")
        echo(f"The sandbox also has {number} of other kinds, which cannot be adopted.")


def _row(placed: PlacedDataflow) -> tuple[str, ...]:
    candidate, given = placed.candidate, placed.candidate.inputs
    notes = [*candidate.obstacles]
    notes += [f"in the file as {placed.entry}"] if placed.entry else []
    notes += [f"in the stack as {placed.resource}"] if placed.resource else []
    schedule = short_form(given["schedule"])
    told = schedule.get("every") if isinstance(schedule, dict) else schedule
    table, dataset = (str(given.get(name, "-")) for name in ("table", "dataset"))
    shown = (candidate.name or "-", table, candidate.connection_name or "-", dataset, str(told or "once"))
    return (*shown, candidate.flow.state or "-", candidate.id, "; ".join(notes) or "-")


def _reason(placed: PlacedDataflow, connection: Placed | None, why_not_its_connection: str) -> str:
    """Return why a dataflow is left out; empty if it is not."""
    if told := why_not(placed.entry, placed.candidate.obstacles, placed.resource):
        return told
    if connection is None:
        return f"its connection {placed.candidate.connection_name!r} is of a kind that cannot be adopted"
    if why_not_its_connection and not connection.entry:
        return f"its connection {connection.candidate.name!r} is left out: {why_not_its_connection}"
    return ""
