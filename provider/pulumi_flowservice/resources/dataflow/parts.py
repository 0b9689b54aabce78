"""The four objects of a dataflow, as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...lifecycle.part import GATEWAY_SECONDS, Known, Part
from ...lifecycle.properties import Properties
from . import mapping, schedule
from .data_prep import set_body
from .properties import OPTIONS_ON_WIRE

if TYPE_CHECKING:
    from ...api.dataflow_models import Flow

FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
"""The flow specification of all databases, `CRMToAEP`. Source: Adobe's tutorial on databases."""
DATA_LAKE_SPEC = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
"""The connection specification of the data lake."""
_SPEC_VERSION = "1.0"
# The longest name of a dataflow, without what is added for a part.
_KEPT_LETTERS = 200


def is_of_tables(flow: Flow) -> bool:
    """Return whether a flow is one that this resource can be: of a table, whole, with one source and one target."""
    return not why_not_of_tables(flow)


def why_not_of_tables(flow: Flow) -> str:
    """Return why a flow is another one, for a sentence; empty if it is of a table."""
    spec = flow.flow_spec.id if flow.flow_spec else ""
    if spec != FLOW_SPEC:
        return f"its flow specification is {spec or 'not shown'}"
    if flow.state == "draft":
        return "it is a draft"
    counts = {"source": len(flow.source_connection_ids), "target": len(flow.target_connection_ids)}
    odd = [f"{count or 'no'} {noun} connections" for noun, count in counts.items() if count != 1]
    return f"it has {' and '.join(odd)}" if odd else ""


def part_name(inputs: Properties, known: Known, word: str) -> str:
    """Return the name of a part: the dataflow's, and what no other creation has."""
    return f"{_beginning(inputs, word)}{known['found'].suffix})"


def _beginning(inputs: Properties, word: str) -> str:
    return f"{inputs['name'][:_KEPT_LETTERS]} ({word} "


def _source_body(inputs: Properties, known: Known) -> Mapping[str, object]:
    found = known["found"]
    spec = found.connection.connection_spec
    filters = {"filters": inputs["filters"]} if inputs.get("filters") else {}
    return {
        "name": part_name(inputs, known, "source"),
        "baseConnectionId": inputs["connection"],
        "data": {"format": "tabular"},
        "params": {"tableName": inputs["table"], "columns": list(found.columns), **filters},
        "connectionSpec": {"id": spec.id, "version": spec.version or _SPEC_VERSION},
    }


def _target_body(inputs: Properties, known: Known) -> Mapping[str, object]:
    found = known["found"]
    return {
        "name": part_name(inputs, known, "target"),
        "data": {"schema": {"id": found.schema_id, "version": found.media_type}},
        "params": {"dataSetId": found.dataset.id},
        "connectionSpec": {"id": DATA_LAKE_SPEC, "version": _SPEC_VERSION},
    }


def _mapping_body(inputs: Properties, known: Known) -> Mapping[str, object]:
    found = known["found"]
    rows = mapping.rows(inputs["mapping"])
    return set_body(part_name(inputs, known, "mapping"), found.schema_id, found.media_type, rows)


def _flow_body(inputs: Properties, known: Known) -> Mapping[str, object]:
    planned = inputs["schedule"]
    used = {"mappingId": known["mappingId"], "mappingVersion": 0}
    # A one-time flow copies all rows once, and must not name a delta column.
    delta = inputs.get("deltaColumn")
    copy = [{"name": "Copy", "params": {"deltaColumn": {"name": delta}}}] if delta else []
    options = {OPTIONS_ON_WIRE[name]: value for name, value in (inputs.get("options") or {}).items()}
    return {
        "name": inputs["name"],
        **({"description": inputs["description"]} if inputs.get("description") else {}),
        "flowSpec": {"id": FLOW_SPEC, "version": _SPEC_VERSION},
        "sourceConnectionIds": [known["sourceConnectionId"]],
        "targetConnectionIds": [known["targetConnectionId"]],
        "transformations": [*copy, {"name": "Mapping", "params": used}],
        "scheduleParams": schedule.to_wire(planned, known["found"].start(planned)),
        **({"options": options} if options else {}),
    }


def _is_like_flow(flow: Flow, inputs: Properties, known: Known) -> bool:
    sources = [known["sourceConnectionId"]] if "sourceConnectionId" in known else flow.source_connection_ids
    return is_of_tables(flow) and flow.name == inputs["name"] and flow.source_connection_ids == sources


def _is_left_source(source: Any, inputs: Properties, known: Known) -> bool:
    is_ours = source.name.startswith(_beginning(inputs, "source")) and source.base_connection_id == inputs["connection"]
    return is_ours and source.id not in known["found"].used()


def _is_left_target(target: Any, inputs: Properties, known: Known) -> bool:
    is_ours = target.name.startswith(_beginning(inputs, "target")) and target.dataset_id == known["found"].dataset.id
    return is_ours and target.id not in known["found"].used()


def _is_left_set(found: Any, inputs: Properties, known: Known) -> bool:
    return found.name.startswith(_beginning(inputs, "mapping")) and found.id not in known["found"].used()


def _inner(word: str, noun: str, collection: Any, body: Any, output: str, **more: Any) -> Part:
    """Return a part whose name has the suffix of its creation, so that its name alone tells it from others."""
    return Part(
        noun,
        collection,
        body,
        (),
        identity=lambda inputs: (inputs["name"], word),
        is_like=lambda document, inputs, known: document.name == part_name(inputs, known, word),
        is_certain=lambda document, inputs: True,
        output=output,
        **more,
    )


FLOW = Part(
    "dataflow",
    lambda sandbox: sandbox.flows,
    _flow_body,
    (),
    identity=lambda inputs: (inputs["name"],),
    is_like=_is_like_flow,
    is_certain=lambda document, inputs: True,
    # Two flows would bring every row twice, if the API does not refuse a second one with the same source connection.
    search_seconds=GATEWAY_SECONDS,
)
SOURCE = _inner(
    "source",
    "source connection",
    lambda sandbox: sandbox.source_connections,
    _source_body,
    "sourceConnectionId",
    search=lambda inputs, known: (f"baseConnectionId=={inputs['connection']}",),
    is_leftover=_is_left_source,
)
TARGET = _inner(
    "target",
    "target connection",
    lambda sandbox: sandbox.target_connections,
    _target_body,
    "targetConnectionId",
    search=lambda inputs, known: (),
    is_leftover=_is_left_target,
)
MAPPING_SET = _inner(
    "mapping",
    "mapping set",
    lambda sandbox: sandbox.mapping_sets,
    _mapping_body,
    "mappingId",
    may_stay=True,
    search=lambda inputs, known: (f"name={part_name(inputs, known, 'mapping')}",),
    is_leftover=_is_left_set,
)
