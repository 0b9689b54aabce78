"""Apply JSON Patch to flows: name, description, schedule, transformations, options and labels."""

from __future__ import annotations

import copy
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ...http.callers import caller_of
from ...http.errors import CodedError, MessageError
from ...json_values import Json
from ...service import Service, service_of
from ...store.store import Resource
from ..common import check_version, find, read_json, summary
from ..models import PatchOperation
from ..patch import TEXT_FIELDS, change_key, change_text, invalid, read_operations
from .flow_options import check_options
from .kinds import FLOWS, TARGETS
from .labels import forbid_hidden
from .operations import UPDATING, begin, check_settled
from .rules import check_schemas, part
from .schedule import ONCE, Schedule, check_change, read_schedule
from .target_connections import find_dataset
from .transformations import MAPPING, check_delta_column, check_shape, delta_column, mapping_of, named

_FIXED = {
    *("id", "state", "flowSpec", "sourceConnectionIds", "targetConnectionIds", "inheritedAttributes", "version"),
    *("etag", "createdAt", "createdBy", "updatedAt", "updatedBy", "runs", "lastOperation", "lastRunDetails"),
}
_MAPS = ("scheduleParams", "options")


async def patch_flow(request: Request) -> Response:
    """Answer `PATCH /flows/{id}` on condition of the etag: all of the operations or none.

    The order in which the refusals are checked is assumed.
    """
    service, caller = service_of(request), caller_of(request)
    # Read first: nothing may come between the look at the etag and the write.
    await request.body()
    resource = find(request, FLOWS)
    forbid_hidden(resource, service.settings)
    check_version(request, resource, service.settings)
    check_settled(resource)
    body = await read_json(request)
    before = resource.document
    after = _patched(before, body, service)
    if before["state"] != "draft":
        _check(resource, after, service)
    changes = {key: after.get(key) for key in before.keys() | after.keys() if after.get(key) != before.get(key)}
    if changes or service.settings.idle_patch == "new etag":
        begin(UPDATING, resource, caller, service, changes, body if isinstance(body, list) else [body])
    return summary(resource, request)


def _patched(flow: Json, body: object, service: Service) -> Json:
    """Return a copy of a flow with the operations of a patch applied."""
    result = copy.deepcopy(flow)
    one_object = service.settings.patch_body == "object too"
    for each in read_operations(body, one_object=one_object):
        _apply(result, each, whole_schedule=service.settings.whole_schedule)
    return result


def _apply(flow: Json, operation: PatchOperation, *, whole_schedule: bool) -> None:
    """Apply one operation; its path is one of those that documents print, or a key beside such a one."""
    field, *rest = operation.keys
    if not rest and field in TEXT_FIELDS:
        change_text(flow, field, operation)
    elif field == "transformations":
        _change_transformations(flow, rest, operation)
    elif field in _MAPS and len(rest) == 1:
        flow[field] = flow.get(field) or {}
        change_key(flow[field], rest[0], operation)
    elif field == "options" or (field == "scheduleParams" and whole_schedule and operation.op != "remove"):
        _change_whole(flow, rest, field, operation, dict)
    elif field == "labels":
        _change_whole(flow, rest, field, operation, list)
    elif field == "policy":
        _change_whole(flow, rest, field, operation, dict)
    elif field in _FIXED or field == "scheduleParams":
        raise CodedError("1365-400", f"The path {operation.path[:80]} provided in ops is invalid.")
    else:
        raise invalid(operation.keys[-1])


def _change_whole(flow: Json, rest: list[str], field: str, operation: PatchOperation, kind: type[Any]) -> None:
    """Put another value in the place of a whole field."""
    if rest:
        raise invalid(rest[-1])
    if operation.op != "remove" and not isinstance(operation.value, kind):
        raise MessageError(400, f"The value of /{field} is not valid")
    if field == "labels" and not all(isinstance(each, str) for each in operation.value or ()):  # type: ignore[union-attr]  # A list by now.
        raise MessageError(400, "The value of /labels must hold texts")
    change_key(flow, field, operation)


def _change_transformations(flow: Json, rest: list[str], operation: PatchOperation) -> None:
    """Change all transformations, or the one at an index: whatever stands there, as a sample does with `Copy`."""
    if not rest:
        _change_whole(flow, rest, "transformations", operation, list)
        check_shape(flow.get("transformations"))
        return
    [index, *deeper] = rest
    stored = flow.get("transformations") or []
    if deeper or operation.op != "replace" or not index.isdecimal() or len(index) > 4 or int(index) >= len(stored):
        raise invalid(index)
    check_shape([operation.value])
    stored[int(index)] = operation.value


def _check(resource: Resource, after: Json, service: Service) -> None:
    """Judge a flow as a patch would leave it."""
    before, now = resource.document, service.clock.now()
    # The service itself adds options that nobody may send.
    there = before.get("options") or {}
    check_options({key: value for key, value in (after.get("options") or {}).items() if there.get(key) != value})
    # Made without a schedule by a control call.
    if "scheduleParams" not in before and before.get("scheduleParams") == after.get("scheduleParams"):
        return
    schedule = read_schedule(after.get("scheduleParams"))
    check_change(read_schedule(before["scheduleParams"]), schedule, now, service.settings)
    if schedule != read_schedule(before["scheduleParams"]):
        check_delta_column(after["transformations"], schedule)
    if after.get("transformations") != before.get("transformations"):
        _check_transformations(resource, after, schedule, service)


def _check_transformations(resource: Resource, after: Json, schedule: Schedule, service: Service) -> None:
    """Judge new transformations: the mapping as for a new flow, the rest as it comes (assumed, after the sample)."""
    transformations = after.get("transformations") or []
    delta_column(transformations)
    has_started = schedule.has_started(service.clock.now())
    if named(transformations, MAPPING) != named(resource.document["transformations"], MAPPING):
        # Documented for the user interface; the code is assumed.
        if schedule.frequency == ONCE and has_started:
            raise CodedError("1366-400", "The start time has passed and the update operation is no longer allowed.")
        mapping = mapping_of(transformations, resource.sandbox, service)
        target = part(after["targetConnectionIds"][0], TARGETS, resource.sandbox, service)
        dataset = find_dataset((target.document.get("params") or {}).get("dataSetId"), resource.sandbox, service)
        check_schemas(target, dataset, mapping)
