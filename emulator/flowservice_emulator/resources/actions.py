"""Publish drafts, and enable and disable flows."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response

from ..http.callers import caller_of
from ..http.errors import CodedError, MessageError
from ..service import service_of
from ..store.store import Resource
from .common import check_version, find, mark_change, summary
from .connections import KIND
from .dataflows.kinds import FLOWS, SOURCES, TARGETS
from .dataflows.labels import forbid_hidden
from .dataflows.operations import DISABLING, ENABLING, PUBLISHING, begin, check_settled
from .dataflows.plan import make_plan
from .dataflows.rules import judged

# From one state to another.
_PUBLISH = {"publish": ("draft", "enabled")}
_SWITCH = {"enable": ("disabled", "enabled", ENABLING), "disable": ("enabled", "disabled", DISABLING)}


async def act_on_connection(request: Request) -> Response:
    """Answer `POST /connections/{id}/action?op=publish`."""
    return _act(request, KIND, _PUBLISH)


async def act_on_source_connection(request: Request) -> Response:
    """Answer `POST /sourceConnections/{id}/action?op=publish`."""
    return _act(request, SOURCES, _PUBLISH)


async def act_on_target_connection(request: Request) -> Response:
    """Answer `POST /targetConnections/{id}/action?op=publish`."""
    return _act(request, TARGETS, _PUBLISH)


async def act_on_flow(request: Request) -> Response:
    """Answer `POST /flows/{id}/action`, which knows `enable` and `disable` as well; `If-Match` may be left out."""
    service, caller = service_of(request), caller_of(request)
    name = _named(request, (*_PUBLISH, *_SWITCH))
    if name == "publish":
        # Judged first, as it takes a pause.
        await _publish_flow(request)
        return summary(find(request, FLOWS), request)
    resource = find(request, FLOWS)
    forbid_hidden(resource, service.settings)
    if "if-match" in request.headers:
        check_version(request, resource, service.settings)
    if request.query_params.get("subOp", "").upper() == "PROGRESS":
        raise CodedError("1436-400", f"The subOp PROGRESS is not allowed with the action {name}.")
    check_settled(resource)
    before, after, operation = _SWITCH[name]
    state = resource.document["state"]
    if state != before and (state != after or service.settings.idle_action == "1422-400"):
        text = f"The action {name} cannot be applied on the current state {state}."
        raise CodedError("1422-400", text, (resource.id, FLOWS))
    begin(operation, resource, caller, service, {"state": after})
    return summary(resource, request)


async def _publish_flow(request: Request) -> None:
    """Make a draft a flow that runs; it is judged as a new one."""
    service, caller = service_of(request), caller_of(request)
    draft = find(request, FLOWS)
    forbid_hidden(draft, service.settings)
    _check_draft(draft, FLOWS, "draft")
    parts = await judged(draft.document, caller.sandbox, service, own_id=draft.id)
    resource = find(request, FLOWS)
    _check_draft(resource, FLOWS, "draft")
    begin(PUBLISHING, resource, caller, service, {"state": "enabled"})
    make_plan(resource, parts, service)


def _act(request: Request, kind: str, operations: dict[str, tuple[str, str]]) -> Response:
    service, caller = service_of(request), caller_of(request)
    resource = find(request, kind)
    before, after = operations[_named(request, operations)]
    _check_draft(resource, kind, before)
    base = service.store.get(resource.document.get("baseConnectionId") or "")
    if base is not None and base.document["state"] == "draft":
        raise CodedError("1416-400", "What is published may not use a draft.", (resource.id, kind))
    resource.document["state"] = after
    mark_change(resource, caller.user, caller.client, service)
    service.store.put(resource)
    return summary(resource, request)


def _named(request: Request, known: Collection[str]) -> str:
    """Return the operation: lower case in tutorials, upper case in the API description."""
    operation = request.query_params.get("op", "").lower()
    if operation.startswith("finalize"):
        raise CodedError("1402-400", "The action 'finalize' is supported for provider requests only.")
    if operation not in known:
        raise MessageError(400, "Please provide a valid op")
    return operation


def _check_draft(resource: Resource, kind: str, before: str) -> None:
    state = resource.document["state"]
    if state != before:
        raise CodedError("1420-400", f"The current state {state} cannot be updated.", (resource.id, kind))
