"""Look up datasets, and the schemas that say which fields they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Code, FlowServiceError
from ..lifecycle.operation import Run
from ..resources.dataflow.schema_paths import schema_fields
from .names import no_such, require_one, several
from .results import DatasetResult, SchemaFieldResult, SchemaResult
from .session import asking

if TYPE_CHECKING:
    from ..api.dataflow_models import Dataset
    from ..api.sandbox import Sandbox

_CHECK_ID = "Check the id and the sandbox, and that these API credentials may see it."


def find_dataset(run: Run, dataset_id: str | None, name: str | None, sandbox: str | None) -> DatasetResult:
    """Return the dataset with this id or name.

    Raises: FlowServiceError; if several datasets have the name, it lists their ids.
    """
    require_one(dataset_id, name, "dataset")
    with asking(run, f"looking up dataset {dataset_id or name!r}", sandbox) as opened:
        if dataset_id:
            current = opened.datasets.get(dataset_id)
            if current is None:
                raise FlowServiceError("no dataset has this id", code=Code.NOT_FOUND, remedy=_CHECK_ID)
            return _dataset(current, opened)
        return _dataset(_named(opened, str(name)), opened)


def list_datasets(run: Run, name: str | None, sandbox: str | None) -> list[DatasetResult]:
    """Return all datasets, or those with this name, sorted by name and id. Raises: FlowServiceError."""
    with asking(run, "listing datasets", sandbox) as opened:
        found = [_dataset(each, opened) for each in opened.datasets.list(name or "")]
    return sorted(found, key=lambda each: (each.name, each.id))


def find_schema(run: Run, schema_id: str | None, title: str | None, sandbox: str | None) -> SchemaResult:
    """Return the schema with this id or title, with its fields.

    Raises: FlowServiceError; if several schemas have the title, it lists their ids.
    """
    require_one(schema_id, title, "schema", "title")
    with asking(run, f"looking up schema {schema_id or title!r}", sandbox) as opened:
        wanted = schema_id or _titled(opened, str(title))
        schema = opened.schemas.get(wanted)
        if schema is None:
            raise FlowServiceError("no schema has this id", code=Code.NOT_FOUND, remedy=_CHECK_ID)
        fields = [SchemaFieldResult(each.path, each.xdm_type, each.is_required) for each in schema_fields(schema)]
        told = {key: str(schema.get(key) or "") for key in ("$id", "title", "version")}
        return SchemaResult(told["$id"] or wanted, told["title"], opened.name, told["version"], fields)


def _named(opened: Sandbox, name: str) -> Dataset:
    found = list(opened.datasets.list(name))
    if not found:
        # All of them are needed for similar names, and tell whether the API's filter has missed it.
        everything = list(opened.datasets.list())
        found = [each for each in everything if each.name == name]
        if not found:
            raise no_such("dataset has this name", name, (each.name for each in everything))
    if len(found) > 1:
        remedy = "Give its `id` instead; `list_datasets` returns all of a name."
        raise several(sorted(each.id for each in found), "datasets have this name", remedy)
    return found[0]


def _titled(opened: Sandbox, title: str) -> str:
    found = [each.id for each in opened.schemas.list(title)]
    if not found:
        # As above.
        everything = list(opened.schemas.list())
        found = [each.id for each in everything if each.title == title]
        if not found:
            raise no_such("schema has this title", title, (each.title for each in everything), called="title")
    if len(found) > 1:
        raise several(sorted(found), "schemas have this title", "Give its `id` instead.")
    return found[0]


def _dataset(found: Dataset, opened: Sandbox) -> DatasetResult:
    return DatasetResult(found.id, found.name, opened.name, found.schema_ref.id or None)
