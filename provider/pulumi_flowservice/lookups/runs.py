"""Look up the runs of a dataflow, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..lifecycle.operation import Run
from ..redaction import LEFT_OUT
from .dataflows import by_id
from .results import DataflowRunResult, iso
from .session import asking

if TYPE_CHECKING:
    from ..api.dataflow_models import FlowRun, OperationError
    from ..api.sandbox import Sandbox

FEW = 10


def list_runs(run: Run, flow_id: str, limit: int | None, sandbox: str | None) -> list[DataflowRunResult]:
    """Return the newest runs of a dataflow, at most `limit`, by default 10. Raises: FlowServiceError."""
    most = FEW if limit is None else limit
    if most < 1:
        raise SettingsError("`limit` must be at least 1")
    with asking(run, f"reading the runs of dataflow {flow_id!r}", sandbox) as opened:
        # A flow that does not exist would seem to have no run yet.
        by_id(opened, flow_id)
        return list(islice(newest(opened, flow_id), most))


def newest(opened: Sandbox, flow_id: str) -> Iterator[DataflowRunResult]:
    """Yield the runs of a flow, newest first. Raises: FlowServiceError."""
    return (run_result(each, opened) for each in opened.runs.newest(flow_id))


def run_result(found: FlowRun, opened: Sandbox) -> DataflowRunResult:
    """Return a run as the result of a look-up."""
    times, rows, status = (
        found.metrics.duration_summary,
        found.metrics.record_summary,
        found.metrics.status_summary,
    )
    is_timed = 0 < times.started_at <= times.completed_at
    return DataflowRunResult(
        id=found.id,
        status=_word(status.status or found.state),
        started_at=iso(times.started_at),
        completed_at=iso(times.completed_at),
        duration_seconds=(times.completed_at - times.started_at) / 1000 if is_timed else None,
        rows_read=rows.input_record_count,
        rows_written=rows.output_record_count,
        rows_failed=rows.failed_record_count,
        errors=[_told(each, opened) for each in status.errors],
    )


def _word(status: str) -> str:
    """Return `in_progress` for `inProgress`, `IN_PROGRESS` and `In Progress`: the documents have several spellings."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\s-]+", "_", status).lower()


def _told(error: OperationError, opened: Sandbox) -> str:
    text = opened.quote(f"{error.code} {error.message}".strip())
    return LEFT_OUT if text is None else text
