"""What a dataflow writes: its dataset, with the schema, and the mapping to that."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import FlowServiceError
from . import mapping
from .data_prep import media_type, refused_rows, set_body
from .look_ups import LookUps
from .schema_paths import missing_paths

if TYPE_CHECKING:
    from ...api.dataflow_models import Dataset

_DATASET_ID = re.compile(r"[0-9a-f]{24}")
_MAJOR = re.compile(r"version=(\d+)")


class TargetLookUps(LookUps):
    """The look-ups of what a dataflow writes."""

    def found(self) -> tuple[Dataset, str, str] | None:
        """Return the dataset, the id of its schema, and the version of that as Flow Service takes it.

        None after a problem, or if they are not known yet. Raises: FlowServiceError.
        """
        dataset = self._dataset()
        schema_id, version = self._schema(dataset) if dataset else ("", "")
        if schema_id:
            self._check_mapping(schema_id, version)
        return (dataset, schema_id, version) if dataset and schema_id else None

    def _dataset(self) -> Dataset | None:
        wanted = self._inputs.get("dataset")
        if wanted is None:
            return None
        found: list[Dataset] = self._once("dataset", wanted, read=lambda: self._datasets(wanted))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(each.id for each in found)
            self.problems.append(f"{len(found)} datasets have the name of `dataset`: give the id of one: {ids}")
            return None
        names = self._once("datasets", read=lambda: [each.name for each in self._sandbox.datasets.list()])
        hint = self._similar("dataset", wanted, names)
        self.problems.append(f"there is no {self._named('dataset', 'dataset')} in the sandbox{hint}")
        return None

    def _datasets(self, wanted: str) -> list[Dataset]:
        found = self._sandbox.datasets.get(wanted) if _DATASET_ID.fullmatch(wanted) else None
        return [found] if found else [*self._sandbox.datasets.list(wanted)]

    def _schema(self, dataset: Dataset) -> tuple[str, str]:
        """Return the id of the schema, and its version in the form that Flow Service takes; empty after a problem."""
        shown, given = dataset.schema_ref, self._inputs.get("schema")
        if shown.id and given and shown.id != given:
            self.problems.append(f"the schema of the dataset is {shown.id}, not that of `schema`: leave `schema` out")
            return "", ""
        if not (schema_id := shown.id or given or ""):
            self.problems.append("the Catalog does not show the schema of the dataset: give its id as `schema`")
            return "", ""
        major = _MAJOR.search(shown.content_type)
        # Not the text of the Catalog: a target connection takes this one only.
        return schema_id, media_type(major[1] if major else "1")

    def _check_mapping(self, schema_id: str, version: str) -> None:
        found = self._inputs.get("mapping")
        if found is None:
            return
        major = version.rpartition("=")[2]
        with suppress(FlowServiceError):
            # Without the right to read schemas, Data Prep's own validation must do.
            document = self._once("schema", schema_id, major, read=lambda: self._sandbox.schemas.get(schema_id, major))
            for path, known in missing_paths(document or {}, found):
                named, hint = mapping.shown_path(path, self._call), self._similar("mapping", path, known)
                self.problems.append(f"the dataset's schema has no path {named} (`mapping`){hint}")
        body = set_body("validation", schema_id, version, mapping.rows(found))
        self.problems += refused_rows(self._sandbox, self._call, found, body)
