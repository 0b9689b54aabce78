"""Do what is the same for all stored resources: mark who made them when, version, read and show them."""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.callers import Caller, caller_of
from ..http.errors import ApiError, CodedError, LegacyError, MessageError, bad_request, not_found
from ..json_values import InvalidJsonError, Json, strict_json
from ..service import Service, service_of
from ..settings import Settings
from ..store.store import Resource

View = Callable[[Json, Settings], Json]


def new_resource(kind: str, body: Json, caller: Caller, service: Service) -> Resource:
    """Return a resource with a fresh id and the marks of its creation; it is not stored yet.

    Fields as in the samples of the update tutorial; times are milliseconds since the epoch.
    """
    document = {
        **body,
        "createdBy": caller.user,
        "createdClient": caller.client,
        "sandboxId": caller.sandbox_id,
        "sandboxName": caller.sandbox,
        "imsOrgId": caller.organization,
        "state": "enabled",
    }
    resource = Resource(str(uuid.uuid4()), kind, caller.sandbox, {"id": "", **document})
    resource.document["id"] = resource.id
    mark_change(resource, caller.user, caller.client, service)
    # One moment: a look at the clock for each could differ.
    resource.document["createdAt"] = resource.document["updatedAt"]
    return resource


def mark_change(resource: Resource, user: str, client: str, service: Service) -> None:
    """Note who changed a resource now, and give it a new version."""
    resource.document |= {
        "updatedAt": _now(service),
        "updatedBy": user,
        "updatedClient": client,
    }
    renew_version(resource, service.settings)


def _now(service: Service) -> int:
    """Return the time of a change in milliseconds; in older samples it ends in 000."""
    unit = 1000 if service.settings.times == "seconds" else 1
    return service.clock.milliseconds() // unit * unit


def renew_version(resource: Resource, settings: Settings) -> None:
    """Give a resource a new etag, in the form seen on Azure or on AWS: the quotes are part of the value."""
    on_azure = f"{secrets.token_hex(4)}-0000-0200-0000-{int(time.time()):08x}0000"
    tag = str(uuid.uuid4()) if settings.etags == "AWS" else on_azure
    # Random, not counted: a client must not compare etags by size.
    resource.document["etag"] = resource.document["version"] = f'"{tag}"'


def settle(service: Service) -> None:
    """Enable the connections whose time of `initializing` is over; an etag appears with that.

    On AWS this was documented to take about a minute and a half, with `updatedAt` moving.
    """
    # Looked at with each request, so that no timer is needed and a restart changes nothing.
    for resource in service.store.due("connections", service.clock.now()):
        resource.document |= {"state": "enabled", "updatedAt": int((resource.ready_at or 0) * 1000)}
        resource.ready_at = None
        renew_version(resource, service.settings)
        service.store.put(resource)


def shown(resource: Resource, service: Service, view: View | None = None) -> Json:
    """Return a resource as a GET shows it, its secret params in the way that the settings say.

    The documentation speaks of "a partial view of the credentials" and shows placeholders: all four ways fit it.
    `view` changes what is special to a kind.
    """
    settings = service.settings
    document = view(resource.document, settings) if view else resource.document
    added: Json = {}
    if resource.secrets and settings.secrets != "omitted":
        added |= {key: _secret(value, settings) for key, value in resource.secrets.items()}
    if settings.added_params and "auth" in document:
        # As for destinations; on AWS and with a private link the service adds other ones.
        added["authorizedDate"] = document["createdAt"]
    if added:
        params = {**document["auth"]["params"], **added}
        document = {**document, "auth": {**document["auth"], "params": params}}
    if settings.extra_fields:
        document = {"lastOperation": _last_operation(document), **document, "fieldOfTomorrow": {"kind": "unknown"}}
    return document


def _secret(value: object, settings: Settings) -> object:
    """Return what is shown of a secret."""
    if settings.secrets == "masked":
        return "xxxx"
    if settings.secrets == "encrypted":
        # Nobody can look inside a ciphertext, so any bytes will do: as long as a real one, and others each time.
        return base64.b64encode(secrets.token_bytes(12 + len(str(value)))).decode()
    return value


def _last_operation(document: Json) -> Json:
    """Return the field that only the samples with a private link have."""
    created, updated = document["createdAt"], document["updatedAt"]
    return {"started": created, "updated": updated, "operation": "create" if created == updated else "update"}


def summary(resource: Resource, request: Request, status: int = 200) -> Response:
    """Answer a write: id and etag, the latter missing as long as there is none."""
    body = {"id": resource.id, "etag": resource.document.get("etag")}
    headers = {}
    if status == 201:
        place = f"/{resource.kind}/{resource.id}"
        in_full = service_of(request).settings.location == "URL"
        headers["location"] = f"{request.url.replace(query='')}/{resource.id}" if in_full else place
    return JSONResponse({key: value for key, value in body.items() if value is not None}, status, headers)


async def read_json(request: Request) -> object:
    """Return the request's body as JSON.

    Raises:
        CodedError: the body is empty (1405-400).
        MessageError: it is not JSON, or more than is read; the envelope is assumed.
    """
    raw = await request.body()
    try:
        body = strict_json(raw) if raw else None
    except InvalidJsonError as error:
        raise MessageError(400, f"The request body cannot be read: {error}") from None
    if not body:
        raise CodedError(
            "1405-400",
            "The request body cannot be null or empty. Please provide a request body and try again.",
        )
    return body


async def read_object(request: Request) -> Json:
    """Return the request's body, which must be a JSON object; see `read_json` for what else is refused."""
    body = await read_json(request)
    if not isinstance(body, dict):
        raise MessageError(400, "The request body must be a JSON object")
    return body


def find(request: Request, kind: str) -> Resource:
    """Return the resource that the path names, if it lives in the caller's sandbox.

    Raises:
        ApiError: there is none.
    """
    service = service_of(request)
    resource_id = request.path_params["id"]
    resource = service.store.get(resource_id)
    # Ids are unique, but a resource of another sandbox is as good as none.
    if resource is None or (resource.kind, resource.sandbox) != (kind, caller_of(request).sandbox):
        raise missing(kind, resource_id, service.settings)
    return resource


def check_version(request: Request, resource: Resource, settings: Settings) -> None:
    """Refuse a change without the etag that the resource has now, quotes included.

    Raises:
        ApiError: there is none (1403-400), or it is another (412).
    """
    version = request.headers.get("if-match")
    if not version:
        raise CodedError(
            "1403-400",
            "The header 'If-Match' is missing in the request. Please provide the header and try again.",
        )
    current = resource.document.get("version")
    if version == current or (settings.unquoted_etag == "accepted" and f'"{version}"' == current):
        return
    text = f"Supplied version=[{version[:200]}] does not match the current version on entity=[{current}]"
    raise CodedError("1404-412", text) if settings.stale_etag == "1404-412" else LegacyError(412, text)


def missing(kind: str, resource_id: str, settings: Settings) -> ApiError:
    """Return the refusal of an unknown id; four are documented, and not which of them is used when."""
    shown_id = resource_id[:80]
    if settings.not_found == "404":
        return not_found(kind, shown_id)
    if settings.not_found == "1101-404":
        return CodedError(
            "1101-404",
            "The requested resource is not found. Error from flow provider: Resource with given id does not exist.",
        )
    return unknown_reference(kind, shown_id, settings.not_found)


def unknown_reference(kind: str, resource_id: str, code: str = "1439-400") -> CodedError:
    """Return the refusal of a body or path that names a resource which is not there."""
    text = f"The requested {kind} resource {resource_id} is not found. Verify the resource ID before trying again."
    return CodedError(code, text, (resource_id, kind))


def query_number(text: str | None, name: str, default: int) -> int:
    """Return a number of a query of the Catalog or of Data Prep. Raises: TitledError, if it is none."""
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise bad_request(f"{name} must be a number")
    return int(text)
