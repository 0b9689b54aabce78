"""Change flows, at once or after a time in which they are in transition, with success or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...http.callers import Caller
from ...http.errors import CodedError
from ...json_values import Json
from ...service import Service
from ...store.store import Resource
from ..common import mark_change, renew_version
from .kinds import FLOWS
from .plan import remove_plan, replan

OPERATIONS = "operations"
_SETTLED = ("enabled", "disabled", "draft")
_CODES = {
    "updating": "1421-400",
    "enabling": "1420-400",
    "disabling": "1420-400",
    "delete-finalizing": "1457-400",
}


@dataclass(frozen=True)
class Operation:
    """What happens to a flow: the name in `lastOperation`, and the state that it has meanwhile."""

    name: str
    during: str


UPDATING = Operation("update", "updating")
ENABLING = Operation("enable", "enabling")
DISABLING = Operation("disable", "disabling")
PUBLISHING = Operation("publish", "updating")
DELETING = Operation("delete", "delete-finalizing")


def check_settled(flow: Resource, *, code_of_deletion: str = "1457-400") -> None:
    """Refuse a change of a flow in transition; that 1456-400 covers all other states is assumed.

    Raises:
        CodedError: 1420, 1421, 1456, 1457 or 1458-400.
    """
    state = flow.document["state"]
    if state in _SETTLED:
        return
    code = code_of_deletion if state == DELETING.during else _CODES.get(state, "1456-400")
    raise CodedError(code, f"The current state {state} cannot be updated.", (flow.id, FLOWS))


def note(flow: Resource, name: str, service: Service) -> None:
    """Note the creation of a flow, as the API description shows it: `updated` is 0."""
    flow.document["lastOperation"] = {"started": service.clock.milliseconds(), "updated": 0, "operation": name}


def begin(
    operation: Operation,
    flow: Resource,
    caller: Caller,
    service: Service,
    changes: Json | None = None,
    ops: list[Any] | None = None,
) -> None:
    """Start to change a flow; without a time of transition, it is changed afterwards.

    `changes` are fields with their new values, None for those that are to go; `ops` are shown in `lastOperation`.
    """
    now = service.clock.milliseconds()
    started = {"started": now, "updated": now, "operation": operation.name, **({"ops": ops} if ops else {})}
    pending = {
        "flowId": flow.id,
        "changes": changes or {},
        "state": flow.document["state"],
        "fails": service.settings.flow_operations == "fail",
        "deletes": operation == DELETING,
        "started": started,
    }
    mark_change(flow, caller.user, caller.client, service)
    seconds = service.settings.transition_seconds
    # A draft has no runs that a change would have to wait for.
    if not seconds or flow.document["state"] == "draft":
        _finish(flow, pending, service)
        return
    status = {"percentCompleted": 0.0, "status": {"value": "inProgress", "errors": []}}
    flow.document |= {"state": operation.during, "lastOperation": {**started, **status}}
    service.store.put(flow)
    ends = service.clock.now() + seconds
    service.store.put(Resource(f"{flow.id}/operation", OPERATIONS, flow.sandbox, pending, ready_at=ends))


def settle_flows(service: Service) -> None:
    """End the transitions whose time is over."""
    for each in service.store.due(OPERATIONS, service.clock.now()):
        service.store.delete(each.id)
        flow = service.store.get(each.document["flowId"])
        # Deleted by somebody else meanwhile.
        if flow is None:
            continue
        each.document["started"]["updated"] = flow.document["updatedAt"] = int((each.ready_at or 0) * 1000)
        # Every write gives a new version.
        renew_version(flow, service.settings)
        _finish(flow, each.document, service)


def _finish(flow: Resource, pending: Json, service: Service) -> None:
    """Apply what was asked for, or nothing of it where a setting lets it fail."""
    if pending["deletes"] and not pending["fails"]:
        remove_flow(flow, service)
        return
    errors: list[Json] = []
    document = {**flow.document, "state": pending["state"]}
    if pending["fails"]:
        errors = [{"code": "CONNECTOR-2001-500", "message": "The operation could not be completed."}]
    else:
        document |= pending["changes"]
    status = {"value": "failed" if errors else "completed", "errors": errors}
    document["lastOperation"] = {**pending["started"], "percentCompleted": 100.0, "status": status}
    flow.document = {key: value for key, value in document.items() if value is not None}
    service.store.put(flow)
    if "scheduleParams" in pending["changes"] and flow.document["state"] != "draft":
        replan(flow, service)


def remove_flow(flow: Resource, service: Service) -> None:
    """Remove a flow with its plan and, where a choice says so, with its connections."""
    service.store.delete(flow.id)
    service.store.delete(f"{flow.id}/operation")
    remove_plan(flow.id, service)
    if service.settings.flow_delete == "its connections too":
        for field in ("sourceConnectionIds", "targetConnectionIds"):
            for each in flow.document.get(field) or ():
                service.store.delete(each)
