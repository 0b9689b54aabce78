"""Judge a flow as a whole: its source and target connection, and whether they, the mapping and the schedule agree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...http.errors import CodedError
from ...json_values import Json
from ...service import Service
from ...store.store import Resource, Selection
from ..common import unknown_reference
from ..connections import KIND
from ..specs import flow_specs
from .kinds import DATA_LAKE, FLOWS, SOURCES, TARGETS
from .schedule import Schedule, check_start, read_schedule
from .target_connections import find_dataset
from .transformations import check_delta_column, check_shape, mapping_of

# Both spellings of the major version are in samples; the tutorial on databases says that it must be this type.
_TARGET_VERSION = re.compile(r"application/vnd\.adobe\.xed-full\+json;version=1(\.0)?")
_MAJOR = re.compile(r"(?:.*version=)?(?P<major>[0-9]{1,5})(\.[0-9]{1,5})?")
_USED = (
    "EXISTS (SELECT 1 FROM json_each(document, '$.sourceConnectionIds') AS part WHERE part.value = ?) OR "
    "EXISTS (SELECT 1 FROM json_each(document, '$.targetConnectionIds') AS part WHERE part.value = ?)"
)


@dataclass(frozen=True)
class Parts:
    """What a flow reads and writes, as it is when the flow is made."""

    base: Resource
    source: Resource
    target: Resource
    dataset: Resource
    mapping: Resource
    schedule: Schedule


async def judged(body: Json, sandbox: str, service: Service, *, own_id: str = "") -> Parts:
    """Return the parts of a new flow; `own_id` is that of a draft that is to be published.

    The order of the checks is assumed: what the body says first, then what it names.

    Raises:
        CodedError: what is wrong with the first of them that is.
    """
    spec = _spec(body)
    source_id, target_id = _one_id(body, "sourceConnectionIds"), _one_id(body, "targetConnectionIds")
    schedule = read_schedule(body.get("scheduleParams"))
    check_start(schedule, service.clock.now(), service.settings)
    transformations = check_shape(body.get("transformations"))
    check_delta_column(transformations, schedule)
    source, base = _source(source_id, spec, sandbox, service)
    target = part(target_id, TARGETS, sandbox, service)
    _check_target(target, spec)
    await _check_unused(source, target, own_id, service)
    dataset = find_dataset((target.document.get("params") or {}).get("dataSetId"), sandbox, service)
    mapping = mapping_of(transformations, sandbox, service)
    check_schemas(target, dataset, mapping)
    return Parts(base, source, target, dataset, mapping, schedule)


def _spec(body: Json) -> Json:
    spec = flow_specs().get(body["flowSpec"]["id"])
    # "Omitting this value will default to the most recent version."
    if spec is None or (body["flowSpec"].get("version") or spec["version"]) != spec["version"]:
        raise CodedError(
            "1413-400", f"The flow spec ID {str(body['flowSpec']['id'])[:80]} is invalid. Please provide a valid ID."
        )
    return spec


def _one_id(body: Json, field: str) -> str:
    """Return the one id of a list that must hold one."""
    ids = body.get(field)
    if not ids:
        raise CodedError("1320-400", f"The {field} cannot be null or empty.")
    if len(ids) != 1:
        raise CodedError("1321-400", f"The length of {field} should be one, supplied size is {len(ids)}.")
    if not ids[0]:
        raise CodedError("1338-400", f"The id in {field} cannot be null in the flow request.")
    return str(ids[0])


def part(resource_id: str, kind: str, sandbox: str, service: Service) -> Resource:
    """Return a source or target connection that a flow names.

    Raises:
        CodedError: there is none (1439-400), or it is a draft (1416-400); both assumed.
    """
    found = service.store.get(resource_id)
    if found is None or (found.kind, found.sandbox) != (kind, sandbox):
        raise unknown_reference(kind, resource_id[:80])
    if found.document["state"] == "draft":
        raise CodedError("1416-400", f"A flow cannot be published while its {kind} resource is a draft.")
    return found


def _source(source_id: str, spec: Json, sandbox: str, service: Service) -> tuple[Resource, Resource]:
    """Return a source connection that can be read, and its base connection."""
    source = part(source_id, SOURCES, sandbox, service)
    document = source.document
    if document["connectionSpec"]["id"] not in spec["sourceConnectionSpecIds"]:
        raise CodedError("1413-400", "The connection spec ID of the source is invalid for the flow spec.")
    form = document["data"].get("format")
    if form != "tabular":
        raise CodedError("1327-400", f"The format of source data supplied={str(form)[:40]} is not supported.")
    table = (document.get("params") or {}).get("tableName")
    if not isinstance(table, str) or not table:
        raise CodedError("1323-400", "The tableName cannot be null or empty in the source connection.")
    base = service.store.get(document["baseConnectionId"])
    if base is None or base.kind != KIND:
        raise unknown_reference(KIND, document["baseConnectionId"])
    return source, base


def _check_target(target: Resource, spec: Json) -> None:
    if target.document["connectionSpec"]["id"] not in spec["targetConnectionSpecIds"]:
        raise CodedError("1307-400", f"The target connection spec ID is not valid. The allowed value is {DATA_LAKE}.")
    if not (target.document.get("params") or {}).get("dataSetId"):
        raise CodedError("1325-400", "The dataSetId param cannot be null or empty in target connection.")


async def _check_unused(source: Resource, target: Resource, own_id: str, service: Service) -> None:
    """Refuse parts of another flow, as "a source and a target connection belong to a single flow" (code assumed)."""
    conditions = Selection([f"({_USED})", "id != ?"], [source.id, target.id, own_id])
    [*others] = await service.store.page(FLOWS, source.sandbox, conditions, order="revision", limit=1)
    if others:
        used = source if source.id in others[0].document["sourceConnectionIds"] else target
        raise CodedError("1447-400", f"Found active flows containing id {used.id}.")


def check_schemas(target: Resource, dataset: Resource, mapping: Resource) -> None:
    """Refuse a mapping set and a dataset that do not have the same schema in the same version.

    Raises:
        CodedError: 1425-400.
    """
    schema = target.document["data"].get("schema")
    given = schema if isinstance(schema, dict) else {}
    version = str(given.get("version"))
    ids = {given.get("id"), dataset.document["schemaId"], mapping.document["schemaId"]}
    major = _MAJOR.fullmatch(str(mapping.document["xdmVersion"]))
    if len(ids) > 1 or not _TARGET_VERSION.fullmatch(version) or major is None or int(major["major"]) != 1:
        raise CodedError(
            "1425-400", "The schema with same id and version must be used in both mapping and target dataset."
        )
