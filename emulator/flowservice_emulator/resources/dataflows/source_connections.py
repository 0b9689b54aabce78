"""Create, read, list, change and delete source connections: a table of a base connection."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...http.callers import Caller, caller_of
from ...http.errors import CodedError
from ...json_values import Json
from ...service import Service, service_of
from ...settings import Settings
from ...store.store import Resource, Selection
from ..common import (
    check_version,
    find,
    mark_change,
    new_resource,
    read_json,
    read_object,
    shown,
    summary,
    unknown_reference,
)
from ..connections import KIND
from ..explore import check_table
from ..models import SourceConnectionBody, parsed
from ..reading import get_resource, list_resources
from ..specs import connection_specs, find_spec, shown_spec
from .drafts import is_draft, start
from .kinds import FLOWS, SOURCES
from .part_patch import patched_part

_FLOW_OF_SOURCE = "EXISTS (SELECT 1 FROM json_each(document, '$.sourceConnectionIds') AS source WHERE source.value = ?)"


async def create_source_connection(request: Request) -> Response:
    """Answer `POST /sourceConnections`. A flow judges table and columns, not this."""
    service = service_of(request)
    draft = is_draft(request)
    body = await read_object(request)
    sent = parsed(SourceConnectionBody, body, service.settings.unknown_fields)
    find_spec(body["connectionSpec"], service.settings)
    base = service.store.get(sent.baseConnectionId)
    if service.settings.table_check == "source connection" and base is not None and base.kind == KIND and not draft:
        await check_table(base, sent.params, service)
    return summary(source_connection(sent.sent(), caller_of(request), service, draft=draft), request, 201)


def source_connection(body: Json, caller: Caller, service: Service, *, draft: bool = False) -> Resource:
    """Store a source connection of an existing base connection.

    Raises:
        CodedError: there is no such base connection (1439-400, assumed), or it is a draft and the source connection
            is none (1416-400, assumed: the tutorial on drafts forbids publishing in this order only), or it has
            another spec (1413-400, assumed), or filters that the spec does not support (1353-400).
    """
    base = service.store.get(body["baseConnectionId"])
    if base is None or (base.kind, base.sandbox) != (KIND, caller.sandbox):
        raise unknown_reference(KIND, body["baseConnectionId"][:80])
    if base.document["state"] == "draft" and not draft:
        raise CodedError("1416-400", "A source connection cannot be published while its base connection is a draft.")
    if body["connectionSpec"]["id"] != base.document["connectionSpec"]["id"]:
        raise CodedError(
            "1413-400", "The connection spec ID of the source connection is not that of its base connection."
        )
    _check_filters(body, service.settings)
    inherited = {"baseConnection": {"id": base.id, "connectionSpec": base.document["connectionSpec"]}}
    resource = new_resource(SOURCES, {**body, "inheritedAttributes": inherited}, caller, service)
    start(resource, service, draft=draft)
    return resource


def _check_filters(body: Json, settings: Settings) -> None:
    """Refuse filters where the spec's `attributes.filterAtSource` does not allow them."""
    if not (body.get("params") or {}).get("filters"):
        return
    attributes = shown_spec(connection_specs()[body["connectionSpec"]["id"]], settings)["attributes"]
    if not attributes.get("filterAtSource", {}).get("enabled"):
        raise CodedError("1353-400", f"Filter at source is not yet supported for {attributes['connectorName']}.")


async def get_source_connection(request: Request) -> Response:
    """Answer `GET /sourceConnections/{id}`."""
    return await get_resource(request, SOURCES, source_view)


async def list_source_connections(request: Request) -> Response:
    """Answer `GET /sourceConnections`."""
    return await list_resources(request, SOURCES, source_view)


def source_view(document: Json, settings: Settings) -> Json:
    """Return a source connection as it is shown; in newer samples `data` has keys that nobody sent."""
    if settings.extra_fields:
        document = {**document, "data": {"schema": None, "properties": None, **document.get("data", {})}}
    params = document.get("params")
    if settings.columns == "as sent" or not params:
        return document
    return {**document, "params": {key: value for key, value in params.items() if key != "columns"}}


async def patch_source_connection(request: Request) -> Response:
    """Answer `PATCH /sourceConnections/{id}`. A flow that has it already goes on as before."""
    return await patch_part(request, SOURCES)


async def patch_part(request: Request, kind: str) -> Response:
    """Answer a PATCH of a source or target connection; the answer is a list by the description of the API."""
    service, caller = service_of(request), caller_of(request)
    await request.body()
    resource = find(request, kind)
    check_version(request, resource, service.settings)
    one_object = service.settings.patch_body == "object too"
    changed = patched_part(resource.document, await read_json(request), one_object=one_object)
    if kind == SOURCES:
        _check_filters(changed, service.settings)
    if changed != resource.document or service.settings.idle_patch == "new etag":
        resource.document = changed
        mark_change(resource, caller.user, caller.client, service)
        service.store.put(resource)
    if service.settings.part_patch == "id and etag":
        return summary(resource, request)
    view = source_view if kind == SOURCES else None
    return JSONResponse({"items": [shown(resource, service, view)]})


async def delete_source_connection(request: Request) -> Response:
    """Answer `DELETE /sourceConnections/{id}`: refused as long as a flow reads it."""
    return await delete_part(request, SOURCES, _FLOW_OF_SOURCE)


async def delete_part(request: Request, kind: str, used: str) -> Response:
    """Delete a source or target connection that no flow has; `used` is SQL that finds such flows by its id."""
    service = service_of(request)
    resource = find(request, kind)
    if await service.store.count(FLOWS, resource.sandbox, Selection([used], [resource.id])):
        raise CodedError("1447-400", f"Found active flows containing id {resource.id}.")
    service.store.delete(resource.id)
    return Response(status_code=204)
