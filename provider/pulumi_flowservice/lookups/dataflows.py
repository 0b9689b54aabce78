"""Look up dataflows from a table of a database to a dataset: one by id or name, or all of a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import Code, FlowServiceError, notice
from ..lifecycle.operation import Run
from ..lifecycle.wait import existing
from ..resources.dataflow.parts import is_of_tables, why_not_of_tables
from ..resources.dataflow.schedule import from_wire
from .names import is_id, named, require_one
from .results import DataflowResult, DataflowScheduleResult, iso
from .session import NOT_THERE, asking

if TYPE_CHECKING:
    from ..api.dataflow_models import Flow, SourceConnection, TargetConnection
    from ..api.sandbox import Sandbox

_HIDDEN = "Adobe documents the same answer for a dataflow that an access label hides from these API credentials."


def find_dataflow(run: Run, flow_id: str | None, name: str | None, sandbox: str | None) -> DataflowResult:
    """Return the dataflow with this id or name.

    Raises: FlowServiceError; if several dataflows have the name, it lists their ids.
    """
    require_one(flow_id, name, "dataflow")
    with asking(run, f"looking up dataflow {flow_id or name!r}", sandbox) as opened:
        return _whole(by_id(opened, flow_id) if flow_id else _by_name(opened, str(name)), opened)


def list_dataflows(run: Run, connection_id: str | None, sandbox: str | None) -> list[DataflowResult]:
    """Return the dataflows of a sandbox, or those of a connection, most recently changed first.

    Flows of other kinds are left out with a warning, which has their number. Raises: FlowServiceError.
    """
    with asking(run, "listing dataflows", sandbox) as opened:
        if connection_id:
            # One that does not exist would give an empty list.
            existing(opened.connections, connection_id, NOT_THERE)
            sources = {each.id: each for each in opened.source_connections.of(connection_id)}
        else:
            sources = {each.id: each for each in opened.source_connections.list()}
        flows = list(opened.flows.list()) if sources or not connection_id else []
        if connection_id:
            flows = [flow for flow in flows if sources.keys() & set(flow.source_connection_ids)]
        ours = [flow for flow in flows if is_of_tables(flow)]
        if len(ours) < len(flows):
            text = f"listing dataflows in sandbox {opened.name!r}: {_others(len(flows) - len(ours))} left out"
            run.warn(notice(Code.OTHER_FLOWS, text))
        targets = {each.id: each for each in opened.target_connections.list()} if ours else {}
        return [_result(flow, opened.name, sources, targets) for flow in ours]


def by_id_or_name(opened: Sandbox, text: str) -> Flow:
    """Return the dataflow that a person names by either. Raises: FlowServiceError."""
    return by_id(opened, text) if is_id(text) else _by_name(opened, text, is_typed=True)


def by_id(opened: Sandbox, flow_id: str) -> Flow:
    """Return the dataflow with this id. Raises: FlowServiceError, also for a flow of another kind."""
    from ..api.outcomes import Gone

    found = opened.flows.get(flow_id)
    if isinstance(found, Gone):
        raise found.error.replace(remedy=f"{_HIDDEN} {NOT_THERE}" if found.may_be_hidden else NOT_THERE)
    return _ours(found)


def _by_name(opened: Sandbox, name: str, *, is_typed: bool = False) -> Flow:
    # A flow of another kind may have the same name.
    return _ours(named(opened, opened.flows, name, noun="dataflow", is_preferred=is_of_tables, is_typed=is_typed))


def _ours(flow: Flow) -> Flow:
    if told := why_not_of_tables(flow):
        raise FlowServiceError(
            f"the flow {flow.name!r} ({flow.id}) is not a dataflow from a table to a dataset: {told}",
            code=Code.NOT_OURS,
        )
    return flow


def _others(number: int) -> str:
    if number == 1:
        return "1 flow that is not a dataflow from a table to a dataset was"
    return f"{number} flows that are not dataflows from a table to a dataset were"


def _whole(flow: Flow, opened: Sandbox) -> DataflowResult:
    from ..api.outcomes import Gone

    source = opened.source_connections.get(flow.source_connection_ids[0])
    target = opened.target_connections.get(flow.target_connection_ids[0])
    sources = {} if isinstance(source, Gone) else {source.id: source}
    targets = {} if isinstance(target, Gone) else {target.id: target}
    return _result(flow, opened.name, sources, targets)


def _result(
    flow: Flow, sandbox: str, sources: Mapping[str, SourceConnection], targets: Mapping[str, TargetConnection]
) -> DataflowResult:
    source, target = sources.get(flow.source_connection_ids[0]), targets.get(flow.target_connection_ids[0])
    return DataflowResult(
        id=flow.id,
        name=flow.name,
        sandbox=flow.sandbox_name or sandbox,
        state=flow.state,
        schedule=_schedule(flow.schedule_params),
        source_connection_id=flow.source_connection_ids[0],
        target_connection_id=flow.target_connection_ids[0],
        description=flow.description,
        connection_id=source.base_connection_id if source else None,
        table=(source.table if source else "") or None,
        delta_column=flow.delta_column,
        dataset_id=(target.dataset_id if target else "") or None,
        schema_id=(target.schema_id if target else "") or None,
        mapping_id=flow.mapping_id or None,
        mapping_version=flow.mapping_version if flow.mapping_id else None,
        etag=flow.etag,
        ims_org=flow.ims_org_id,
        created_by=flow.created_by,
        created_at=iso(flow.created_at),
        updated_by=flow.updated_by,
        updated_at=iso(flow.updated_at),
    )


def _schedule(params: Mapping[str, Any]) -> DataflowScheduleResult:
    shown = from_wire(params)
    interval, backfill = shown.get("interval"), shown.get("backfill")
    return DataflowScheduleResult(
        frequency=_text(shown.get("frequency")),
        interval=interval if isinstance(interval, int) else None,
        start_time=shown.get("startTime"),
        backfill=backfill if isinstance(backfill, bool) else None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
