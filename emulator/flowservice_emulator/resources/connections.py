"""Create, read, list, change and delete base connections."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ..http.callers import caller_of
from ..http.errors import CodedError
from ..json_values import Json
from ..service import Service, service_of
from ..settings import Settings
from ..store.store import Resource, Selection
from .common import (
    check_version,
    find,
    mark_change,
    new_resource,
    read_json,
    read_object,
    summary,
)
from .models import ConnectionBody, SearchBody, parsed
from .patch import patched
from .reading import answer_query, get_resource, list_resources
from .specs import check_params, find_spec, secret_params, spec_of

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
    service, caller = service_of(request), caller_of(request)
    body = await read_object(request)
    # The spec before all else: its refusals are the documented ones.
    spec = find_spec(body.get("connectionSpec"), service.settings)
    sent = parsed(ConnectionBody, body, service.settings.unknown_fields)
    draft = _is_draft(request, spec)
    check_params(spec, sent.auth.specName, sent.auth.params)
    resource = new_resource(KIND, _document(sent, spec), caller, service)
    set_params(resource, sent.auth.params)
    _start(resource, service, draft=draft)
    service.store.put(resource)
    return summary(resource, request, 201)


def _document(sent: ConnectionBody, spec: Json) -> Json:
    """Return what is stored of a create, without the params: `set_params` adds them."""
    document = sent.sent()
    del document["auth"]["params"]
    return {**document, "connectionSpec": {"id": spec["id"], "version": spec["version"]}}


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
    """Return all params of a connection, secrets in plain text."""
    return {**resource.document["auth"]["params"], **resource.secrets}


def set_params(resource: Resource, params: Json) -> None:
    """Set the params of a connection; the secret ones are stored apart from the visible ones."""
    auth = resource.document["auth"]
    hidden = secret_params(spec_of(resource.document), auth["specName"])
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
    search = parsed(SearchBody, await read_object(request))
    query = [("property", each.removeprefix("property=")) for each in search.queryString.split("&") if each]
    query += [("limit", str(search.limit))] if search.limit is not None else []
    query += [("orderby", search.orderby)] if search.orderby is not None else []
    query += [("count", "true")] if search.count else []
    query += [(name, value) for name, value in request.query_params.multi_items() if name == "continuationToken"]
    return await answer_query(request, KIND, query, most=1000)


async def patch_connection(request: Request) -> Response:
    """Answer `PATCH /connections/{id}`: JSON Patch, on condition of the etag.

    The etag counts with its quotes: the description of the destinations' API says that one without them is
    another version. A patch applies as a whole or not at all.

    The order in which the refusals are checked is assumed.
    """
    service, caller = service_of(request), caller_of(request)
    # Read first: nothing may come between the look at the etag and the write.
    await request.body()
    resource = find(request, KIND)
    _check_patchable(request, resource, service.settings)
    changed = patched(
        _with_params(resource),
        await read_json(request),
        single_params=service.settings.single_params,
        one_object=service.settings.patch_body == "object too",
    )
    auth = changed["auth"]
    # To remove all params is documented, for destinations.
    if auth["params"]:
        check_params(spec_of(changed), auth["specName"], auth["params"])
    if service.settings.idle_patch == "same etag" and changed == _with_params(resource):
        return summary(resource, request)
    resource.document = changed
    set_params(resource, auth["params"])
    mark_change(resource, caller.user, caller.client, service)
    service.store.put(resource)
    return summary(resource, request)


def _check_patchable(request: Request, resource: Resource, settings: Settings) -> None:
    """Refuse a patch without the right etag, or of a connection that cannot be patched."""
    if not request.headers.get("if-match"):
        check_version(request, resource, settings)
    if not settings.patch_enabled:
        raise CodedError("1445-400", "PATCH Connection Feature not enabled.")
    _check_state(resource)
    check_version(request, resource, settings)


def _with_params(resource: Resource) -> Json:
    """Return a connection with all of its params, secrets in plain text."""
    return {**resource.document, "auth": {**resource.document["auth"], "params": params_of(resource)}}


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
    service = service_of(request)
    resource = find(request, KIND)
    _check_state(resource)
    if await _is_used(service, resource):
        raise CodedError(
            "1418-400",
            f"The base connection with the ID {resource.id} cannot be deleted because the base connection is being "
            "used in one or more flows. Please ensure that corresponding flows are deleted before deleting a base "
            "connection.",
            (resource.id, KIND),
        )
    service.store.delete(resource.id)
    return Response(status_code=service.settings.delete_status)


async def _is_used(service: Service, resource: Resource) -> bool:
    """Return whether a connection is in use by a flow or, where that choice is set, by a source connection."""
    uses = [("flows", Selection([_IN_USE], [resource.id]))]
    if service.settings.use != "flows":
        uses.append(
            ("sourceConnections", Selection(["json_extract(document, '$.baseConnectionId') = ?"], [resource.id]))
        )
    return any([await service.store.count(kind, resource.sandbox, each) for kind, each in uses])
