"""The JSON models of what a dataflow consists of: flows, their source and target connections, mapping sets, runs.

Source: the swagger files "Flow Service API - Sources" and "Data Prep", and the samples of Adobe's tutorials, which
spell many values in two ways, such as "15" and 15.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .models import Document, Shown, ShownString, SpecReference, String, Strings, Time, WireModel

Object = Annotated[dict[str, Any], BeforeValidator(lambda value: value if isinstance(value, dict) else {})]
Objects = Annotated[
    list[dict[str, Any]],
    BeforeValidator(
        lambda value: [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    ),
]
_OR_EMPTY = BeforeValidator(lambda value: value or {})
Count = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value)]


def _milliseconds(value: object) -> object:
    """Return a time of Data Prep in epoch milliseconds: its samples have numbers, and texts in ISO 8601."""
    if not isinstance(value, str):
        return 0 if value is None else value
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)


DataPrepTime = Annotated[int, BeforeValidator(_milliseconds)]


class SourceConnection(Document):
    """A source connection: a table of a base connection, from which a dataflow reads."""

    base_connection_id: str | None = None
    connection_spec: SpecReference | None = None
    params: Object = Field(default_factory=dict)

    @property
    def table(self) -> str:
        """The path of the table; empty for a source that is no table."""
        table = self.params.get("tableName")
        return table if isinstance(table, str) else ""

    @property
    def columns(self) -> list[str]:
        """The names of the columns that it reads; empty if the API does not show them."""
        shown = self.params.get("columns")
        columns = shown if isinstance(shown, list) else []
        return [each["name"] for each in columns if isinstance(each, dict) and isinstance(each.get("name"), str)]


class TargetConnection(Document):
    """A target connection: a dataset of the data lake, into which a dataflow writes."""

    params: Object = Field(default_factory=dict)
    data: Object = Field(default_factory=dict)

    @property
    def dataset_id(self) -> str:
        """The id of the dataset; empty if it writes to something else."""
        dataset = self.params.get("dataSetId")
        return dataset if isinstance(dataset, str) else ""

    @property
    def schema_id(self) -> str:
        """The id of the dataset's schema; empty if it is not shown."""
        return self._schema("id")

    @property
    def schema_version(self) -> str:
        """The media type that names the version of that schema; empty if it is not shown."""
        return self._schema("version")

    def _schema(self, key: str) -> str:
        schema = self.data.get("schema")
        found = schema.get(key) if isinstance(schema, dict) else None
        return found if isinstance(found, str) else ""


class OperationError(WireModel):
    """Why an operation on a flow failed."""

    code: ShownString = ""
    message: ShownString = ""


class OperationStatus(WireModel):
    """How an operation on a flow ended: `completed` or `failed`, as far as samples show."""

    value: ShownString = ""
    errors: Annotated[list[OperationError], BeforeValidator(lambda value: value or [])] = Field(default_factory=list)


class LastOperation(WireModel):
    """The last operation on a flow; a change of its schedule takes seconds."""

    status: OperationStatus | None = None


class Flow(Document):
    """A dataflow; it refers to source connections, target connections and a mapping set."""

    flow_spec: SpecReference | None = None
    source_connection_ids: Strings = Field(default_factory=list)
    target_connection_ids: Strings = Field(default_factory=list)
    transformations: Objects = Field(default_factory=list)
    schedule_params: Object = Field(default_factory=dict)
    options: Object = Field(default_factory=dict)
    last_operation: LastOperation | None = None

    def index_of(self, transformation: str) -> int | None:
        """Return the place of the transformation `Copy` or `Mapping`; their order is not documented."""
        names = [each.get("name") for each in self.transformations]
        return names.index(transformation) if transformation in names else None

    def params_of(self, transformation: str) -> dict[str, Any]:
        """Return the params of a transformation; empty if the flow does not have it."""
        index = self.index_of(transformation)
        params = self.transformations[index].get("params") if index is not None else None
        return params if isinstance(params, dict) else {}

    @property
    def delta_column(self) -> str | None:
        """The column by which it finds the rows that have changed; None if it has none."""
        column = self.params_of("Copy").get("deltaColumn")
        name = column.get("name") if isinstance(column, dict) else None
        return name if isinstance(name, str) else None

    @property
    def part_ids(self) -> list[str]:
        """The ids of all that it uses: source connections, target connections, mapping set."""
        return [*self.source_connection_ids, *self.target_connection_ids, *filter(None, [self.mapping_id])]

    @property
    def mapping_id(self) -> str:
        """The id of its mapping set; empty if it has none."""
        return str(self.params_of("Mapping").get("mappingId") or "")

    @property
    def mapping_version(self) -> int:
        """The version of its mapping set, which the API shows as a string or a number."""
        shown = str(self.params_of("Mapping").get("mappingVersion") or 0)
        return int(shown) if shown.isdigit() else 0

    @property
    def failures(self) -> list[str]:
        """Why its last operation failed; empty if it did not."""
        status = self.last_operation.status if self.last_operation else None
        if status is None or status.value.lower() != "failed":
            return []
        return [f"{each.code} {each.message}".strip() for each in status.errors] or ["the API gives no reason"]


class MappingSet(WireModel):
    """A mapping set in one version."""

    id: Shown
    name: String = ""
    version: Count = 0
    # It has none; what is done with every object asks for it.
    etag: None = None
    mappings: Objects = Field(default_factory=list)
    created_at: DataPrepTime = Field(0, alias="createdDate")
    updated_at: DataPrepTime = Field(0, alias="modifiedDate")


class RowProblem(WireModel):
    """Why Data Prep refuses one mapping."""

    exception: ShownString = ""


class RowValidation(WireModel):
    """What Data Prep says of one mapping: SUCCESS or FAILED."""

    status: ShownString = ""
    errors: Annotated[list[RowProblem], BeforeValidator(lambda value: value or [])] = Field(default_factory=list)


class RunDuration(WireModel):
    """When a run began and ended, in epoch milliseconds; 0 if it has not."""

    started_at: Time = Field(0, alias="startedAtUTC")
    completed_at: Time = Field(0, alias="completedAtUTC")


class RunRecords(WireModel):
    """How many rows a run has read, written and refused."""

    input_record_count: Count = 0
    output_record_count: Count = 0
    failed_record_count: Count = 0


class RunStatus(WireModel):
    """How a run went: `success`, `failed` or a word for one that is not over; the case varies."""

    status: ShownString = ""
    errors: Annotated[list[OperationError], BeforeValidator(lambda value: value or [])] = Field(default_factory=list)


class RunMetrics(WireModel):
    """What Flow Service has counted in a run."""

    duration_summary: Annotated[RunDuration, _OR_EMPTY] = Field(default_factory=lambda: RunDuration.model_validate({}))
    record_summary: Annotated[RunRecords, _OR_EMPTY] = Field(default_factory=RunRecords)
    status_summary: Annotated[RunStatus, _OR_EMPTY] = Field(default_factory=RunStatus)


class FlowRun(Document):
    """A run of a flow."""

    flow_id: ShownString = ""
    metrics: Annotated[RunMetrics, _OR_EMPTY] = Field(default_factory=RunMetrics)


class SchemaReference(WireModel):
    """The schema of a dataset: its id, and the media type that names its version."""

    id: String = ""
    content_type: String = ""


class Dataset(WireModel):
    """A dataset of the Catalog, which shows only what is asked for, and may leave even that out."""

    id: Shown
    name: Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")] = ""
    schema_ref: Annotated[SchemaReference, BeforeValidator(lambda value: value if isinstance(value, dict) else {})] = (
        Field(default_factory=SchemaReference)
    )


class SchemaEntry(WireModel):
    """A schema in a list of the Schema Registry."""

    id: Shown = Field(alias="$id")
    title: String = ""
    version: ShownString = ""
