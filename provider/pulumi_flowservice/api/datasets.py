"""The datasets of one sandbox and their schemas, which are only read.

Source: Adobe's swagger files of the Catalog and of the Schema Registry, and their guides on filtering and paging.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import quote

from ..errors import AnswerError, FlowServiceError, MalformedAnswerError, Reason
from .dataflow_models import Dataset, SchemaEntry
from .endpoint import MOST_PAGES, PAGE, Endpoint
from .envelopes import Refusal
from .parsing import member, parse
from .remedies import asking_for

# Without `properties`, the schema may be missing.
_PROPERTIES = ("properties", "name,schemaRef")
# Filters have operators, such as `~` for a pattern; how they are escaped in a value is not documented.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ -]*")
_SANDBOX_CODE = re.compile(r"21\d\d-404")


class _ReadOnly(Endpoint):
    """Another service than Flow Service, which needs another permission."""

    permission: ClassVar[str]

    @contextmanager
    def _json(self, path: str, **options: Any) -> Iterator[object]:
        try:
            with super()._json(path, **options) as document:
                yield document
        except AnswerError as refused:
            raise refused.replace(remedy=asking_for(self.permission, refused.remedy)) from None


class Datasets(_ReadOnly):
    """The datasets of a sandbox. Every method raises FlowServiceErrors."""

    base = "/data/foundation/catalog"
    permission = "View Datasets"

    def get(self, dataset_id: str) -> Dataset | None:
        """Return the dataset with this id; None if there is none."""
        path, missing = f"/dataSets/{_segment(dataset_id, 'dataset')}", _not_found
        try:
            with self._json(path, params=(_PROPERTIES,), is_gone=missing) as document:
                entry = _map(document).get(dataset_id)
                return None if entry is None else parse(Dataset, _with_id(dataset_id, entry), "dataset")
        except FlowServiceError as error:
            if error.refusal is Reason.GONE:
                return None
            raise

    def list(self, name: str = "") -> Iterator[Dataset]:
        """Yield the datasets of a sandbox, or those with this very name."""
        filters = (("name", name),) if _PLAIN.fullmatch(name) else ()
        for number in range(MOST_PAGES):
            place = (("limit", str(PAGE)), ("start", str(number * PAGE)))
            with self._json("/dataSets", params=(*filters, *place, _PROPERTIES)) as document:
                entries = _map(document)
                found = (self._entry(Dataset, _with_id(id_, each)) for id_, each in entries.items())
                # Whether the filter also matches a part of a name is not documented.
                yield from (each for each in found if each is not None and (not name or each.name == name))
                if len(entries) < PAGE:
                    return


class Schemas(_ReadOnly):
    """The schemas of a sandbox's organization. Every method raises FlowServiceErrors."""

    base = "/data/foundation/schemaregistry/tenant"
    permission = "View Schemas"

    def get(self, schema_id: str, major_version: str = "1") -> Mapping[str, Any] | None:
        """Return the whole schema with this `$id`, a JSON Schema in which all fields are written out; None if none."""
        accept = {"Accept": f"application/vnd.adobe.xed-full+json; version={major_version}"}
        path = f"/schemas/{_segment(schema_id, 'schema')}"
        try:
            with self._json(path, headers=accept, is_gone=_not_found) as document:
                if not isinstance(document, Mapping):
                    raise MalformedAnswerError("the API answered without a schema")
                return document
        except FlowServiceError as error:
            if error.refusal is Reason.GONE:
                return None
            raise

    def list(self, title: str = "") -> Iterator[SchemaEntry]:
        """Yield the schemas of a sandbox, or those with this very title."""
        accept, start = {"Accept": "application/vnd.adobe.xed-id+json"}, ""
        filters = (("property", f"title=={title}"),) if _PLAIN.fullmatch(title) else ()
        for _ in range(MOST_PAGES):
            # A page can be asked for only together with an order.
            place = (("orderby", "title"), ("limit", str(PAGE)), *((("start", start),) if start else ()))
            with self._json("/schemas", params=(*filters, *place), headers=accept) as document:
                results = member(document, "results")
                if not isinstance(results, list):
                    raise MalformedAnswerError("the API answered without a list of schemas")
                found = (parse(SchemaEntry, each, "schema") for each in results)
                yield from (each for each in found if not title or each.title == title)
                following = member(member(document, "_page"), "next")
                if not isinstance(following, str) or not following or following == start:
                    return
                start = following


def _map(document: object) -> Mapping[str, object]:
    """Return the answer of the Catalog, a map from ids to objects."""
    if not isinstance(document, Mapping):
        raise MalformedAnswerError("the API answered without a map of datasets")
    return document


def _with_id(dataset_id: str, entry: object) -> dict[str, object]:
    """Return one of them with its id; it may lack what was asked for."""
    return {**(entry if isinstance(entry, Mapping) else {}), "id": dataset_id}


def _segment(object_id: str, noun: str) -> str:
    """Return an id as a segment of a path. Raises: MalformedAnswerError for one that would change the path."""
    if object_id in ("", ".", ".."):
        raise MalformedAnswerError(f"this is not a valid {noun} id", may_be_applied=False)
    return quote(object_id, safe="")


def _not_found(status: int, refusal: Refusal) -> bool:
    """Return whether there is no such object. An unknown sandbox is answered with 404, too, but its code says so."""
    return status == 404 and not _SANDBOX_CODE.fullmatch(refusal.code)
