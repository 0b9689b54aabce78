"""Find out what runs of a flow bring: its table is read, and its rows are mapped."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool

from ....json_values import Json
from ....service import Service
from ....store.store import Resource
from ...connections import KIND, params_of
from ...data_prep.mapping_sets import version_of
from ...database_login import has_login
from ...datasets.definition import DATASETS, SCHEMAS
from ...specs import spec_of
from ..flow_options import percent
from ..plan import plan_of
from ..schedule import ONCE
from ..transformations import MAPPING, delta_column, named
from .mapped_rows import Mapper, Written
from .run_documents import window_of
from .source_filters import FilterError, row_test
from .table import Failure, Login, Question, read_windows


async def results(flow: Resource, runs: list[Resource], service: Service) -> list[Written | Failure]:
    """Return what each run of a flow brings, in their order."""
    prepared = _prepared(flow, service)
    if isinstance(prepared, Failure):
        return [prepared] * len(runs)
    question, base = prepared
    spec, settings = str(spec_of(base.document)["name"]), service.settings
    if settings.connection_test in ("fail", "unavailable"):
        return [Failure("The database refused the login or could not be reached.")] * len(runs)
    # What no login is tried for holds no rows.
    if settings.connection_test == "pass" or not has_login(spec):
        return [Written() for _ in runs]
    reached = Login(spec, params_of(base), settings.database_timeout_seconds)
    windows = [(window_of(run), run.ready_at or 0) for run in runs]
    found = await run_in_threadpool(read_windows, reached, question, windows)
    return [_judged(each, flow.document.get("options") or {}) for each in found]


def _prepared(flow: Resource, service: Service) -> tuple[Question, Resource] | Failure:
    """Return what is to be read from which base connection, or why that is not possible."""
    plan, transformations = plan_of(flow, service), flow.document.get("transformations") or []
    if plan is None:
        return Failure("The flow was never published.")
    document = plan.document
    base, dataset = (service.store.get(document[key]) for key in ("baseConnectionId", "dataSetId"))
    schema = service.store.get(document["schemaId"])
    if base is None or base.kind != KIND:
        return Failure("The base connection is gone.")
    if dataset is None or dataset.kind != DATASETS or schema is None or schema.kind != SCHEMAS:
        return Failure("The target dataset is gone.")
    column = delta_column(transformations)
    if not column and flow.document["scheduleParams"].get("frequency") != ONCE:
        return Failure("The copy transformation names no delta column.")
    params = named(transformations, MAPPING) or {}
    mapping = version_of(str(params.get("mappingId")), _version(params), flow.sandbox, service)
    if mapping is None:
        return Failure("The mapping set is gone.")
    try:
        passes = row_test(document["filters"])
    except FilterError as error:
        return Failure(f"The filters are not understood here: {error}.")
    fields = schema.document["fields"]
    mapper = Mapper(mapping.document["mappings"], fields, schema.document["required"])
    return Question(document["tableName"], _columns(document["columns"]), column, passes, mapper), base


def _version(params: Json) -> int:
    text = str(params.get("mappingVersion"))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _columns(columns: object) -> tuple[str, ...]:
    """Return the names of the columns that are ingested; none where they were left out, which means all (assumed)."""
    listed = columns if isinstance(columns, list) else []
    names = [each.get("name") for each in listed if isinstance(each, dict)]
    return tuple(dict.fromkeys(each for each in names if isinstance(each, str) and each))


def _judged(result: Written | Failure, options: Json) -> Written | Failure:
    """Return a failure where more rows have failed than the options allow; without a threshold any number may."""
    most = percent(options.get("partialIngestionPercent"))
    if isinstance(result, Failure) or most is None or result.failed * 100 <= most * result.read:
        return result
    text = f"{result.failed} of {result.read} rows have failed, which is more than {most} percent."
    return Failure(text, result)
