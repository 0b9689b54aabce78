"""The datasets of one sandbox and their schemas, which are only read.

Source: Adobe's swagger files of the Catalog and of the Schema Registry, and their guides on filtering and paging.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ..errors import FlowServiceError, MalformedAnswerError, Reason
from .dataflow_models import Dataset, SchemaEntry
from .endpoint import MOST_PAGES, PAGE, Endpoint
from .models import member, parse

# Without `properties`, the schema may be missing.
_PROPERTIES = ("properties", "name,schemaRef")


class Datasets(Endpoint):
    """The datasets of a sandbox. Every method raises FlowServiceErrors."""

    base = "/data/foundation/catalog"

    def get(self, dataset_id: str) -> Dataset | None:
        """Return the dataset with this id; None if there is none."""
        path, missing = f"/dataSets/{quote(dataset_id, safe='')}", _not_found
        try:
            with self._json(path, params=(_PROPERTIES,), is_gone=missing) as document:
                return next((each for each in _datasets(document) if each.id == dataset_id), None)
        except FlowServiceError as error:
            if error.refusal is Reason.GONE:
                return None
            raise

    def list(self, name: str = "") -> Iterator[Dataset]:
        """Yield the datasets of a sandbox, or those with this very name."""
        filters = (("name", name),) if name else ()
        for number in range(MOST_PAGES):
            place = (("limit", str(PAGE)), ("start", str(number * PAGE)))
            with self._json("/dataSets", params=(*filters, *place, _PROPERTIES)) as document:
                found = _datasets(document)
                # Whether the filter also matches a part of a name is not documented.
                yield from (each for each in found if not name or each.name == name)
                if len(found) < PAGE:
                    return


class Schemas(Endpoint):
    """The schemas of a sandbox's organization. Every method raises FlowServiceErrors."""

    base = "/data/foundation/schemaregistry/tenant"

    def get(self, schema_id: str, major_version: str = "1") -> Mapping[str, Any] | None:
        """Return the whole schema with this `$id`, a JSON Schema in which all fields are written out; None if none."""
        accept = {"Accept": f"application/vnd.adobe.xed-full+json; version={major_version}"}
        path = f"/schemas/{quote(schema_id, safe='')}"
        try:
            with self._json(path, headers=accept, is_gone=_not_found) as document:
                if not isinstance(document, Mapping):
                    raise MalformedAnswerError("the API answered without a schema")
                return document
        except FlowServiceError as error:
            if error.refusal is Reason.GONE:
                return None
            raise

    def titled(self, title: str) -> Iterator[SchemaEntry]:
        """Yield the schemas with this very title."""
        accept, start = {"Accept": "application/vnd.adobe.xed-id+json"}, ""
        for _ in range(MOST_PAGES):
            # A page can be asked for only together with an order.
            place = (("orderby", "title"), ("limit", str(PAGE)), *((("start", start),) if start else ()))
            filters = (("property", f"title=={title}"), *place)
            with self._json("/schemas", params=filters, headers=accept) as document:
                results = member(document, "results")
                if not isinstance(results, list):
                    raise MalformedAnswerError("the API answered without a list of schemas")
                found = (parse(SchemaEntry, each, "schema") for each in results)
                yield from (each for each in found if each.title == title)
                following = member(member(document, "_page"), "next")
                if not isinstance(following, str) or not following or following == start:
                    return
                start = following


def _datasets(document: object) -> list[Dataset]:
    """Return the datasets of an answer: a map of ids to objects, which may lack what was asked for."""
    if not isinstance(document, Mapping):
        raise MalformedAnswerError("the API answered without a map of datasets")
    entries = ((id_, each if isinstance(each, Mapping) else {}) for id_, each in document.items())
    return [parse(Dataset, {**each, "id": id_}, "dataset") for id_, each in entries]


def _not_found(status: int, _refusal: object) -> bool:
    """Return whether there is no such object. Nothing is created because of it, so the body does not matter."""
    return status == 404
