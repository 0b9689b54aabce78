"""Make the runs that are due when flows, runs or rows are looked at: without a timer, a restart changes nothing."""

from __future__ import annotations

from itertools import groupby

from ....http.callers import Caller
from ....service import Service
from ....store.store import Resource
from ...common import renew_version
from ...datasets.definition import DATASETS, ROWS, rows_id, rows_of
from ..kinds import FLOWS
from ..operations import settle_flows
from ..plan import PLANS, plan_of, store_plan
from ..schedule import ONCE, read_schedule
from .mapped_rows import KEPT_ROWS, Written
from .results import results
from .run_documents import FAILED, RUNS, SCHEDULED, SUCCESS, begun, finished, new_run
from .table import Failure
from .windows import due_runs

_ROUNDS = 10
_RUNNING = ("enabled", "updating", "enabling", "disabling")


async def make_due_runs(service: Service) -> None:
    """Make and end the runs whose time has come."""
    if not _is_any_due(service):
        return
    # One at a time: two requests must not make the same run.
    async with service.runs_lock:
        settle_flows(service)
        _start_runs(service)
        for _ in range(_ROUNDS):
            waiting = sorted(service.store.due(RUNS, service.clock.now()), key=lambda run: str(run.document["flowId"]))
            for flow_id, runs in groupby(waiting, key=lambda run: str(run.document["flowId"])):
                await _go_on(flow_id, list(runs), service)
            if not waiting:
                return


def _is_any_due(service: Service) -> bool:
    now = service.clock.now()
    return bool(service.store.due(PLANS, now) or service.store.due(RUNS, now))


def _start_runs(service: Service) -> None:
    """Make the runs of all flows that are due, and note when they are due again."""
    now, settings = service.clock.now(), service.settings
    for plan in service.store.due(PLANS, now):
        flow = service.store.get(plan.document["flowId"])
        if flow is None or flow.kind != FLOWS:
            service.store.delete(plan.id)
            continue
        schedule = read_schedule(flow.document["scheduleParams"])
        runs = due_runs(schedule, plan.document["last"], plan.document["begin"], now)
        is_running = flow.document["state"] in _RUNNING
        for due in runs if is_running else ():
            run = new_run(flow, due, _author(flow), service)
            run.ready_at = due.at + settings.run_seconds
            service.store.put(run)
        if runs and (is_running or settings.missed_windows == "skipped"):
            plan.document["begin"] = runs[-1].window.end
        # A one-time flow that is disabled runs when it is enabled.
        if runs and (is_running or schedule.frequency != ONCE):
            plan.document["last"] = runs[-1].at
        store_plan(plan, flow, service)


def _author(flow: Resource) -> Caller:
    """Return who stands behind the runs of a flow."""
    document = flow.document
    return Caller(document["createdClient"], document["createdBy"], document["sandboxName"], document["imsOrgId"])


async def _go_on(flow_id: str, runs: list[Resource], service: Service) -> None:
    """Begin the runs of a flow that were scheduled, and end those whose time is over."""
    ending = []
    for run in runs:
        if run.document["state"] == SCHEDULED:
            begun(run, service.settings)
            run.ready_at = (run.ready_at or 0) + service.settings.run_seconds
            service.store.amend(run)
        if (run.ready_at or 0) <= service.clock.now():
            ending.append(run)
    flow = service.store.get(flow_id)
    if flow is None:
        for run in runs:
            service.store.delete(run.id)
    elif ending:
        found = await results(flow, ending, service)
        for run, result in zip(ending, found, strict=True):
            _end(run, result, service)


def _end(run: Resource, result: Written | Failure, service: Service) -> None:
    """Note how a run has ended, in itself, in its flow and in the dataset."""
    flow, settings = service.store.get(run.document["flowId"]), service.settings
    # A reset or a deletion came meanwhile.
    if flow is None or service.store.get(run.id) is None:
        return
    ended = int((run.ready_at or 0) * 1000)
    finished(run, flow, result, settings, ended)
    run.ready_at = None
    service.store.amend(run)
    if isinstance(result, Written):
        _keep_rows(flow, result, service)
    flow.document["lastRunDetails"] = {
        "id": run.id,
        "state": FAILED if isinstance(result, Failure) else SUCCESS,
        **run.document["metrics"]["durationSummary"],
    }
    plan = plan_of(flow, service)
    ran_once = plan is not None and plan.ready_at is None
    if ran_once and settings.once_state == "disabled" and flow.document["state"] == "enabled":
        flow.document["state"] = "disabled"
    if settings.run_etag:
        renew_version(flow, settings)
    service.store.amend(flow)


def _keep_rows(flow: Resource, written: Written, service: Service) -> None:
    """Add to the rows of a dataset: how many there are, and the first hundred."""
    plan = plan_of(flow, service)
    dataset = service.store.get(plan.document["dataSetId"]) if plan else None
    if dataset is None or dataset.kind != DATASETS:
        return
    rows = rows_of(dataset, service)
    kept = [*rows["rows"], *written.rows][:KEPT_ROWS]
    document = {"count": rows["count"] + written.written, "rows": kept}
    service.store.put(Resource(rows_id(dataset.id), ROWS, dataset.sandbox, document))
