"""Keep what the runs of a flow need, apart from what the flow shows.

A flow goes on with its source connection as it was: later changes of that "will not be reflected", the tutorial on
updates says.
"""

from __future__ import annotations

from ...service import Service
from ...store.store import Resource
from .rules import Parts
from .runs.windows import next_due
from .schedule import read_schedule

PLANS = "plans"


def make_plan(flow: Resource, parts: Parts, service: Service) -> None:
    """Store what a new flow reads and writes."""
    params = parts.source.document.get("params") or {}
    document = {
        "flowId": flow.id,
        "baseConnectionId": parts.base.id,
        "tableName": params["tableName"],
        "columns": params.get("columns"),
        "filters": params.get("filters"),
        "dataSetId": parts.dataset.id,
        "schemaId": parts.dataset.document["schemaId"],
        # When the last run was due, and where its window ended.
        "last": None,
        "begin": None,
    }
    store_plan(Resource(_plan_id(flow.id), PLANS, flow.sandbox, document), flow, service)


def store_plan(plan: Resource, flow: Resource, service: Service) -> None:
    """Store a plan with the time of the next run, by the schedule that the flow has now."""
    plan.ready_at = next_due(read_schedule(flow.document["scheduleParams"]), plan.document["last"])
    service.store.put(plan)


def replan(flow: Resource, service: Service) -> None:
    """Take another schedule of a flow into account."""
    plan = plan_of(flow, service)
    if plan is not None:
        store_plan(plan, flow, service)


def plan_of(flow: Resource, service: Service) -> Resource | None:
    """Return the plan of a flow; None for a draft, and for one that only seems to use a connection."""
    return service.store.get(_plan_id(flow.id))


def remove_plan(flow_id: str, service: Service) -> None:
    """Forget what a flow reads and writes."""
    service.store.delete(_plan_id(flow_id))


def _plan_id(flow_id: str) -> str:
    """Return where the plan of a flow is stored."""
    return f"{flow_id}/plan"
