"""Read runs, ask for one, and repeat one."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ....http.callers import Caller, caller_of
from ....http.errors import CodedError, MessageError
from ....json_values import Json
from ....service import Service, service_of
from ....store.store import Resource
from ...common import check_version, find, mark_change, read_object, shown
from ...reading import get_resource, list_resources
from ..kinds import FLOWS
from ..labels import forbid_hidden
from ..schedule import ONCE
from ..transformations import COPY, delta_column
from .run_documents import FAILED, RUNS, SUCCESS, new_run, run_view, window_of
from .windows import Due, Window

_PARAMS = ("startTime", "windowStartTime", "windowEndTime", "deltaColumn")
# Seconds by one document, milliseconds by another: above the year 5000, it was the latter.
_LATEST_SECONDS = 95_617_584_000


@dataclass(frozen=True)
class Demand:
    """A run that is asked for: when and about which window, in seconds since the epoch."""

    start: int
    window: Window
    delta_column: Json | None


async def list_runs(request: Request) -> Response:
    """Answer `GET /runs`."""
    return await list_resources(request, RUNS, run_view)


async def get_run(request: Request) -> Response:
    """Answer `GET /runs/{id}`."""
    return await get_resource(request, RUNS, run_view)


async def create_run(request: Request) -> Response:
    """Answer `POST /runs`: a run of a one-time flow, about a window of its delta column."""
    service, caller = service_of(request), caller_of(request)
    body = await read_object(request)
    if service.settings.on_demand_runs == "1427-400":
        raise CodedError("1427-400", "The user token is unauthorized to create or update flow runs.")
    flow = _flow(body.get("flowId"), caller, service)
    if flow.document.get("scheduleParams", {}).get("frequency") != ONCE:
        frequency = str(flow.document.get("scheduleParams", {}).get("frequency"))
        raise CodedError(
            "1386-400",
            f"The flowId with scheduleParams frequency={frequency} is not supported for creating flow runs.",
        )
    demand = _demand(body.get("params"))
    _set_delta_column(flow, demand, caller, service)
    run = new_run(flow, Due(demand.start, demand.window), caller, service, is_scheduled=True)
    service.store.put(run)
    return _answer(run, service)


def _flow(flow_id: object, caller: Caller, service: Service) -> Resource:
    """Return the flow that a request for a run names."""
    if not flow_id or not isinstance(flow_id, str):
        raise CodedError("1446-400", "The flow id cannot be null or empty.")
    flow = service.store.get(flow_id)
    if flow is None or (flow.kind, flow.sandbox) != (FLOWS, caller.sandbox):
        raise CodedError("1430-400", f"The flow {flow_id[:80]} is not found.", (flow_id[:80], FLOWS))
    forbid_hidden(flow, service.settings)
    return flow


def _demand(params: object) -> Demand:
    """Return what is asked for.

    Raises:
        ApiError: there are no params (1384-400), a time is none (1340-400), the window ends before it begins
            (1381-400), or the delta column has no name (1383-400) or other values than texts (1392-400).
    """
    if not params or not isinstance(params, dict):
        raise CodedError("1384-400", "The params cannot be null or empty.")
    if unknown := sorted(params.keys() - set(_PARAMS)):
        raise MessageError(400, f"Unrecognized field {unknown[0][:80]!r} in params")
    start, begin, end = (_time(params.get(name)) for name in _PARAMS[:3])
    if end < begin:
        raise CodedError("1381-400", "The windowEndTime cannot be before the windowStartTime.")
    column = params.get("deltaColumn")
    if column is not None and not delta_column([{"name": COPY, "params": {"deltaColumn": column}}]):
        raise CodedError("1383-400", "The deltaColumn needs a name.")
    return Demand(start, Window(begin, end), column)


def _time(value: object) -> int:
    """Return a time in seconds, which may be sent in milliseconds or as text."""
    text = str(value)
    if isinstance(value, (bool, float)) or not (text.isascii() and text.isdecimal()) or len(text) > 14:
        raise CodedError("1340-400", f"An error has occurred while parsing {text[:40]}.")
    number = int(text)
    return number if number <= _LATEST_SECONDS else number // 1000


def _set_delta_column(flow: Resource, demand: Demand, caller: Caller, service: Service) -> None:
    """Write the delta column of the first run into the flow, where it counts from then on."""
    transformations = flow.document.get("transformations") or []
    known = delta_column(transformations)
    if demand.delta_column is None:
        if not known:
            raise CodedError("1383-400", "The deltaColumn is missing in the params of the first run.")
        return
    if known and known != demand.delta_column["name"]:
        raise CodedError("1382-400", "The deltaColumn differs from that of the copy transformation in the flow.")
    if not known:
        copy = {"name": COPY, "params": {"deltaColumn": demand.delta_column}}
        others = [each for each in transformations if each["name"] != COPY]
        flow.document["transformations"] = [copy, *others]
        mark_change(flow, caller.user, caller.client, service)
        service.store.put(flow)


async def act_on_run(request: Request) -> Response:
    """Answer `POST /runs/{id}/action?op=re-trigger`: a new run about the window of one that brought nothing."""
    service, caller = service_of(request), caller_of(request)
    run = find(request, RUNS)
    operation = request.query_params.get("op", "").lower().replace("_", "-")
    if operation != "re-trigger":
        raise CodedError("1398-400", f"The operation : {operation[:40]} is unsupported.")
    if "if-match" in request.headers:
        check_version(request, run, service.settings)
    flow = service.store.get(run.document["flowId"])
    if flow is None or flow.document["state"] != "enabled":
        raise CodedError("1388-400", "The flow must be in enabled state for re-triggering.")
    forbid_hidden(flow, service.settings)
    records = run.document["metrics"].get("recordSummary", {})
    state = run.document["state"]
    if state != FAILED and not (state == SUCCESS and not records.get("outputRecordCount")):
        raise CodedError("1387-400", f"The run is in state {state}, which is invalid for re-triggering.")
    again = new_run(flow, Due(int(service.clock.now()), window_of(run)), caller, service)
    again.ready_at = service.clock.now() + service.settings.run_seconds
    service.store.put(again)
    return JSONResponse(_summary(again))


def _answer(run: Resource, service: Service) -> Response:
    """Answer a new run, in one of three documented forms."""
    bodies: dict[str, Json] = {
        "items": {"items": [_summary(run)]},
        "id and etag": _summary(run),
        "run": shown(run, service, run_view),
    }
    return JSONResponse(bodies[service.settings.on_demand_runs], 201, {"location": f"/{RUNS}/{run.id}"})


def _summary(run: Resource) -> Json:
    return {"id": run.id, "etag": run.document["etag"]}
