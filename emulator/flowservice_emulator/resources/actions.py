"""Publish drafts, and enable and disable flows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ..http.callers import caller_of
from ..http.errors import CodedError, MessageError
from ..service import Service, service_of
from ..store.store import Resource
from .common import find, mark_change, summary
from .connections import KIND
from .flows import FLOWS, SOURCES

# From one state to another.
_PUBLISH = {"publish": ("draft", "enabled")}
_SWITCH = {"enable": ("disabled", "enabled"), "disable": ("enabled", "disabled")}


async def act_on_connection(request: Request) -> Response:
    """Answer `POST /connections/{id}/action?op=publish`."""
    return _act(request, KIND, _PUBLISH)


async def act_on_source_connection(request: Request) -> Response:
    """Answer `POST /sourceConnections/{id}/action?op=publish`."""
    return _act(request, SOURCES, _PUBLISH)


async def act_on_flow(request: Request) -> Response:
    """Answer `POST /flows/{id}/action`, which knows `enable` and `disable` as well."""
    return _act(request, FLOWS, {**_PUBLISH, **_SWITCH})


def _act(request: Request, kind: str, operations: dict[str, tuple[str, str]]) -> Response:
    service, caller = service_of(request), caller_of(request)
    resource = find(request, kind)
    # Lower case in tutorials, upper case in the API description.
    operation = request.query_params.get("op", "").lower()
    if operation.startswith("finalize"):
        raise CodedError("1402-400", "The action 'finalize' is supported for provider requests only.")
    if operation not in operations:
        raise MessageError(400, "Please provide a valid op")
    before, after = operations[operation]
    state = resource.document["state"]
    if state != before:
        raise CodedError("1420-400", f"The current state {state} cannot be updated.", (resource.id, kind))
    if any(used.document["state"] == "draft" for used in _used(resource, service)):
        raise CodedError("1416-400", "What is published may not use a draft.", (resource.id, kind))
    resource.document["state"] = after
    mark_change(resource, caller.user, caller.client, service)
    service.store.put(resource)
    return summary(resource, request)


def _used(resource: Resource, service: Service) -> list[Resource]:
    """Return what a source connection or flow is made of, as far as it is still there."""
    ids = [resource.document.get("baseConnectionId"), *resource.document.get("sourceConnectionIds", ())]
    return [found for each in ids if each and (found := service.store.get(each))]
