"""What all stored resources have in common: who made them when, their version, how they are shown and read."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .callers import Caller
from .errors import ApiError, CodedError, MessageError, not_found
from .listing import count_matches, list_page
from .names import ORGANIZATION
from .service import Service
from .settings import Settings
from .store import Resource

Json = dict[str, Any]


def new_resource(kind: str, body: Json, caller: Caller, service: Service) -> Resource:
    """Return a resource with a fresh id and the marks of its creation; it is not stored yet.

    Fields as in the samples of the update tutorial; times are milliseconds since the epoch.
    """
    document = {
        **body,
        "createdAt": service.clock.milliseconds(),
        "createdBy": caller.user,
        "createdClient": caller.client,
        "sandboxId": caller.sandbox_id,
        "sandboxName": caller.sandbox,
        "imsOrgId": ORGANIZATION,
        "state": "enabled",
    }
    resource = Resource(str(uuid.uuid4()), kind, caller.sandbox, {"id": "", **document})
    resource.document["id"] = resource.id
    mark_change(resource, caller.user, caller.client, service)
    return resource


def mark_change(resource: Resource, user: str, client: str, service: Service) -> None:
    """Note who changed a resource now, and give it a new version."""
    resource.document |= {
        "updatedAt": service.clock.milliseconds(),
        "updatedBy": user,
        "updatedClient": client,
    }
    renew_version(resource)


def renew_version(resource: Resource) -> None:
    """Give a resource a new etag, in the form seen on Azure: the quotes are part of the value."""
    tag = f"{secrets.token_hex(4)}-0000-0200-0000-{int(time.time()):08x}0000"
    # Random, not counted: a client must not compare etags by size.
    resource.document["etag"] = resource.document["version"] = f'"{tag}"'


def settle(service: Service) -> None:
    """Enable the connections whose time of `initializing` is over; an etag appears with that.

    On AWS this was documented to take about a minute and a half, with `updatedAt` moving.
    """
    # Looked at with each request, so that no timer is needed and a restart changes nothing.
    for resource in service.store.due(service.clock.now()):
        resource.document |= {"state": "enabled", "updatedAt": int((resource.ready_at or 0) * 1000)}
        resource.ready_at = None
        renew_version(resource)
        service.store.put(resource)


def shown(resource: Resource, settings: Settings, service: Service) -> Json:
    """Return a resource as a GET shows it, its secret params in the way that the settings say.

    The documentation speaks of "a partial view of the credentials" and shows placeholders: all four ways fit it.
    """
    if not resource.secrets or settings.secrets == "omitted":
        return resource.document
    auth = resource.document["auth"]
    if settings.secrets == "masked":
        visible = dict.fromkeys(resource.secrets, "xxxx")
    elif settings.secrets == "encrypted":
        visible = {key: service.store.seal.close(value) for key, value in resource.secrets.items()}
    else:
        visible = resource.secrets
    return {**resource.document, "auth": {**auth, "params": {**auth["params"], **visible}}}


def summary(resource: Resource, status: int = 200) -> Response:
    """Answer a write: id and etag, the latter missing as long as there is none."""
    body = {"id": resource.id, "etag": resource.document.get("etag")}
    headers = {"location": f"/{resource.kind}/{resource.id}"} if status == 201 else None
    return JSONResponse({key: value for key, value in body.items() if value is not None}, status, headers)


async def read_object(request: Request) -> Json:
    """Return the request's body, which must be a JSON object.

    Raises:
        CodedError: the body is empty (1405-400).
        MessageError: it is no JSON object; the envelope is assumed.
    """
    body = await read_json(request)
    if not isinstance(body, dict):
        raise MessageError(400, "The request body must be a JSON object")
    return body


async def read_json(request: Request) -> Any:
    """Return the request's body as JSON; see `read_object` for what is refused."""
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        raise MessageError(400, "The request body is not valid JSON") from None
    if not body:
        raise CodedError(
            "1405-400",
            "The request body cannot be null or empty. Please provide a request body and try again.",
        )
    return body


def find(request: Request, kind: str) -> Resource:
    """Return the resource that the path names, if it lives in the caller's sandbox.

    Raises:
        ApiError: there is none (404, or 1439-400 by setting).
    """
    service, caller = request.app.state.service, request.state.caller
    resource_id = request.path_params["id"]
    resource: Resource | None = service.store.get(resource_id)
    # Ids are unique, but a resource of another sandbox is as good as none.
    if resource is None or (resource.kind, resource.sandbox) != (kind, caller.sandbox):
        raise _missing(kind, resource_id, service.settings)
    return resource


def _missing(kind: str, resource_id: str, settings: Settings) -> ApiError:
    """Return the refusal of an unknown id; three are documented, and not which of them is used when."""
    if settings.not_found == "404":
        return not_found(kind, resource_id)
    if settings.not_found == "1101-404":
        return CodedError(
            "1101-404",
            "The requested resource is not found. Error from flow provider: Resource with given id does not exist.",
        )
    return CodedError(
        "1439-400",
        f"The requested {kind} resource {resource_id} is not found. Verify the resource ID before trying again.",
    )


async def get_resource(request: Request, kind: str) -> Response:
    """Answer a GET by id: one item, wrapped in `items`."""
    service = request.app.state.service
    return JSONResponse({"items": [shown(find(request, kind), service.settings, service)]})


async def list_resources(request: Request, kind: str) -> Response:
    """Answer a list: a page of items and the link to the next, or the count."""
    return await answer_query(request, kind, request.query_params.multi_items(), most=100)


async def answer_query(request: Request, kind: str, query: list[tuple[str, str]], *, most: int) -> Response:
    """Answer a list or a search, which takes the same parameters in its body.

    `most` is the page size that the API description states: 100 for lists, 1,000 for searches.
    """
    service, caller = request.app.state.service, request.state.caller
    if dict(query).get("count") == "true":
        return JSONResponse({"count": await count_matches(service.store, kind, caller.sandbox, query)})
    page = await list_page(service.store, kind, caller.sandbox, query, most=most)
    items = [shown(resource, service.settings, service) for resource in page.resources]
    # Relative to the base path of the API, as its description has it.
    links = {"next": {"href": f"/{kind}?continuationToken={page.token}"}} if page.token else {}
    return JSONResponse({"items": items, "_links": links})
