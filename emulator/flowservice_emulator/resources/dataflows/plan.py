"""Keep what the runs of a flow need, apart from what the flow shows.

A flow goes on with its source connection as it was: later changes of that "will not be reflected", the tutorial on
updates says.
"""

from __future__ import annotations

from ...service import Service
from ...store.store import Resource
from .rules import Parts

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
    }
    service.store.put(Resource(plan_id(flow.id), PLANS, flow.sandbox, document))


def remove_plan(flow_id: str, service: Service) -> None:
    """Forget what a flow reads and writes."""
    service.store.delete(plan_id(flow_id))


def plan_id(flow_id: str) -> str:
    """Return where the plan of a flow is stored."""
    return f"{flow_id}/plan"
