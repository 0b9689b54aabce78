"""Base connections: create, read, list, change, delete, try out and publish them."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import database
from .errors import CodedError, LegacyError, MessageError
from .patch import patched
from .resources import (
    answer_query,
    find,
    get_resource,
    list_resources,
    mark_change,
    new_resource,
    read_json,
    read_object,
    summary,
)
from .service import Service
from .specs import check_params, find_spec, secret_params
from .store import Resource, Selection

Json = dict[str, Any]
KIND = "connections"
_IN_USE = (
    "EXISTS (SELECT 1 FROM json_each(document, '$.inheritedAttributes.sourceConnections') AS source "
    "WHERE json_extract(source.value, '$.baseConnection.id') = ?)"
)


async def create_connection(request: Request) -> Response:
    """Answer `POST /connections`: check the body against its spec, store it, tell id and etag.

    Neither a key against repetition nor unique names are documented, so a repeated create makes a second
    connection. Whether the real service tries the credentials here is not documented; this one does not.
    """
    service, caller = request.app.state.service, request.state.caller
    body = await read_object(request)
    spec = find_spec(body.get("connectionSpec"))
    draft = _is_draft(request, spec)
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise CodedError("1304-400", "The mandatory field name is not provided. Please provide the name and try again.")
    auth = body.get("auth") or {}
    params = auth.get("params") if isinstance(auth, dict) else None
    if not isinstance(params, dict):
        raise CodedError(
            "1304-400", "The mandatory field auth.params is not provided. Please provide the auth.params and try again."
        )
    check_params(spec, auth.get("specName"), params)
    resource = new_resource(KIND, _known_fields(body), caller, service)
    set_params(resource, params)
    _start(resource, service, draft=draft)
    service.store.put(resource)
    return summary(resource, 201)


def _known_fields(body: Json) -> Json:
    """Return what a create may set; anything else in the body is dropped (assumed)."""
    kept: Json = {key: body[key] for key in ("name", "description", "connectionSpec", "providerId") if key in body}
    return {**kept, "auth": {key: value for key, value in body["auth"].items() if key in ("specName", "type")}}


def _is_draft(request: Request, spec: Json) -> bool:
    """Return whether a draft is asked for; the tutorial on drafts sends clients to the spec to see if it may be."""
    mode = request.query_params.get("mode")
    if mode is None:
        return False
    if mode != "draft" or not spec["attributes"].get("isDraftModeSupported"):
        raise CodedError("1451-400", "Invalid params mode provided in query params.")
    return True


def _start(resource: Resource, service: Service, *, draft: bool) -> None:
    """Put a new connection into its first state."""
    if draft:
        resource.document["state"] = "draft"
    elif service.settings.initializing_seconds:
        resource.document["state"] = "initializing"
        resource.ready_at = service.clock.now() + service.settings.initializing_seconds
        # Samples of this state show neither.
        del resource.document["etag"], resource.document["version"]


def params_of(resource: Resource) -> Json:
    """Return all params of a connection, secrets in the clear."""
    return {**resource.document["auth"]["params"], **resource.secrets}


def set_params(resource: Resource, params: Json) -> None:
    """Give a connection its params: the secret ones lie apart from what is shown."""
    auth = resource.document["auth"]
    hidden = secret_params(find_spec(resource.document["connectionSpec"]), auth["specName"])
    # Everything that the schema does not call a secret is shown, and so is what it does not know.
    resource.secrets = {key: value for key, value in params.items() if key in hidden}
    resource.document["auth"] = {**auth, "params": {key: params[key] for key in params if key not in hidden}}


async def get_connection(request: Request) -> Response:
    """Answer `GET /connections/{id}`."""
    return await get_resource(request, KIND)


async def list_connections(request: Request) -> Response:
    """Answer `GET /connections`."""
    return await list_resources(request, KIND)


async def search_connections(request: Request) -> Response:
    """Answer `POST /connections/search`; that `queryString` holds filters joined by `&` is assumed."""
    body = await read_object(request)
    query: list[tuple[str, str]] = [(name, str(body[name])) for name in ("limit", "orderby") if name in body]
    query += [("property", each.removeprefix("property=")) for each in body.get("queryString", "").split("&") if each]
    query += [("count", "true")] if body.get("count") is True else []
    query += [(name, value) for name, value in request.query_params.multi_items() if name == "continuationToken"]
    return await answer_query(request, KIND, query, most=1000)


async def patch_connection(request: Request) -> Response:
    """Answer `PATCH /connections/{id}`: JSON Patch, on condition of the etag.

    The etag counts with its quotes: the description of the destinations' API says that one without them is
    another version. A patch applies as a whole or not at all.

    The order in which the refusals are checked is assumed.
    """
    service, caller = request.app.state.service, request.state.caller
    # Read first: nothing may come between the look at the etag and the write.
    await request.body()
    resource = find(request, KIND)
    version = request.headers.get("if-match")
    if not version:
        raise CodedError(
            "1403-400",
            "The header 'If-Match' is missing in the request. Please provide the header and try again.",
        )
    if not service.settings.patch_enabled:
        raise CodedError("1445-400", "PATCH Connection Feature not enabled.")
    _check_state(resource)
    if version != resource.document["version"]:
        raise LegacyError(
            412,
            f"Supplied version=[{version}] does not match the current version on "
            f"entity=[{resource.document['version']}]",
        )
    changed = patched(
        {**resource.document, "auth": {**resource.document["auth"], "params": params_of(resource)}},
        await read_json(request),
        single_params=service.settings.single_params,
    )
    check_params(find_spec(changed["connectionSpec"]), changed["auth"]["specName"], changed["auth"]["params"])
    resource.document = changed
    set_params(resource, changed["auth"]["params"])
    mark_change(resource, caller.user, caller.client, service)
    service.store.put(resource)
    return summary(resource)


def _check_state(resource: Resource) -> None:
    """Refuse writes to a connection in a state of transition; a draft may change, as its tutorial says."""
    state = resource.document["state"]
    if state == "initializing":
        raise CodedError(
            "1417-400", "Delete or Update on Connections in `initializing` state are not allowed with UserToken."
        )
    if state not in ("enabled", "disabled", "draft"):
        raise CodedError(
            "1416-400",
            "Delete or Update can only be applied on connection with enabled, disabled or initializing state.",
        )


async def delete_connection(request: Request) -> Response:
    """Answer `DELETE /connections/{id}`: refused as long as a flow uses the connection.

    The documented refusal has status 400, not 409, and speaks of flows only: source connections do not count.
    """
    service = request.app.state.service
    resource = find(request, KIND)
    _check_state(resource)
    if await service.store.count("flows", resource.sandbox, Selection([_IN_USE], [resource.id])):
        raise CodedError(
            "1418-400",
            f"The base connection with the ID {resource.id} cannot be deleted because the base connection is being "
            "used in one or more flows. Please ensure that corresponding flows are deleted before deleting a base "
            "connection.",
        )
    service.store.delete(resource.id)
    return Response(status_code=service.settings.delete_status)


async def test_connection(request: Request) -> Response:
    """Answer `GET /connections/{id}/test`: 200 whether the login works or not, the result says which."""
    service = request.app.state.service
    resource = find(request, KIND)
    forced = service.settings.connection_test
    if forced == "unavailable":
        raise CodedError(
            "1103-503",
            "The service is temporarily unavailable. Please try again. "
            "If the problem persists, please contact customer support.",
        )
    # What a test says of a connection that is not ready is not documented: no is what a client must be ready for.
    if forced == "fail" or resource.document["state"] == "initializing":
        return JSONResponse({"result": False})
    if forced == "pass":
        return JSONResponse({"result": True})
    # In a thread: a database that does not answer must hold up this request alone.
    seconds = service.settings.database_timeout_seconds
    return JSONResponse({"result": await run_in_threadpool(database.accepts_login, params_of(resource), seconds)})


async def publish_connection(request: Request) -> Response:
    """Answer `POST /connections/{id}/action?op=publish`: a draft becomes a connection."""
    service, caller = request.app.state.service, request.state.caller
    resource = find(request, KIND)
    operation = request.query_params.get("op", "").lower()
    if operation.startswith("finalize"):
        raise CodedError("1402-400", "The action 'finalize' is supported for provider requests only.")
    if operation != "publish":
        raise MessageError(400, "Please provide a valid op")
    if resource.document["state"] != "draft":
        state = resource.document["state"]
        raise CodedError("1420-400", f"The current state {state} cannot be updated.")
    resource.document["state"] = "enabled"
    mark_change(resource, caller.user, caller.client, service)
    service.store.put(resource)
    return summary(resource)
