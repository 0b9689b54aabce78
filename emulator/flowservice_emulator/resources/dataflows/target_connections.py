"""Create, read, list, change and delete target connections: a dataset of the data lake."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ...http.callers import Caller, caller_of
from ...http.errors import CodedError, MessageError
from ...json_values import Json
from ...service import Service, service_of
from ...settings import Settings
from ...store.store import Resource
from ..common import new_resource, read_object, summary, unknown_reference
from ..datasets.definition import DATASETS
from ..models import TargetConnectionBody, parsed
from ..reading import get_resource, list_resources
from .drafts import is_draft, start
from .kinds import DATA_LAKE, TARGETS
from .source_connections import delete_part, patch_part

_FLOW_OF_TARGET = "EXISTS (SELECT 1 FROM json_each(document, '$.targetConnectionIds') AS target WHERE target.value = ?)"


async def create_target_connection(request: Request) -> Response:
    """Answer `POST /targetConnections`."""
    service = service_of(request)
    draft = is_draft(request)
    sent = parsed(TargetConnectionBody, await read_object(request), service.settings.unknown_fields).sent()
    _check_spec(sent["connectionSpec"], service.settings)
    return summary(target_connection(sent, caller_of(request), service, draft=draft), request, 201)


def target_connection(body: Json, caller: Caller, service: Service, *, draft: bool = False) -> Resource:
    """Store a target connection.

    Raises:
        CodedError: it names a dataset that there is not (1439-400, assumed: "an invalid dataset ID will result in an
            error"), where a choice says that this is noticed here and not by the flow.
    """
    dataset_id = (body.get("params") or {}).get("dataSetId")
    if dataset_id and service.settings.bad_dataset == "target connection":
        find_dataset(dataset_id, caller.sandbox, service)
    resource = new_resource(TARGETS, {**body, "inheritedAttributes": {}}, caller, service)
    start(resource, service, draft=draft)
    return resource


def find_dataset(dataset_id: object, sandbox: str, service: Service) -> Resource:
    """Return a dataset of a sandbox.

    Raises:
        CodedError: there is none (1439-400, assumed).
    """
    found = service.store.get(dataset_id) if isinstance(dataset_id, str) else None
    if found is None or (found.kind, found.sandbox) != (DATASETS, sandbox):
        raise unknown_reference(DATASETS, str(dataset_id)[:80])
    return found


def _check_spec(reference: Json, settings: Settings) -> None:
    """Refuse any spec but the data lake's; its version may be left out where that of a connection may."""
    version = reference.get("version")
    if reference.get("id") == DATA_LAKE and not version and settings.missing_version == "422":
        raise MessageError(
            422, "connectionSpec.version 'version' is required for spec info, version is usually \"1.0\""
        )
    if reference.get("id") != DATA_LAKE or (version or "1.0") != "1.0":
        if settings.bad_spec == "message":
            raise MessageError(400, "Please provide a valid spec id")
        raise CodedError(
            "1413-400", f"The connection spec ID {str(reference.get('id'))[:80]} is invalid. Please provide a valid ID."
        )


async def get_target_connection(request: Request) -> Response:
    """Answer `GET /targetConnections/{id}`."""
    return await get_resource(request, TARGETS)


async def list_target_connections(request: Request) -> Response:
    """Answer `GET /targetConnections`."""
    return await list_resources(request, TARGETS)


async def patch_target_connection(request: Request) -> Response:
    """Answer `PATCH /targetConnections/{id}`."""
    return await patch_part(request, TARGETS)


async def delete_target_connection(request: Request) -> Response:
    """Answer `DELETE /targetConnections/{id}`: refused as long as a flow writes to it (assumed as for sources)."""
    return await delete_part(request, TARGETS, _FLOW_OF_TARGET)
