"""Create, read, list and delete flows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...http.callers import Caller, caller_of
from ...http.errors import CodedError
from ...json_values import Json
from ...service import Service, service_of
from ...settings import Settings
from ...store.store import Resource
from ..common import find, new_resource, read_object, shown, summary
from ..explore import check_table
from ..models import FlowBody, parsed
from ..reading import list_resources
from .drafts import is_draft, start
from .flow_options import check_options, shown_options
from .kinds import FLOWS, SOURCES, TARGETS
from .labels import forbid_hidden, hide, not_hidden
from .operations import DELETING, begin, check_settled, note
from .plan import make_plan
from .rules import judged
from .schedule import shown_schedule
from .transformations import check_shape, shown_transformations


async def create_flow(request: Request) -> Response:
    """Answer `POST /flows`: from now on, a table is read regularly. A draft is judged when it is published."""
    service, caller = service_of(request), caller_of(request)
    draft = is_draft(request)
    body = await read_object(request)
    if "state" in body:
        raise CodedError("1410-400", "The state of a flow cannot be given when it is created.")
    sent = parsed(FlowBody, body, service.settings.unknown_fields).sent()
    check_options(sent.get("options"))
    if draft:
        return summary(flow(sent, caller, service, draft=True), request, 201)
    if service.settings.table_check == "flow":
        parts = await judged(sent, caller.sandbox, service)
        await check_table(parts.base, parts.source.document.get("params"), service)
    # After the last pause: nothing may come between the look at what there is and the write.
    parts = await judged(sent, caller.sandbox, service)
    resource = flow(sent, caller, service)
    make_plan(resource, parts, service)
    return summary(resource, request, 201)


def flow(body: Json, caller: Caller, service: Service, *, draft: bool = False) -> Resource:
    """Store a flow with what it inherits from its connections; nothing of it is judged here."""
    body = dict(body)
    transformations = check_shape(body.get("transformations"))
    if transformations and service.settings.transformation_order == "reversed":
        body["transformations"] = transformations[::-1]
    # What is inherited is written down at creation: specs and base connections of a source do not change.
    body["inheritedAttributes"] = {
        "sourceConnections": [_inherited(each, service) for each in body.get("sourceConnectionIds") or ()],
        "targetConnections": [_inherited(each, service) for each in body.get("targetConnectionIds") or ()],
    }
    resource = new_resource(FLOWS, body, caller, service)
    note(resource, "draft_create" if draft else "create", service)
    start(resource, service, draft=draft)
    return resource


def _inherited(resource_id: str, service: Service) -> Json:
    """Return what a flow shows of one of its connections; of an unknown one, as a draft may name it, the id."""
    found = service.store.get(resource_id)
    if found is None or found.kind not in (SOURCES, TARGETS):
        return {"id": resource_id}
    base = found.document["inheritedAttributes"].get("baseConnection")
    shown_base = {"baseConnection": base} if base else {}
    return {"id": resource_id, "connectionSpec": found.document["connectionSpec"], **shown_base}


async def get_flow(request: Request) -> Response:
    """Answer `GET /flows/{id}`; one that an access label hides is not found."""
    resource = find(request, FLOWS)
    service = service_of(request)
    not_hidden(resource, service.settings)
    return JSONResponse({"items": [shown(resource, service, flow_view)]})


async def list_flows(request: Request) -> Response:
    """Answer `GET /flows`; hidden flows are left out (assumed)."""
    return await list_resources(request, FLOWS, flow_view, hide(service_of(request).settings))


def flow_view(document: Json, settings: Settings) -> Json:
    """Return a flow as it is shown: values have the types that answers have, and keys are there that nobody sent."""
    runs = "/flows/{}/runs" if settings.runs_link == "/flows/{id}/runs" else "/runs?property=flowId=={}"
    view = {**document, "runs": runs.format(document["id"])}
    if isinstance(document.get("scheduleParams"), dict):
        view["scheduleParams"] = shown_schedule(document["scheduleParams"], settings)
    if document.get("transformations"):
        view["transformations"] = shown_transformations(document["transformations"], settings)
    if document.get("options"):
        view["options"] = shown_options(document["options"])
    if not settings.extra_fields:
        return view
    # Of a flow of 2024.
    return {
        **view,
        "inheritedAttributes": {**document["inheritedAttributes"], "properties": {"isSourceFlow": True}},
        "options": {"isSampleDataflow": False, **(view.get("options") or {})},
        "labels": document.get("labels", []),
        "recordTypes": [{"type": "experienceevent", "extensions": {}}],
    }


async def delete_flow(request: Request) -> Response:
    """Answer `DELETE /flows/{id}`; what becomes of its connections is a choice."""
    service, caller = service_of(request), caller_of(request)
    resource = find(request, FLOWS)
    forbid_hidden(resource, service.settings)
    check_settled(resource, code_of_deletion="1458-400")
    begin(DELETING, resource, caller, service)
    return Response(status_code=204)
