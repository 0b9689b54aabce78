"""The dataflows that `adopt` offers: compared with a file, chosen, and as entries of `dataflows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import Code, FlowServiceError
from ..lifecycle.operation import Run
from ..lifecycle.properties import AUTOMATIC_DIGITS, Properties
from ..lookups.adoptable import Survey, renamed
from ..lookups.adoptable_dataflows import DataflowCandidate, read_mapping
from ..lookups.session import asking
from ..manifest.content import Manifest
from ..manifest.dataflow_keys import short_form
from ..redaction import one_line
from ..resources.dataflow.dataflow import DATAFLOW
from ..resources.dataflow.parts import why_not_of_tables
from .adopted_entries import EntriesFile, Entry, Placed, why_not
from .import_file import ImportFile
from .output import counted, echo, print_table


@dataclass(frozen=True)
class PlacedDataflow:
    """A dataflow compared with a file.

    Args:
        entry: The name of the entry that the file already has for it.
        resource: The name of the stack's resource that manages it already.
    """

    candidate: DataflowCandidate
    entry: str | None = None
    resource: str | None = None


def place(existing: Survey, target: EntriesFile | ImportFile, managed: Mapping[str, str]) -> list[PlacedDataflow]:
    """Return each dataflow, compared with the file and the stack's resources, which are by the ids of dataflows."""
    if isinstance(target, ImportFile):
        return []
    manifest = target.manifest
    taken = {*manifest.dataflows, *managed.values()}
    placed = []
    for candidate in existing.dataflows:
        owner = _owner(candidate, manifest, existing.sandbox)
        fitting = candidate if owner else renamed(candidate, taken)
        placed.append(PlacedDataflow(fitting, owner, managed.get(candidate.id)))
    return placed


def chosen(
    placed: Sequence[PlacedDataflow], connections: Sequence[Placed], choices: Sequence[str], *, take_all: bool
) -> tuple[list[PlacedDataflow], list[str]]:
    """Return the chosen dataflows, and the choices that name none. Raises: FlowServiceError."""
    found: dict[str, PlacedDataflow] = {}
    others = []
    for choice in choices:
        named = [each for each in placed if choice in (each.candidate.id, each.candidate.name)]
        if len(named) > 1 or (named and any(choice == each.candidate.name for each in connections)):
            ids = ", ".join(each.candidate.id for each in named)
            text = f"{choice!r} names several: dataflows {ids}, and perhaps connections"
            raise FlowServiceError(text, code=Code.CHOICE, remedy="Give an id.")
        found |= {each.candidate.id: each for each in named}
        others += [] if named else [choice]
    return (list(placed) if take_all else list(found.values())), others


def connections_of(chosen: Sequence[PlacedDataflow], connections: Sequence[Placed]) -> list[Placed]:
    """Return the connections of dataflows that the file does not have yet."""
    ids = {each.candidate.connection_id for each in chosen if not (each.entry or each.resource)}
    return [each for each in connections if each.candidate.id in ids and not each.entry]


@dataclass(frozen=True)
class Adopted:
    """The chosen dataflows: their entries by name, and why others were left out, by id."""

    chosen: Sequence[PlacedDataflow]
    entries: Mapping[str, Entry]
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
        entries: dict[str, Entry] = {}
        with asking(run, "reading mappings", sandbox) as opened:
            for each in chosen:
                owner = owners.get(each.candidate.connection_id)
                text = _reason(each, owner, left_out.get(each.candidate.connection_id, ""))
                mapping = {} if text or owner is None else read_mapping(opened, each.candidate)
                why[each.candidate.id] = text or ("" if mapping else "its mapping set is gone")
                if mapping and owner:
                    connection = owner.entry or owner.candidate.resource_name
                    entries[each.candidate.resource_name] = _entry(each, mapping, connection, sandbox)
        return cls(chosen, entries, why)

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
        return [
            {
                "id": each.candidate.id,
                "name": each.candidate.name,
                "state": each.candidate.flow.state,
                "connection": each.candidate.connection_id,
                "inputs": each.candidate.inputs,
                "resource": each.entry or each.candidate.resource_name,
                "taken": each.candidate.resource_name in self.entries and not each.entry,
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


def show(existing: Survey, placed: Sequence[PlacedDataflow]) -> None:
    """Print the dataflows, and how many flows of other kinds there are."""
    columns = ("name", "table", "connection", "dataset", "schedule", "state", "id", "notes")
    rows = [_row(each) for each in placed]
    if rows:
        print_table(
            f"Dataflows in sandbox {existing.sandbox}", columns, rows, below=("table", "connection", "dataset", "id")
        )
    if existing.other_flows:
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


def _entry(placed: PlacedDataflow, mapping: Properties, connection: str, sandbox: str) -> Entry:
    """Return the entry of a dataflow; `connection` is the name of its connection's entry."""
    given = {**placed.candidate.inputs, **mapping}
    adopt, schedule = given.pop("adopt"), short_form(given.pop("schedule"))
    order = [name for name in DATAFLOW.inputs if name in given and name != "mapping"]
    values = {name: given[name] for name in order}
    return {
        "sandboxes": [sandbox],
        "adopt": adopt,
        "connection": connection,
        **values,
        "schedule": schedule,
        "mapping": given["mapping"],
    }


def _owner(candidate: DataflowCandidate, manifest: Manifest, sandbox: str) -> str | None:
    """Return the entry of this sandbox that adopts a dataflow, or has created it."""
    for name in manifest.dataflows:
        if not manifest.dataflow_goes_to(name, sandbox):
            continue
        given = manifest.settled_dataflow(name, sandbox).inputs
        if given.get("adopt") == candidate.id:
            return name
        automatic = AUTOMATIC_DIGITS.sub("", candidate.name)
        is_its_name = given["name"] == candidate.name if "name" in given else automatic == name != candidate.name
        if "adopt" not in given and is_its_name:
            return name
    return None
