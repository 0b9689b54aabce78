"""Make datasets with their schemas, and rename and delete them: what the API here only reads."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from ...json_values import Json
from ...names import SANDBOXES
from ...service import Service
from ...store.store import Resource
from .schema import TENANT, check_fields, object_schema

DATASETS = "dataSets"
SCHEMAS = "schemas"
ROWS = "rows"
_KEYS = {"sandbox", "name", "title", "fields", "required"}


@dataclass(frozen=True)
class Definition:
    """A dataset to be made; `fields` are paths with their types."""

    sandbox: str
    name: str
    title: str
    fields: Mapping[str, str]
    required: tuple[str, ...]


def definition(body: Json) -> Definition:
    """Return the definition that a control call or the command line gives.

    Raises:
        ValueError: what is wrong with it.
    """
    if unknown := sorted(body.keys() - _KEYS):
        raise ValueError(f"a dataset has no {', '.join(unknown)[:80]}; it has {', '.join(sorted(_KEYS))}")
    name, sandbox = body.get("name"), body.get("sandbox", "dev")
    title, fields, required = body.get("title", name), body.get("fields"), body.get("required", [])
    if not isinstance(name, str) or not name or not isinstance(title, str) or not title:
        raise ValueError("name and title of a dataset must be text, and not empty")
    if sandbox not in SANDBOXES:
        raise ValueError(f"sandbox must be one of {', '.join(SANDBOXES)}")
    if not isinstance(fields, dict) or not isinstance(required, list):
        raise ValueError('a dataset needs fields, such as {"_example.orderId": "string"}; required is a list of them')
    check_fields(fields, required)
    return Definition(sandbox, name, title, fields, tuple(required))


def make_dataset(wanted: Definition, service: Service) -> Json:
    """Store a schema and a dataset that has it; return the ids of both."""
    schema = _schema(wanted, service)
    service.store.put(schema)
    now = service.clock.milliseconds()
    # 24 hex digits, as in the samples.
    dataset = Resource(secrets.token_hex(12), DATASETS, wanted.sandbox, {})
    dataset.document = {
        "name": wanted.name,
        "schemaId": schema.id,
        "created": now,
        "updated": now,
        "state": "DRAFT",
        "tags": {},
    }
    service.store.put(dataset)
    return {"id": dataset.id, "schemaId": schema.id}


def _schema(wanted: Definition, service: Service) -> Resource:
    """Return the schema of a new dataset; `fields` and `required` are what it says, in the form of the definition."""
    number = secrets.token_hex(24)
    id_ = f"https://ns.adobe.com/{TENANT}/schemas/{number}"
    shown = {
        "$id": id_,
        "meta:altId": f"_{TENANT}.schemas.{number}",
        "meta:resourceType": "schemas",
        "title": wanted.title,
        "version": "1.0",
        "imsOrg": service.settings.organization,
        **object_schema(wanted.fields, wanted.required),
    }
    document = {"name": wanted.title, "shown": shown, "fields": dict(wanted.fields), "required": list(wanted.required)}
    return Resource(id_, SCHEMAS, wanted.sandbox, document)


def dataset(resource_id: str, service: Service) -> Resource:
    """Return a dataset, in whatever sandbox it lives.

    Raises:
        ValueError: there is none.
    """
    found = service.store.get(resource_id)
    if found is None or found.kind != DATASETS:
        raise ValueError(f"there is no dataset {resource_id[:80]} in {', '.join(SANDBOXES)}")
    return found


def rename_dataset(resource: Resource, name: str, service: Service) -> None:
    """Give a dataset another name."""
    resource.document |= {"name": name, "updated": service.clock.milliseconds()}
    service.store.put(resource)


def delete_dataset(resource: Resource, service: Service) -> None:
    """Remove a dataset and its rows; its schema stays, as others may have it."""
    service.store.delete(resource.id)
    service.store.delete(rows_id(resource.id))


def rows_id(dataset_id: str) -> str:
    """Return where the rows of a dataset are stored."""
    return f"{dataset_id}/rows"


def rows_of(resource: Resource, service: Service) -> Json:
    """Return how many rows a dataset has got, and the first hundred of them."""
    stored = service.store.get(rows_id(resource.id))
    return stored.document if stored else {"count": 0, "rows": []}
