"""Create, read, list, change, validate and delete mapping sets; the bodies of errors are not documented here."""

from __future__ import annotations

import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...http.callers import caller_of
from ...http.errors import GatewayError, TitledError, bad_request
from ...json_values import Json
from ...service import Service, service_of
from ...store.store import Resource, Selection
from ..common import query_number, read_object
from .bodies import mapping_set
from .shape import set_document, shown, shown_mapping, summary
from .validation import problems, validation_response

MAPPING_SETS = "mappingSets"
_VERSIONS = "mappingSetVersions"
_KNOWN = ("limit", "start", "name", "orderBy", "expandSchema")
_DEFAULT_PAGE = 10
_LARGEST_PAGE = 100
_ORDERS = {"createdDate": "createdDate", "updatedDate": "modifiedDate"}


async def create_mapping_set(request: Request) -> Response:
    """Answer `POST /mappingSets`: 200, not 201. What it holds is looked at by `validate` and by Flow Service alone."""
    service, caller = service_of(request), caller_of(request)
    sent = mapping_set(await read_object(request), service.settings)
    return JSONResponse(summary(new_mapping_set(sent, caller.sandbox, caller.user, service), service))


def new_mapping_set(sent: Json, sandbox: str, user: str, service: Service) -> Resource:
    """Store a new mapping set in its version 0."""
    resource = Resource(uuid.uuid4().hex, MAPPING_SETS, sandbox, {})
    resource.document = set_document(sent, user, service.clock.milliseconds())
    service.store.put(resource)
    return resource


async def get_mapping_set(request: Request) -> Response:
    """Answer `GET /mappingSets/{id}?version=N`; without a version it is version 0, as documented."""
    return JSONResponse(shown(_wanted_version(request), service_of(request)))


async def list_mappings(request: Request) -> Response:
    """Answer `GET /mappingSets/{id}/mappings`: the mappings alone."""
    return JSONResponse([_mapping(each, request) for each in _wanted_version(request).document["mappings"]])


async def get_mapping(request: Request) -> Response:
    """Answer `GET /mappingSets/{id}/mappings/{mapping}`."""
    for each in _wanted_version(request).document["mappings"]:
        if each["id"] == request.path_params["mapping"]:
            return JSONResponse(_mapping(each, request))
    raise _not_found()


async def list_mapping_sets(request: Request) -> Response:
    """Answer `GET /mappingSets`: a page of the newest versions."""
    service, caller, query = service_of(request), caller_of(request), request.query_params
    if unknown := [name for name in query if name not in _KNOWN]:
        raise bad_request(f"The query parameter {unknown[0][:80]} is not supported")
    limit, start = (
        query_number(query.get("limit"), "limit", _DEFAULT_PAGE),
        query_number(query.get("start"), "start", 0),
    )
    order = query.get("orderBy", "createdDate")
    if not 0 < limit <= _LARGEST_PAGE or order.lstrip("+- ") not in _ORDERS or "\0" in query.get("name", ""):
        raise bad_request(f"limit goes up to {_LARGEST_PAGE}, orderBy is one of {', '.join(_ORDERS)}")
    exact = service.settings.name_filter == "exact"
    named = Selection(["name = ?" if exact else "instr(name, ?)"], [query["name"]]) if "name" in query else Selection()
    direction = "ASC" if order[0] != "-" else "DESC"
    found = await service.store.page(
        MAPPING_SETS,
        caller.sandbox,
        named,
        order=f"json_extract(document, '$.{_ORDERS[order.lstrip('+- ')]}') {direction}, revision",
        limit=limit,
        offset=start,
    )
    total = await service.store.count(MAPPING_SETS, caller.sandbox, named)
    page = {"totalElements": total, "start": start, "limit": limit, "count": len(found)}
    return JSONResponse({"data": [shown(each, service) for each in found], "_links": {}, "_page": page})


async def replace_mapping_set(request: Request) -> Response:
    """Answer `PUT /mappingSets/{id}`: another version with new mappings, whose ids are new; the last writer wins."""
    service, caller = service_of(request), caller_of(request)
    body = await read_object(request)
    resource = _find(request)
    if not service.settings.mapping_sets_editable:
        raise bad_request("The mapping set cannot be edited")
    put_version(resource, mapping_set(body, service.settings), caller.user, service)
    return JSONResponse(shown(resource, service))


def put_version(resource: Resource, sent: Json, user: str, service: Service) -> None:
    """Give a mapping set its next version; the one of before stays readable."""
    before = resource.document
    service.store.put(Resource(_version_id(resource.id, before["version"]), _VERSIONS, resource.sandbox, before))
    kept = {key: before[key] for key in ("createdDate", "createdBy")}
    named = {**sent, "name": sent["name"] or before["name"]}
    resource.document = set_document(named, user, service.clock.milliseconds()) | kept
    resource.document["version"] = before["version"] + 1
    service.store.put(resource)


async def validate_mapping_set(request: Request) -> Response:
    """Answer `POST /mappingSets/validate`: 200, whatever is found; a set without mappings is refused (assumed)."""
    service, caller = service_of(request), caller_of(request)
    sent = mapping_set(await read_object(request), service.settings)
    if not sent["mappings"]:
        raise bad_request("A mapping set needs at least one mapping")
    return JSONResponse(validation_response(sent, problems(sent, caller.sandbox, service)))


async def delete_mapping_set(request: Request) -> Response:
    """Answer `DELETE /mappingSets/{id}`, which Adobe's Python client calls and no document has."""
    service = service_of(request)
    if service.settings.mapping_set_delete == 405:
        error = GatewayError(405, "405000", "The method is not allowed")
        error.headers["allow"] = "GET, PUT"
        raise error
    resource = _find(request)
    for version in range(resource.document["version"]):
        service.store.delete(_version_id(resource.id, version))
    service.store.delete(resource.id)
    return Response(status_code=204)


def version_of(mapping_id: str, version: int, sandbox: str, service: Service) -> Resource | None:
    """Return a version of a mapping set as it was then; None where there is no such set or version."""
    newest = service.store.get(mapping_id)
    if newest is None or (newest.kind, newest.sandbox) != (MAPPING_SETS, sandbox):
        return None
    if version == newest.document["version"]:
        return newest
    found = service.store.get(_version_id(mapping_id, version))
    # Under its own id, as it was shown then.
    return Resource(mapping_id, MAPPING_SETS, sandbox, found.document) if found else None


def _wanted_version(request: Request) -> Resource:
    number = query_number(request.query_params.get("version"), "version", 0)
    found = version_of(request.path_params["id"], number, caller_of(request).sandbox, service_of(request))
    if found is None:
        raise _not_found()
    return found


def _find(request: Request) -> Resource:
    """Return the newest version of the mapping set that the path names."""
    found = service_of(request).store.get(request.path_params["id"])
    if found is None or (found.kind, found.sandbox) != (MAPPING_SETS, caller_of(request).sandbox):
        raise _not_found()
    return found


def _mapping(mapping: Json, request: Request) -> Json:
    return shown_mapping(mapping, service_of(request).settings)


def _version_id(mapping_id: str, version: int) -> str:
    return f"{mapping_id}/{version}"


def _not_found() -> TitledError:
    return TitledError(404, "NotFoundError", "The mapping set was not found")
