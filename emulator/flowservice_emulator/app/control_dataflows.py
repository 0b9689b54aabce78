"""Answer the paths below `/emulator/flows` and those of their connections: what somebody else does in the UI."""

from __future__ import annotations

from starlette.requests import Request

from ..http.errors import ApiError
from ..json_values import Json
from ..names import SANDBOXES
from ..resources.common import mark_change
from ..resources.data_prep.bodies import mapping_set
from ..resources.data_prep.mapping_sets import MAPPING_SETS, put_version
from ..resources.dataflows.kinds import FLOWS, SOURCES, TARGETS
from ..resources.dataflows.operations import remove_flow
from ..resources.dataflows.plan import replan
from ..resources.dataflows.runs.due import make_due_runs
from ..resources.dataflows.schedule import read_schedule
from ..resources.dataflows.transformations import MAPPING, check_shape, delta_column
from ..service import Service
from ..store.store import Resource
from .control_endpoint import BROWSER_CLIENT, Control, text

_CHANGEABLE = ("name", "description", "scheduleParams", "options", "transformations", "state", "mapping")


async def _list(service: Service, body: Json, request: Request) -> list[Json]:
    await make_due_runs(service)
    sandbox = request.query_params.get("sandbox")
    return [each.document for each in service.store.all(FLOWS) if sandbox in (None, each.sandbox)]


async def _change(service: Service, body: Json, request: Request) -> None:
    """Change a flow as somebody does in the user interface, frozen or not; `mapping` makes a version of its set."""
    await make_due_runs(service)
    flow = _existing(service, request, FLOWS)
    changes = body.get("changes", {})
    if not isinstance(changes, dict):
        raise ValueError("changes must be an object")
    if unknown := sorted(changes.keys() - set(_CHANGEABLE)):
        raise ValueError(f"{', '.join(unknown)} cannot be changed; {', '.join(_CHANGEABLE)} can")
    for name in ("name", "state"):
        if name in changes and not text(changes, name):
            raise ValueError(f"{name} cannot be removed")
    text(changes, "description")
    user = text(body, "by") or "someone@example.com"
    document = {**flow.document, **_judged(flow, changes)}
    if "mapping" in changes:
        document["transformations"] = _mapped(flow, changes["mapping"], user, service)
    flow.document = {key: value for key, value in document.items() if value is not None}
    mark_change(flow, user, BROWSER_CLIENT, service)
    service.store.put(flow)
    if "scheduleParams" in changes:
        replan(flow, service)


def _judged(flow: Resource, changes: Json) -> Json:
    """Return changes that the flow can be shown with; those of schedule and options are merged into what there is."""
    judged = {key: value for key, value in changes.items() if key != "mapping"}
    for field in ("scheduleParams", "options"):
        if field in changes:
            if not isinstance(changes[field], dict):
                raise ValueError(f"{field} must be an object")
            merged = {**(flow.document.get(field) or {}), **changes[field]}
            judged[field] = {key: value for key, value in merged.items() if value is not None}
    try:
        if "scheduleParams" in judged:
            read_schedule(judged["scheduleParams"])
        if "transformations" in judged:
            delta_column(check_shape(judged["transformations"]))
    except ApiError as error:
        raise ValueError(f"the API refuses this: {error.reason}") from None
    return judged


def _mapped(flow: Resource, mapping: object, user: str, service: Service) -> list[Json]:
    """Return the flow's transformations with the next version of its mapping set."""
    transformations: list[Json] = flow.document.get("transformations") or []
    for number, each in enumerate(transformations):
        found = service.store.get(str(each.get("params", {}).get("mappingId")))
        if each["name"] == MAPPING and found is not None and found.kind == MAPPING_SETS:
            if not isinstance(mapping, dict) or not isinstance(mapping.get("mappings"), list):
                raise ValueError("mapping must be an object with mappings, a list")
            try:
                sent = mapping_set(mapping, service.settings)
            except ApiError as error:
                raise ValueError(f"the API refuses this: {error.reason}") from None
            kept = {key: found.document[key] for key in ("name", "schemaId", "contentType", "xdmVersion")}
            put_version(found, {**sent, **kept}, user, service)
            params = {**each["params"], "mappingVersion": found.document["version"]}
            return [*transformations[:number], {**each, "params": params}, *transformations[number + 1 :]]
    raise ValueError("the flow has no mapping set that is still there")


def _delete(service: Service, body: Json, request: Request) -> None:
    remove_flow(_existing(service, request, FLOWS), service)


def _hide(service: Service, body: Json, request: Request) -> None:
    """Put the access label on a flow that hides it."""
    flow = _existing(service, request, FLOWS)
    denied = service.settings.denied_labels
    if not denied:
        raise ValueError("the setting denied_labels names no label that hides")
    flow.document["labels"] = [*(flow.document.get("labels") or []), denied[0]]
    service.store.put(flow)


def _show(service: Service, body: Json, request: Request) -> None:
    """Take the access labels that hide a flow away."""
    flow = _existing(service, request, FLOWS)
    denied = service.settings.denied_labels
    flow.document["labels"] = [each for each in flow.document.get("labels") or [] if each not in denied]
    service.store.put(flow)


def _delete_source(service: Service, body: Json, request: Request) -> None:
    service.store.delete(_existing(service, request, SOURCES).id)


def _delete_target(service: Service, body: Json, request: Request) -> None:
    service.store.delete(_existing(service, request, TARGETS).id)


def _existing(service: Service, request: Request, kind: str) -> Resource:
    """Return the resource that the path names, in whatever sandbox it lives."""
    found = service.store.get(request.path_params["id"])
    if found is None or found.kind != kind:
        raise ValueError(f"there is no {request.path_params['id'][:80]} among the {kind} of {', '.join(SANDBOXES)}")
    return found


DATAFLOW_CONTROLS: list[tuple[str, str, Control]] = [
    ("GET", "flows", _list),
    ("PATCH", "flows/{id}", _change),
    ("DELETE", "flows/{id}", _delete),
    ("POST", "flows/{id}/hide", _hide),
    ("POST", "flows/{id}/show", _show),
    ("DELETE", "sourceConnections/{id}", _delete_source),
    ("DELETE", "targetConnections/{id}", _delete_target),
]
