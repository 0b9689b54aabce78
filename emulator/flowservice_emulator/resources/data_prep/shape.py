"""Show mapping sets: what is sent in one of two forms reads back in both."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone

from ...json_values import Json
from ...service import Service
from ...settings import Settings
from ...store.store import Resource
from .bodies import ATTRIBUTE

_MARKS = ("createdDate", "modifiedDate", "createdBy", "modifiedBy")


def set_document(sent: Json, user: str, now: int) -> Json:
    """Return what is stored of a mapping set in version 0; `now` is in milliseconds since the epoch."""
    marks = {"createdDate": now, "modifiedDate": now, "createdBy": user, "modifiedBy": user}
    mappings = [{"id": uuid.uuid4().hex, "version": 0, **marks, **each} for each in sent["mappings"]]
    return {**sent, **marks, "version": 0, "mappings": mappings}


def summary(resource: Resource, service: Service) -> Json:
    """Return the answer to a create."""
    document = resource.document
    return {"id": resource.id, "version": document["version"], **_dated(document, service.settings)}


def shown(resource: Resource, service: Service) -> Json:
    """Return a mapping set as a GET shows it, with the fields of both forms."""
    document, settings = resource.document, service.settings
    reference = {"id": document["schemaId"], "contentType": document["contentType"]}
    named = {"name": document["name"]} if document["name"] else {}
    return {
        **summary(resource, service),
        **named,
        "inputSchema": {},
        "outputSchema": {"id": None, "version": None, "jsonSchema": "", "schemaRef": reference},
        "mappings": [shown_mapping(each, settings) for each in document["mappings"]],
        "status": "DRAFT",
        "xdmSchema": document["schemaId"],
        "xdmVersion": document["xdmVersion"],
        "schemaRef": reference,
        "allowNullValues": False,
        "strictMapping": False,
        "supportVersion": "1.1",
    }


def shown_mapping(mapping: Json, settings: Settings) -> Json:
    """Return one mapping as a GET shows it."""
    kind = mapping["sourceType"]
    if settings.source_types == "text/x.schema-path":
        kind = "text/x.schema-path" if kind == ATTRIBUTE else "text/x.aep-xl"
    both = {
        "sourceType": kind,
        "sourceAttribute": mapping["source"],
        "destinationXdmPath": mapping["destination"],
    }
    return {"identity": False, "primaryIdentity": False, **mapping, **_dated(mapping, settings), **both}


def _dated(document: Json, settings: Settings) -> Json:
    """Return who made and changed something when."""
    marks = {key: document[key] for key in _MARKS}
    if settings.mapping_set_dates == "milliseconds":
        return marks
    return marks | {key: _iso(document[key]) for key in ("createdDate", "modifiedDate")}


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds")
