"""Write down runs as the tutorial on monitoring shows them; all times are milliseconds since the epoch."""

from __future__ import annotations

import uuid

from ....http.callers import Caller
from ....json_values import Json
from ....service import Service
from ....settings import Settings
from ....store.store import Resource
from ...common import new_resource, renew_version
from .mapped_rows import Written
from .table import Failure
from .windows import Due, Window

RUNS = "runs"
SCHEDULED, IN_PROGRESS, SUCCESS, FAILED = "scheduled", "inProgress", "success", "failed"
_WINDOW = ("windowStart", "windowEnd")


def new_run(flow: Resource, due: Due, caller: Caller, service: Service, *, is_scheduled: bool = False) -> Resource:
    """Return a run that is not stored yet; what it is about shows in its copy activity."""
    at = due.at * 1000
    kind = "incremental" if due.window != Window(None, None) else "one-time"
    status = SCHEDULED if is_scheduled else IN_PROGRESS
    window = {
        name: each * 1000
        for name, each in zip(_WINDOW, (due.window.start, due.window.end), strict=True)
        if each is not None
    }
    copy = {
        "id": "copyActivity",
        "updatedAtUTC": at,
        "durationSummary": {"startedAtUTC": at, "extensions": window},
        "statusSummary": {"status": status, "extensions": {"type": kind}},
    }
    body = {
        "flowId": flow.id,
        "flowSpec": flow.document["flowSpec"],
        "providerRefId": f"M-{flow.id}-{kind}-0:{uuid.uuid4()}",
        "metrics": {"durationSummary": {"startedAtUTC": at}, "statusSummary": {"status": status, "errors": []}},
        "activities": [copy],
    }
    run = new_resource(RUNS, body, caller, service)
    run.document |= {"state": status, "createdAt": at, "updatedAt": at}
    run.ready_at = due.at
    return run


def window_of(run: Resource) -> Window:
    """Return what a run is about."""
    found = run.document["activities"][0]["durationSummary"]["extensions"]
    start, end = (found.get(name) for name in _WINDOW)
    return Window(None if start is None else start // 1000, None if end is None else end // 1000)


def begun(run: Resource, settings: Settings) -> None:
    """Let a scheduled run be in progress."""
    run.document["state"] = run.document["metrics"]["statusSummary"]["status"] = IN_PROGRESS
    run.document["activities"][0]["statusSummary"]["status"] = IN_PROGRESS
    renew_version(run, settings)


def finished(run: Resource, flow: Resource, result: Written | Failure, settings: Settings, ended: int) -> None:
    """Note how a run has ended; a success may have failed rows."""
    failed = isinstance(result, Failure)
    written = (result.read or Written()) if isinstance(result, Failure) else result
    status = FAILED if failed else SUCCESS
    errors = _errors(result)
    started = run.document["metrics"]["durationSummary"]["startedAtUTC"]
    times = {"startedAtUTC": started, "completedAtUTC": ended}
    records = {
        "inputRecordCount": written.read,
        "outputRecordCount": 0 if failed else written.written,
        "failedRecordCount": written.failed,
    }
    sizes = {"inputBytes": written.input_bytes, "outputBytes": written.output_bytes}
    files = {"inputFileCount": int(not failed), "outputFileCount": int(not failed)}
    run.document["state"] = status
    run.document["updatedAt"] = ended
    run.document["metrics"] = {
        "durationSummary": times,
        "sizeSummary": sizes,
        "recordSummary": records,
        "fileSummary": {**files, "activityRefs": ["promotionActivity"]},
        "statusSummary": {"status": status, "errors": errors, "activityRefs": ["promotionActivity"]},
    }
    copy, promotion = run.document["activities"][0], _promotion(run, flow, ended)
    copy["updatedAtUTC"] = copy["durationSummary"]["completedAtUTC"] = ended
    copy["statusSummary"] |= {"status": status, "errors": errors if failed else []}
    copy |= {"sizeSummary": sizes, "recordSummary": {"inputRecordCount": written.read}, "fileSummary": files}
    source = {"id": _part(flow, "sourceConnectionIds"), "type": "SourceConnection"}
    copy["sourceInfo"] = [{**source, "reference": {"type": "AdfRunId", "ids": [str(uuid.uuid4())]}}]
    promotion |= {"durationSummary": times, "sizeSummary": sizes, "recordSummary": records, "fileSummary": files}
    promotion["statusSummary"] = {"status": status, "errors": errors, "extensions": {"errors": _row_errors(written)}}
    run.document["activities"] = [copy] if failed else [copy, promotion]
    renew_version(run, settings)


def _promotion(run: Resource, flow: Resource, ended: int) -> Json:
    reference = {"type": "Batch", "ids": [uuid.uuid4().hex]}
    target = {"id": _part(flow, "targetConnectionIds"), "type": "DataSets", "reference": reference}
    return {"id": "promotionActivity", "updatedAtUTC": ended, "targetInfo": [target]}


def _part(flow: Resource, field: str) -> str:
    return next(iter(flow.document.get(field) or ()), "")


def _errors(result: Written | Failure) -> list[Json]:
    """Return the errors of a run; the codes are those of the tutorial's sample, the texts are not."""
    if isinstance(result, Failure):
        return [{"code": "CONNECTOR-2001-500", "message": result.text}]
    if result.failed:
        return [{"code": "CONNECTOR-2001-500", "message": f"{result.failed} of {result.read} rows have failed."}]
    return []


def _row_errors(written: Written) -> list[Json]:
    """Return what went wrong with single rows and values."""
    errors: list[Json] = []
    if written.failed:
        text = "A required field has no value."
        errors.append({"code": "INGEST-1212-400", "message": text, "recordCount": written.failed})
    if written.problems:
        paths = ", ".join(sorted(written.problems))[:400]
        text = f"Values could not be mapped to {paths}."
        errors.append({"code": "MAPPER-3700-400", "message": text, "recordCount": sum(written.problems.values())})
    return errors


def run_view(document: Json, settings: Settings) -> Json:
    """Return a run as it is shown: samples differ in words and spellings, and none has a `state`."""
    view = {key: value for key, value in document.items() if key != "state" or settings.extra_fields}
    if settings.run_status == "capitals":
        view = _capitals(view)
    if settings.run_spelling == "etag/activities":
        return view
    view["eTag"], view["activites"] = view.pop("etag"), view.pop("activities")
    return view


def _capitals(run: Json) -> Json:
    """Return a run whose status begins with a capital letter."""
    summary = run["metrics"]["statusSummary"]
    status = summary["status"][0].upper() + summary["status"][1:]
    return {**run, "metrics": {**run["metrics"], "statusSummary": {**summary, "status": status}}}
