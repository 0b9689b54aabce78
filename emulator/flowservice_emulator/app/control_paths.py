"""Answer the paths under `/emulator/`: what a test changes without the API, and what it asks about requests."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request

from ..http.callers import Caller
from ..http.tokens import technical_account
from ..json_values import Json
from ..names import SANDBOXES
from ..resources.common import mark_change
from ..resources.connections import KIND, params_of, set_params
from ..resources.dataflows.flows import flow
from ..resources.dataflows.kinds import DATABASE_FLOW_SPEC
from ..resources.dataflows.operations import settle_flows
from ..resources.dataflows.runs.due import make_due_runs
from ..resources.dataflows.source_connections import source_connection
from ..service import Service
from ..store.store import Resource
from .control_dataflows import DATAFLOW_CONTROLS
from .control_datasets import DATASET_CONTROLS
from .control_endpoint import BROWSER_CLIENT, control, text

_CENTURY_SECONDS = 3_155_760_000
_CHANGEABLE = ("name", "description", "params", "state")


def _get_settings(service: Service, body: Json, request: Request) -> Json:
    return asdict(service.settings)


def _change_settings(service: Service, body: Json, request: Request) -> Json:
    service.settings = service.settings.changed(body)
    return asdict(service.settings)


def _add_fault(service: Service, body: Json, request: Request) -> None:
    service.faults.add(body)


def _clear_faults(service: Service, body: Json, request: Request) -> None:
    service.faults.clear()


def _get_log(service: Service, body: Json, request: Request) -> list[Json]:
    query = request.query_params
    return [asdict(entry) for entry in service.log.entries(query.get("method"), query.get("path"))]


def _clear_log(service: Service, body: Json, request: Request) -> None:
    service.log.clear()


def _get_counters(service: Service, body: Json, request: Request) -> Json:
    surprises = {"unexpected errors": service.surprises} if service.surprises else {}
    return {**service.log.counters(), **surprises}


def _reset(service: Service, body: Json, request: Request) -> None:
    service.reset()


async def _advance(service: Service, body: Json, request: Request) -> Json:
    seconds = body.get("seconds", 0)
    if not isinstance(seconds, (int, float)) or not 0 <= seconds <= _CENTURY_SECONDS:
        raise ValueError("seconds must be a number from 0 to those of a century")
    service.clock.advance(seconds)
    settle_flows(service)
    await make_due_runs(service)
    return {"now": service.clock.now()}


def _issue_token(service: Service, body: Json, request: Request) -> Json:
    client = text(body, "client") or "emulator"
    user = text(body, "user") or technical_account(client)
    return {"access_token": service.tokens.issue(client, user, 86_399)}


def _revoke_tokens(service: Service, body: Json, request: Request) -> None:
    service.tokens.revoke_all()


def _list_connections(service: Service, body: Json, request: Request) -> list[Json]:
    sandbox = request.query_params.get("sandbox")
    return [
        {**each.document, "auth": {**each.document["auth"], "params": params_of(each)}}
        for each in service.store.all(KIND)
        if sandbox in (None, each.sandbox)
    ]


def _change_connection(service: Service, body: Json, request: Request) -> None:
    """Change a connection as somebody does in the user interface; a param set to null is removed."""
    resource = _existing(service, request)
    changes = body.get("changes", {})
    if not isinstance(changes, dict):
        raise ValueError("changes must be an object")
    # A field that cannot be changed is a mistake in the test, so it is an error.
    if unknown := sorted(changes.keys() - set(_CHANGEABLE)):
        raise ValueError(f"{', '.join(unknown)} cannot be changed; {', '.join(_CHANGEABLE)} can")
    for name in ("name", "description", "state"):
        if not text(changes, name) and name in changes and name != "description":
            raise ValueError(f"{name} cannot be removed")
    changed_params = changes.pop("params", None) or {}
    if not isinstance(changed_params, dict):
        raise ValueError("params must be an object")
    params = {**params_of(resource), **changed_params}
    set_params(resource, {key: value for key, value in params.items() if value is not None})
    document = {**resource.document, **changes}
    resource.document = {key: value for key, value in document.items() if value is not None}
    mark_change(resource, text(body, "by") or "someone@example.com", BROWSER_CLIENT, service)
    service.store.put(resource)


def _delete_connection(service: Service, body: Json, request: Request) -> None:
    service.store.delete(_existing(service, request).id)


def _use_connection(service: Service, body: Json, request: Request) -> Json:
    """Make a source connection and a flow that reads it, as the dataflow wizard of the user interface does."""
    base = _existing(service, request)
    caller = Caller(BROWSER_CLIENT, "someone@example.com", base.sandbox, service.settings.organization)
    name = text(body, "flow_name") or "Orders to profiles"
    source = source_connection(
        {
            "name": f"{name} (source)",
            "baseConnectionId": base.id,
            "data": {"format": "tabular"},
            "params": {"tableName": "public.orders"},
            "connectionSpec": base.document["connectionSpec"],
        },
        caller,
        service,
    )
    used_by = flow(
        {
            "name": name,
            "flowSpec": {"id": DATABASE_FLOW_SPEC, "version": "1.0"},
            "sourceConnectionIds": [source.id],
            "targetConnectionIds": [],
        },
        caller,
        service,
    )
    return {"flow_id": used_by.id, "source_connection_id": source.id}


def _existing(service: Service, request: Request) -> Resource:
    """Return the connection that the path names, in whatever sandbox it lives."""
    resource = service.store.get(request.path_params["id"])
    if resource is None or resource.kind != KIND:
        raise ValueError(f"there is no connection {request.path_params['id']} in {', '.join(SANDBOXES)}")
    return resource


CONTROL_ENDPOINTS = [
    (method, f"/emulator/{path}", control(act))
    for method, path, act in [
        ("GET", "settings", _get_settings),
        ("PATCH", "settings", _change_settings),
        ("POST", "faults", _add_fault),
        ("DELETE", "faults", _clear_faults),
        ("GET", "log", _get_log),
        ("DELETE", "log", _clear_log),
        ("GET", "counters", _get_counters),
        ("POST", "reset", _reset),
        ("POST", "clock", _advance),
        ("POST", "tokens", _issue_token),
        ("DELETE", "tokens", _revoke_tokens),
        ("GET", "connections", _list_connections),
        ("PATCH", "connections/{id}", _change_connection),
        ("DELETE", "connections/{id}", _delete_connection),
        ("POST", "connections/{id}/use", _use_connection),
        *DATAFLOW_CONTROLS,
        *DATASET_CONTROLS,
    ]
]
