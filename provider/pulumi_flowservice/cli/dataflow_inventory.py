"""The dataflows of one side of a comparison, in a form in which those of another side can be compared with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import AnswerError, Reason
from ..lifecycle.names import without_digits
from ..lifecycle.operation import Run
from ..lifecycle.properties import Properties
from ..resources.dataflow.dataflow import DATAFLOW
from ..resources.dataflow.mapping import from_rows, rows
from .difference import Reference
from .side import Entries, Entry, Source, in_the_ui

if TYPE_CHECKING:
    from ..manifest.content import Manifest

# `adopt` says how a dataflow came into a stack, and not what it is.
_COMPARED = frozenset(DATAFLOW.inputs) - {"adopt", "sandbox"}
# Left out, these stay as the dataflow has them.
_MAY_BE_LEFT_OUT = frozenset(("enabled", "deltaColumn", "columns", "filters", "schema"))
_NOT_SHOWN_BY_THE_API = frozenset(("columns", "schema"))


def reference(*names: object) -> Reference:
    """Return a reference by names and ids, of which the first is shown; those that are not known are empty."""
    known = [name for name in names if isinstance(name, str) and name]
    return Reference(known[0] if known else "?", frozenset(known))


def of_stack(entry: Entry, connections: Entries) -> Entry:
    """Return a dataflow of a state; its connection may be one of the same state."""
    given = entry.properties
    owner = next(((name, each) for name, each in connections.items() if each.id == given.get("connection")), None)
    names = (owner[0], owner[1].name_in_the_ui) if owner else ()
    return _entry(
        entry,
        connection=reference(*names, given.get("connection")),
        dataset=reference(*(given.get(name) for name in ("dataset", "datasetName", "datasetId"))),
    )


def of_manifest(manifest: Manifest, name: str, sandbox: str, place: str) -> Entry:
    """Return a dataflow of a manifest."""
    settled = manifest.settled_dataflow(name, sandbox)
    # A new dataflow runs unless the file says otherwise; an adopted one stays as it is.
    enabled = {} if "adopt" in settled.inputs else {"enabled": True}
    properties = {**enabled, **settled.inputs, **settled.options}
    former = [each + place for each in manifest.dataflows[name].get("previously", ())]
    connection = manifest.settled(settled.connection, sandbox)
    return _entry(
        Entry(properties, in_the_ui(properties, name), str(properties.get("adopt") or ""), former),
        connection=reference(settled.connection, connection.inputs.get("name"), connection.inputs.get("adopt")),
        dataset=reference(properties["dataset"]),
    )


def of_sandbox(run: Run, sandbox: str, connections: Entries) -> dict[str, Entry] | None:
    """Return the dataflows of a sandbox, without flows of other kinds; None if these credentials may not list them.

    Raises: FlowServiceError.
    """
    from ..lookups.session import asking
    from ..lookups.whole_dataflows import list_flows, whole_dataflows, with_mapping

    names = {each.id: name for name, each in connections.items()}
    found: dict[str, Entry] = {}
    with asking(run, "listing dataflows", sandbox) as opened:
        try:
            listed = list_flows(opened)
        except AnswerError as refused:
            if refused.refusal is not Reason.PERMISSION:
                raise
            run.warn(f"dataflows are not compared, because these API credentials may not list those of {sandbox!r}")
            return None
        for flow in (with_mapping(opened, each) for each in whole_dataflows(opened, listed)):
            plain = without_digits(flow.name)
            key = plain if plain not in found else f"{flow.name} ({flow.id})"
            shown = DATAFLOW.view(flow, {})
            found[key] = _entry(
                Entry(shown, key, flow.id),
                connection=reference(names.get(shown.get("connection", "")), shown.get("connection")),
                dataset=reference(flow.dataset_name, shown.get("dataset")),
            )
    return found


def comparable(
    left: Entry, right: Entry, sources: tuple[Source, Source]
) -> tuple[Properties, Properties, Collection[str]]:
    """Return the properties of two dataflows, reduced to what is to be compared, and the fields.

    What a file leaves out stays as the dataflow has it, and the API shows more than any program gives.
    """
    one, other = left.properties, right.properties
    fields = {*one, *other} & (_COMPARED | {"protect"})
    is_file = [source is Source.FILE for source in sources]
    if not all(is_file):
        fields -= {"protect"}
    if Source.SANDBOX in sources:
        # Names in the UI decide what is compared with what.
        fields -= _NOT_SHOWN_BY_THE_API | {"name"}
        one, other = _shown_parts(one, other, sources)
    if sources[0] is not sources[1]:
        sparse = one if sources[0] < sources[1] else other
        left_out = _MAY_BE_LEFT_OUT | ({"options", "description"} if Source.SANDBOX in sources else set())
        fields -= left_out - sparse.keys()
    return one, other, fields


def _shown_parts(one: Properties, other: Properties, sources: tuple[Source, Source]) -> tuple[Properties, Properties]:
    """Return properties without those parts of a schedule or of options that the API shows and no program gives."""
    if sources == (Source.SANDBOX, Source.SANDBOX):
        # A default start time differs between any two dataflows.
        return _without_start(one), _without_start(other)
    if sources[0] is Source.SANDBOX:
        return _restricted(one, other), other
    return one, _restricted(other, one)


def _without_start(shown: Properties) -> Properties:
    schedule = shown.get("schedule", {})
    return {**shown, "schedule": {name: value for name, value in schedule.items() if name != "startTime"}}


def _restricted(shown: Properties, given: Mapping[str, Any]) -> Properties:
    """Return what is shown, of structures only the parts that are given."""
    structures: Iterable[str] = ("schedule", "options")
    parts = {
        name: {part: shown[name][part] for part in shown[name] if part in given[name]}
        for name in structures
        if name in shown and name in given
    }
    return {**shown, **parts}


def _entry(entry: Entry, **references: Reference) -> Entry:
    """Return an entry with its references, and a mapping in the one form in which the API shows all constants."""
    given = {name: value for name, value in entry.properties.items() if name in _COMPARED or name == "protect"}
    found = given.get("mapping")
    mapping = {"mapping": from_rows(rows(found))} if isinstance(found, dict) else {}
    return Entry({**given, **mapping, **references}, entry.name_in_the_ui, entry.id, entry.former_names)
