"""Answer for the Catalog: the datasets of a sandbox, read only.

Answers are maps from ids to objects. The bodies of errors are not documented for this service.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...http.callers import Caller, caller_of
from ...http.errors import TitledError, bad_request
from ...json_values import Json
from ...service import Service, service_of
from ...settings import Settings
from ...store.store import Resource, Selection
from ..common import query_number
from .definition import DATASETS

_KNOWN = ("name", "limit", "start", "properties", "orderBy")
_DEFAULT_PAGE = 20
_LARGEST_PAGE = 100
_ORDER = re.compile(r"(asc|desc):(name|created|updated)")
_MOST_PROPERTIES = 50


async def list_datasets(request: Request) -> Response:
    """Answer `GET /dataSets`: a map, of 20 datasets unless `limit` says another number up to 100."""
    service, caller, query = service_of(request), caller_of(request), request.query_params
    for name in query:
        # The real service takes any property as a filter; which of them a typing mistake is, nobody can tell.
        if name not in _KNOWN:
            raise bad_request(f"The query parameter {name[:80]} is not supported")
    limit = query_number(query.get("limit"), "limit", _DEFAULT_PAGE)
    if (limit > _LARGEST_PAGE and service.settings.large_limit == "refused") or limit == 0:
        raise bad_request(f"limit must be a number from 1 to {_LARGEST_PAGE}")
    found = await service.store.page(
        DATASETS,
        caller.sandbox,
        _named(query.get("name"), service.settings),
        order=_order(query.get("orderBy")),
        limit=min(limit, _LARGEST_PAGE),
        offset=query_number(query.get("start"), "start", 0),
    )
    return JSONResponse({each.id: _shown(each, query.get("properties"), caller, service) for each in found})


async def get_dataset(request: Request) -> Response:
    """Answer `GET /dataSets/{id}`: a map with one entry."""
    service, caller = service_of(request), caller_of(request)
    found = service.store.get(request.path_params["id"])
    if found is None or (found.kind, found.sandbox) != (DATASETS, caller.sandbox):
        raise TitledError(404, "NotFoundError", "The dataset was not found")
    shown = _shown(found, request.query_params.get("properties"), caller, service)
    return JSONResponse({found.id: shown})


def _named(name: str | None, settings: Settings) -> Selection:
    if name is None:
        return Selection()
    if "\0" in name:
        raise bad_request("name is not valid")
    return Selection(["name = ?" if settings.name_filter == "exact" else "instr(name, ?)"], [name])


def _order(text: str | None) -> str:
    """Return SQL for `orderBy`, newest first without one."""
    if text is None:
        return "revision DESC"
    match = _ORDER.fullmatch(text)
    if match is None:
        raise bad_request("orderBy must be asc or desc, a colon, and name, created or updated")
    return f"json_extract(document, '$.{match[2]}') {match[1]}, revision"


def _shown(resource: Resource, properties: str | None, caller: Caller, service: Service) -> Json:
    """Return a dataset with the properties that are asked for; with none of them it is empty."""
    document, settings = resource.document, service.settings
    reference = {"id": document["schemaId"], "contentType": settings.content_type}
    # Samples have an empty object in the place of a property that has no value.
    holes: Json = {"empty": {"schemaRef": {}}, "shown": {"schemaRef": reference}}
    whole = {
        **{key: document[key] for key in ("name", "created", "updated", "state", "tags")},
        "imsOrg": caller.organization,
        "sandboxId": caller.sandbox_id,
        "version": "1.0.0",
        **holes.get(settings.schema_ref, {"schemaRef": reference} if properties else {}),
    }
    if properties is None:
        return whole
    wanted = properties.split(",")[:_MOST_PROPERTIES]
    return {key: whole[key] for key in wanted if key in whole}
