"""Look up the runs of a dataflow, newest first; watch one, and let the API repeat a failed one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ..api.clock import pauses
from ..errors import Code, SettingsError
from ..lifecycle.operation import Run
from ..lifecycle.versions import utc
from ..lifecycle.wait import existing
from ..redaction import LEFT_OUT
from ..resources.dataflow.schedule import from_wire
from .dataflows import by_id, by_id_or_name
from .results import DataflowRunResult, iso
from .session import asking

if TYPE_CHECKING:
    from ..api.dataflow_models import FlowRun, OperationError
    from ..api.sandbox import Sandbox

FEW = 10
_CHECK = "Check that the dataflow still exists."


@dataclass(frozen=True)
class RunHistory:
    """The newest runs of a dataflow, newest first.

    `last` is the newest one that is over, even if it is none of them. `first_start` is when the dataflow begins: ISO
    8601, in UTC; None if that is not shown.
    """

    id: str
    name: str
    sandbox: str
    state: str
    first_start: str | None
    runs: tuple[DataflowRunResult, ...]
    last: DataflowRunResult | None


@dataclass(frozen=True)
class Progress:
    """A run that is watched, None before it begins, and the seconds since it began, by the server's clock."""

    run: DataflowRunResult | None
    seconds: float


def list_runs(run: Run, flow_id: str, limit: int | None, sandbox: str | None) -> list[DataflowRunResult]:
    """Return the newest runs of a dataflow, at most `limit`, by default 10. Raises: FlowServiceError."""
    most = FEW if limit is None else limit
    if most < 1:
        raise SettingsError("`limit` must be at least 1")
    with asking(run, f"reading the runs of dataflow {flow_id!r}", sandbox) as opened:
        # A flow that does not exist would seem to have no run yet.
        by_id(opened, flow_id)
        return list(islice(_newest(opened, flow_id), most))


def history(run: Run, id_or_name: str, limit: int, sandbox: str | None) -> RunHistory:
    """Return the runs of the dataflow that a person names. Raises: FlowServiceError."""
    with asking(run, f"reading the runs of dataflow {id_or_name!r}", sandbox) as opened:
        flow = by_id_or_name(opened, id_or_name)
        shown: list[DataflowRunResult] = []
        last = None
        for each in _newest(opened, flow.id):
            if len(shown) < limit:
                shown.append(each)
            if last is None and each.is_over:
                last = each
            if last is not None and len(shown) == limit:
                break
        start = from_wire(flow.schedule_params).get("startTime")
        return RunHistory(flow.id, flow.name, opened.name, flow.state, start, tuple(shown), last)


def watch(run: Run, flow_id: str, run_id: str | None, sandbox: str | None) -> Iterator[Progress]:
    """Yield the progress of a run until it is over: of the given one, or of the newest, or of the first to come.

    Each look has a time limit of its own, and the pauses between them grow to 15 seconds. Raises: FlowServiceError.
    """
    for pause in pauses(run.clock):
        with asking(run, f"watching the runs of dataflow {flow_id!r}", sandbox) as opened:
            shown = existing(opened.runs, run_id, _CHECK) if run_id else next(opened.runs.newest(flow_id), None)
            progress = _progress(shown, opened)
        yield progress
        if progress.run:
            if progress.run.is_over:
                return
            run_id = progress.run.id
        run.clock.sleep(pause)


def retry(run: Run, run_id: str, sandbox: str | None) -> str:
    """Let the API repeat a failed run, and return the id of the new one. It is sent once.

    Raises: FlowServiceError, with the code RETRY_UNKNOWN if it may have been done.
    """
    from ..api.outcomes import Applied, Unknown

    with asking(run, f"repeating run {run_id!r}", sandbox) as opened:
        outcome = opened.runs.retry(run_id)
        if isinstance(outcome, Applied):
            return outcome.id
        if isinstance(outcome, Unknown):
            raise outcome.error.replace(
                code=Code.RETRY_UNKNOWN,
                message=f"whether it is repeated is unknown, and it was not asked for again: {outcome.error.message}",
                remedy="Look at the runs in a minute: a new one means that it was. A second repetition could bring "
                "rows twice.",
            )
        raise outcome.error


def _progress(shown: FlowRun | None, opened: Sandbox) -> Progress:
    if shown is None:
        return Progress(None, 0.0)
    began = utc(shown.metrics.duration_summary.started_at)
    return Progress(_result(shown, opened), max(0.0, opened.server_now() - began.timestamp()) if began else 0.0)


def _newest(opened: Sandbox, flow_id: str) -> Iterator[DataflowRunResult]:
    return (_result(each, opened) for each in opened.runs.newest(flow_id))


def _result(found: FlowRun, opened: Sandbox) -> DataflowRunResult:
    metrics = found.metrics
    times, rows, status = metrics.duration_summary, metrics.record_summary, metrics.status_summary
    started, completed = iso(times.started_at), iso(times.completed_at)
    is_timed = started and completed and times.started_at <= times.completed_at
    return DataflowRunResult(
        id=found.id,
        status=_word(status.status or found.state),
        started_at=started,
        completed_at=completed,
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
