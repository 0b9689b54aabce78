"""Source connections and flows, as far as they make a base connection one that is in use."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from .callers import Caller
from .errors import CodedError, MessageError
from .resources import find, get_resource, list_resources, new_resource, read_object, summary
from .service import Service
from .specs import find_spec
from .store import Resource, Selection

Json = dict[str, Any]
SOURCES = "sourceConnections"
FLOWS = "flows"
DATABASE_FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
_FLOW_OF_SOURCE = "EXISTS (SELECT 1 FROM json_each(document, '$.sourceConnectionIds') AS source WHERE source.value = ?)"


async def create_source_connection(request: Request) -> Response:
    """Answer `POST /sourceConnections`: a table of a base connection."""
    service, caller = request.app.state.service, request.state.caller
    body = await read_object(request)
    _require(body, "name", "data")
    find_spec(body.get("connectionSpec"))
    resource = source_connection(body, caller, service)
    return summary(resource, 201)


def source_connection(body: Json, caller: Caller, service: Service) -> Resource:
    """Store a source connection of an existing base connection.

    Raises:
        CodedError: there is no such base connection (1439-400, assumed), or it is a draft (1416-400, assumed).
    """
    base = service.store.get(str(body.get("baseConnectionId")))
    if base is None or (base.kind, base.sandbox) != ("connections", caller.sandbox):
        raise _missing("connections", body.get("baseConnectionId"))
    if base.document["state"] == "draft":
        raise CodedError("1416-400", "A source connection cannot be published while its base connection is a draft.")
    inherited = {"baseConnection": {"id": base.id, "connectionSpec": base.document["connectionSpec"]}}
    resource = new_resource(SOURCES, {**body, "inheritedAttributes": inherited}, caller, service)
    service.store.put(resource)
    return resource


async def create_flow(request: Request) -> Response:
    """Answer `POST /flows`: what reads a source connection regularly."""
    service, caller = request.app.state.service, request.state.caller
    body = await read_object(request)
    _require(body, "name", "flowSpec", "sourceConnectionIds")
    return summary(flow(body, caller, service), 201)


def flow(body: Json, caller: Caller, service: Service) -> Resource:
    """Store a flow of existing source connections, with what it inherits from them.

    Raises:
        CodedError: there is no such source connection (1439-400, assumed).
    """
    # What is inherited is written down at creation: specs and base connections of a source do not change.
    sources = []
    for source_id in body["sourceConnectionIds"]:
        source = service.store.get(str(source_id))
        if source is None or (source.kind, source.sandbox) != (SOURCES, caller.sandbox):
            raise _missing(SOURCES, source_id)
        base = source.document["inheritedAttributes"]["baseConnection"]
        sources.append({"id": source.id, "connectionSpec": source.document["connectionSpec"], "baseConnection": base})
    inherited = {"sourceConnections": sources, "targetConnections": []}
    resource = new_resource(FLOWS, {**body, "inheritedAttributes": inherited}, caller, service)
    service.store.put(resource)
    return resource


async def delete_flow(request: Request) -> Response:
    """Answer `DELETE /flows/{id}`."""
    request.app.state.service.store.delete(find(request, FLOWS).id)
    return Response(status_code=204)


async def delete_source_connection(request: Request) -> Response:
    """Answer `DELETE /sourceConnections/{id}`: refused as long as a flow reads it."""
    service = request.app.state.service
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


def _require(body: Json, *fields: str) -> None:
    """Refuse a body without one of the fields that the API description marks as required."""
    for field in fields:
        if not body.get(field):
            raise CodedError(
                "1304-400", f"The mandatory field {field} is not provided. Please provide the {field} and try again."
            )
    if not isinstance(body.get("sourceConnectionIds", []), list):
        raise MessageError(400, "sourceConnectionIds must be an array")


def _missing(kind: str, resource_id: object) -> CodedError:
    return CodedError(
        "1439-400",
        f"The requested {kind} resource {resource_id} is not found. Verify the resource ID before trying again.",
    )
