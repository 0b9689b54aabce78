"""What the API shows of a dataflow: the flow together with its source connection, target connection and mapping set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...api.dataflow_models import Flow, MappingSet, SourceConnection, TargetConnection
from ...api.outcomes import Gone
from ...errors import Code, notice
from ...lifecycle.pages import PAGE_SECONDS, Pages
from ...lifecycle.properties import Properties
from ...lifecycle.resource_type import Operation
from . import mapping, schedule
from .properties import options_from_wire


class WholeFlow(Flow):
    """A flow and its parts; a part is None if it is gone."""

    source: SourceConnection | None = None
    target: TargetConnection | None = None
    # None if the flow names the set and version that the state has recorded.
    mapping_set: MappingSet | None = None
    dataset_name: str = ""
    has_started: bool = False

    @classmethod
    def of(cls, flow: Flow, now: float, **parts: Any) -> WholeFlow:
        """Return a flow with its parts, which have been read; `now` is epoch seconds by the server's clock."""
        start = schedule.from_wire(flow.schedule_params).get("startTime")
        has_started = start is not None and schedule.epoch(start) <= now
        return cls.model_construct(**dict(flow), has_started=has_started, **parts)

    @property
    def gone(self) -> list[str]:
        """Which of its connections are gone, `source` or `target`."""
        return [noun for noun, part in (("source", self.source), ("target", self.target)) if part is None]


def complete(operation: Operation, flow: Flow, known: Properties) -> WholeFlow:
    """Read the parts of a flow: from pages that the reads of a run share, or by their ids. Raises: FlowServiceError.

    The mapping set is read only if the flow names another one, or another version, than is `known`.
    """
    sandbox = operation.sandbox
    target = _part(operation, "targetConnectionId", flow.target_connection_ids)
    is_same_set = (known.get("mappingId"), known.get("mappingVersion")) == (flow.mapping_id, flow.mapping_version)
    mapping_set = None
    if flow.mapping_id and not (is_same_set and "mapping" in known):
        mapping_set = sandbox.mapping_sets.version(flow.mapping_id, flow.mapping_version)
    name = known.get("datasetName") or ""
    if not name and target and ("adopt" in known or known.get("mapping") is None):
        # The program of a dataflow that is adopted or imported may give the dataset's name.
        dataset = sandbox.datasets.get(target.dataset_id)
        name = dataset.name if dataset else ""
    return WholeFlow.of(
        flow,
        sandbox.server_now(),
        source=_part(operation, "sourceConnectionId", flow.source_connection_ids),
        target=target,
        mapping_set=mapping_set,
        dataset_name=name,
    )


def _part(operation: Operation, output: str, ids: list[str]) -> Any:
    """Return a source or target connection; None if it is gone."""
    if not ids:
        return None
    part_id, sandbox, registry = ids[0], operation.sandbox, operation.registry
    [part] = [each for each in operation.resource.parts if each.output == output]
    if operation.settings.bulk_refresh and not registry.is_written(part_id):
        place = (*operation.place, output)
        pages = registry.lists.pages(
            place, lambda: Pages(sandbox.clock, part.filters, lambda entry: True, is_first_page_due=True)
        )
        found = pages.find(part_id, part.collection(sandbox.within(PAGE_SECONDS)))
        if found is not None:
            return found
    found = part.collection(sandbox).get(part_id)
    return None if isinstance(found, Gone) else found


def facts(flow: Flow) -> Properties:
    """Return what the state records of a flow; of one that was just created, what its parts do not show is left out."""
    found: Properties = {
        "sourceConnectionId": next(iter(flow.source_connection_ids), None),
        "targetConnectionId": next(iter(flow.target_connection_ids), None),
        "mappingId": flow.mapping_id or None,
        "mappingVersion": flow.mapping_version,
        "startTime": schedule.from_wire(flow.schedule_params).get("startTime"),
    }
    if isinstance(flow, WholeFlow):
        source, target = flow.source, flow.target
        found["sourceColumns"] = (source.columns or None) if source else None
        found |= {"datasetId": target.dataset_id, "schemaId": target.schema_id} if target else {}
        found["datasetName"] = flow.dataset_name
    return {name: value for name, value in found.items() if value not in (None, "")}


def shown(flow: Flow) -> Properties:
    """Return the visible properties of a flow. `columns` are not among them: `sourceColumns` has what is read."""
    found: Properties = {
        "name": flow.name,
        "description": flow.description or None,
        "schedule": schedule.from_wire(flow.schedule_params),
        "options": options_from_wire(flow.options) or None,
        "enabled": {"enabled": True, "disabled": False}.get(flow.state),
        "deltaColumn": flow.delta_column or None,
    }
    if isinstance(flow, WholeFlow):
        source, target = flow.source, flow.target
        if source:
            filters = source.params.get("filters") or None
            found |= {"connection": source.base_connection_id, "table": source.table, "filters": filters}
        found["dataset"] = target.dataset_id if target else None
        found["mapping"] = mapping.from_rows(flow.mapping_set.mappings) if flow.mapping_set else None
    return {name: value for name, value in found.items() if value is not None}


def view(flow: WholeFlow, known: Mapping[str, Any], fixed: tuple[str, ...]) -> Properties:
    """Return what is shown, as the program of this dataflow would write it.

    What only a new flow could change stays as it is known: nothing that somebody else does may lead to a replacement,
    which would ingest rows a second time.
    """
    found = shown(flow)
    # Of a flow that is not managed yet, nothing is known.
    is_managed = known.get("mapping") is not None
    found |= {name: known[name] for name in fixed if known.get(name) is not None and is_managed}
    # The set is not read if the flow still names the version that the state has.
    if is_managed and (flow.mapping_set is None or mapping.is_like(known["mapping"], flow.mapping_set.mappings)):
        found["mapping"] = known["mapping"]
    if known.get("schedule"):
        found["schedule"] = schedule.managed(found["schedule"], known["schedule"], has_started=flow.has_started)
    if known.get("options"):
        found["options"] = {name: value for name, value in found.get("options", {}).items() if name in known["options"]}
    is_over = flow.has_started and found.get("schedule", {}).get("frequency") == schedule.ONCE
    if "enabled" in known and ("enabled" not in found or is_over):
        # In between two states; or a one-time flow after its run, of whose state nothing is documented.
        found["enabled"] = known["enabled"]
    return found


def notices(subject: str, flow: WholeFlow, known: Properties) -> Iterator[str]:
    """Yield warnings about what no update can mend."""
    if flow.gone:
        text = f"{subject}: its {' and '.join(flow.gone)} connection is gone, so it cannot run. To make it anew, run "
        yield notice(Code.INCOMPLETE, f"{text}`pulumi up --replace` with its URN; rows may come a second time")
    was, now = known.get("schedule") or {}, schedule.from_wire(flow.schedule_params)
    frozen = [each for each in schedule.frozen_keys(now, {**now, **was}) if flow.has_started]
    if frozen and known.get("mapping") is not None:
        text = f"{subject}: the server has another {', '.join(frozen)} than the program, which cannot be changed after "
        yield notice(Code.OTHER_SCHEDULE, f"{text}the start. Put the server's value into the program, or leave it out")
    delta = flow.delta_column or None
    if known.get("mapping") is not None and delta != known.get("deltaColumn"):
        # That of the program may be a secret.
        text = f"{subject}: its delta column is {delta!r}, which is not that of the program; a run on demand may have "
        yield notice(Code.OTHER_SCHEDULE, f"{text}set it. Nothing is changed because of it")
