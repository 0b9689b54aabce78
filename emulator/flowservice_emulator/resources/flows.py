"""Create, read and delete source connections and flows, which use base connections."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ..http.callers import Caller, caller_of
from ..http.errors import CodedError
from ..json_values import Json
from ..service import Service, service_of
from ..store.store import Resource, Selection
from .common import (
    find,
    get_resource,
    list_resources,
    new_resource,
    read_object,
    summary,
    unknown_reference,
)
from .models import FlowBody, SourceConnectionBody, parsed
from .specs import find_spec

SOURCES = "sourceConnections"
FLOWS = "flows"
DATABASE_FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
_FLOW_OF_SOURCE = "EXISTS (SELECT 1 FROM json_each(document, '$.sourceConnectionIds') AS source WHERE source.value = ?)"


async def create_source_connection(request: Request) -> Response:
    """Answer `POST /sourceConnections`: a table of a base connection."""
    service = service_of(request)
    draft = is_draft(request)
    body = await read_object(request)
    sent = parsed(SourceConnectionBody, body, service.settings.unknown_fields)
    find_spec(body["connectionSpec"], service.settings)
    return summary(source_connection(sent.sent(), caller_of(request), service, draft=draft), request, 201)


def source_connection(body: Json, caller: Caller, service: Service, *, draft: bool = False) -> Resource:
    """Store a source connection of an existing base connection.

    Raises:
        CodedError: there is no such base connection (1439-400, assumed), or it is a draft and the source connection
            is none (1416-400, assumed): the tutorial on drafts forbids publishing in this order only.
    """
    base = service.store.get(body["baseConnectionId"])
    if base is None or (base.kind, base.sandbox) != ("connections", caller.sandbox):
        raise unknown_reference("connections", body["baseConnectionId"][:80])
    if base.document["state"] == "draft" and not draft:
        raise CodedError("1416-400", "A source connection cannot be published while its base connection is a draft.")
    inherited = {"baseConnection": {"id": base.id, "connectionSpec": base.document["connectionSpec"]}}
    resource = new_resource(SOURCES, {**body, "inheritedAttributes": inherited}, caller, service)
    _start(resource, service, draft=draft)
    return resource


async def create_flow(request: Request) -> Response:
    """Answer `POST /flows`: a flow reads source connections regularly."""
    service = service_of(request)
    draft = is_draft(request)
    body = await read_object(request)
    if "state" in body:
        raise CodedError("1410-400", "The state of a flow cannot be given when it is created.")
    sent = parsed(FlowBody, body, service.settings.unknown_fields)
    return summary(flow(sent.sent(), caller_of(request), service, draft=draft), request, 201)


def flow(body: Json, caller: Caller, service: Service, *, draft: bool = False) -> Resource:
    """Store a flow of existing source connections, with what it inherits from them.

    Raises:
        CodedError: there is no such source connection (1439-400, assumed).
    """
    # What is inherited is written down at creation: specs and base connections of a source do not change.
    sources = []
    for source_id in body["sourceConnectionIds"]:
        source = service.store.get(source_id)
        if source is None or (source.kind, source.sandbox) != (SOURCES, caller.sandbox):
            raise unknown_reference(SOURCES, source_id[:80])
        if source.document["state"] == "draft" and not draft:
            raise CodedError("1416-400", "A flow cannot be published while its source connection is a draft.")
        base = source.document["inheritedAttributes"]["baseConnection"]
        sources.append({"id": source.id, "connectionSpec": source.document["connectionSpec"], "baseConnection": base})
    inherited = {"sourceConnections": sources, "targetConnections": []}
    resource = new_resource(FLOWS, {**body, "inheritedAttributes": inherited}, caller, service)
    _start(resource, service, draft=draft)
    return resource


def is_draft(request: Request) -> bool:
    """Return whether a source connection or flow is to be a draft: which specs allow it is not documented here.

    Raises:
        CodedError: the mode is another (1451-400, assumed).
    """
    mode = request.query_params.get("mode")
    if mode not in (None, "draft"):
        raise CodedError("1451-400", "Invalid params mode provided in query params.")
    return mode == "draft"


def _start(resource: Resource, service: Service, *, draft: bool) -> None:
    """Store a new source connection or flow in its first state."""
    if draft:
        resource.document["state"] = "draft"
    service.store.put(resource)


async def delete_flow(request: Request) -> Response:
    """Answer `DELETE /flows/{id}`."""
    service_of(request).store.delete(find(request, FLOWS).id)
    return Response(status_code=204)


async def delete_source_connection(request: Request) -> Response:
    """Answer `DELETE /sourceConnections/{id}`: refused as long as a flow reads it."""
    service = service_of(request)
    resource = find(request, SOURCES)
    if await service.store.count(FLOWS, resource.sandbox, Selection([_FLOW_OF_SOURCE], [resource.id])):
        raise CodedError("1447-400", f"Found active flows containing id {resource.id}.")
    service.store.delete(resource.id)
    return Response(status_code=204)


async def get_source_connection(request: Request) -> Response:
    """Answer `GET /sourceConnections/{id}`."""
    return await get_resource(request, SOURCES)


async def list_source_connections(request: Request) -> Response:
    """Answer `GET /sourceConnections`."""
    return await list_resources(request, SOURCES)


async def get_flow(request: Request) -> Response:
    """Answer `GET /flows/{id}`."""
    return await get_resource(request, FLOWS)


async def list_flows(request: Request) -> Response:
    """Answer `GET /flows`."""
    return await list_resources(request, FLOWS)
