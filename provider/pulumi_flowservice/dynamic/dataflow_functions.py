"""Look-ups of dataflows, their runs, datasets and schemas; see `functions` for the two forms that each has."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from ..lookups import dataflows, datasets, runs
from ..lookups.results import DataflowResult, DataflowRunResult, DatasetResult, SchemaResult
from .functions import answer, later, plain

# What the package exports.
__all__ = [
    "get_dataflow",
    "get_dataflow_output",
    "get_dataflow_runs",
    "get_dataflow_runs_output",
    "get_dataset",
    "get_dataset_output",
    "get_schema",
    "get_schema_output",
    "list_dataflows",
    "list_dataflows_output",
    "list_datasets",
    "list_datasets_output",
]


def get_dataset(*, id: str | None = None, name: str | None = None, sandbox: str | None = None) -> DatasetResult:
    """Return one dataset, by its id or by its name. Default of `sandbox`: `flowservice:sandbox`.

    Raises: LookupFailedError; if several datasets have the name, it lists their ids.
    """
    return answer(lambda run: datasets.find_dataset(run, plain(id), plain(name), plain(sandbox)))


def get_dataset_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[DatasetResult]:
    """Do the same as `get_dataset`, with Inputs and an Output."""
    return later(get_dataset, id=id, name=name, sandbox=sandbox)


def list_datasets(*, name: str | None = None, sandbox: str | None = None) -> Sequence[DatasetResult]:
    """Return the datasets of a sandbox, or those with this very name, sorted by name.

    Takes one request per 100 datasets. Raises: LookupFailedError.
    """
    return answer(lambda run: datasets.list_datasets(run, plain(name), plain(sandbox)))


def list_datasets_output(
    *, name: pulumi.Input[str] | None = None, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[DatasetResult]]:
    """Do the same as `list_datasets`, with Inputs and an Output."""
    return later(list_datasets, name=name, sandbox=sandbox)


def get_schema(*, id: str | None = None, title: str | None = None, sandbox: str | None = None) -> SchemaResult:
    """Return one schema with all its fields, by its id (its `$id`) or by its title.

    Raises: LookupFailedError; if several schemas have the title, it lists their ids.
    """
    return answer(lambda run: datasets.find_schema(run, plain(id), plain(title), plain(sandbox)))


def get_schema_output(
    *,
    id: pulumi.Input[str] | None = None,
    title: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[SchemaResult]:
    """Do the same as `get_schema`, with Inputs and an Output."""
    return later(get_schema, id=id, title=title, sandbox=sandbox)


def get_dataflow(*, id: str | None = None, name: str | None = None, sandbox: str | None = None) -> DataflowResult:
    """Return one dataflow from a table to a dataset, by its id or by its name.

    Raises: LookupFailedError, also for a flow of another kind; if several dataflows have the name, it lists their ids.
    """
    return answer(lambda run: dataflows.find_dataflow(run, plain(id), plain(name), plain(sandbox)))


def get_dataflow_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[DataflowResult]:
    """Do the same as `get_dataflow`, with Inputs and an Output."""
    return later(get_dataflow, id=id, name=name, sandbox=sandbox)


def list_dataflows(*, connection: str | None = None, sandbox: str | None = None) -> Sequence[DataflowResult]:
    """Return the dataflows of a sandbox, or those of the connection with this id, most recently changed first.

    Flows of other kinds (such as streams, files, destinations and drafts) are left out, with a warning that has their
    number. Takes one request per 100 flows, source connections and target connections. Raises: LookupFailedError.
    """
    return answer(lambda run: dataflows.list_dataflows(run, plain(connection), plain(sandbox)))


def list_dataflows_output(
    *, connection: pulumi.Input[str] | None = None, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[DataflowResult]]:
    """Do the same as `list_dataflows`, with Inputs and an Output."""
    return later(list_dataflows, connection=connection, sandbox=sandbox)


def get_dataflow_runs(id: str, *, limit: int = runs.FEW, sandbox: str | None = None) -> Sequence[DataflowRunResult]:
    """Return the newest runs of a dataflow, newest first, at most `limit`. A success may have failed rows.

    Raises: LookupFailedError.
    """
    return answer(lambda run: runs.list_runs(run, str(plain(id)), plain(limit), plain(sandbox)))


def get_dataflow_runs_output(
    id: pulumi.Input[str], *, limit: pulumi.Input[int] = runs.FEW, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[DataflowRunResult]]:
    """Do the same as `get_dataflow_runs`, with Inputs and an Output."""
    return later(get_dataflow_runs, id=id, limit=limit, sandbox=sandbox)
