"""How to see which reading a service follows, for the choices that are about dataflows; see observations.py."""

from __future__ import annotations

from urllib.parse import quote

from flowservice_emulator.choices import Option
from flowservice_emulator.json_values import Json

from tests.contract.api import CATALOG, MAPPING_SETS, REDSHIFT, FlowServiceApi, NotTriedError
from tests.contract.dataflows import DATABASE_FLOW_SPEC, Dataflows, of_database
from tests.contract.datasets import mapping_set

# Reads alone.


def name_filter(api: FlowServiceApi) -> Option | None:
    """With a part of a name that there is."""
    part = api.dataset()["name"][1:]
    found = api.send("GET", f"{CATALOG}?name={quote(part)}&properties=name&limit=100").json
    return "substring" if api.dataset_id in found else "exact"


def schema_ref(api: FlowServiceApi) -> Option | None:
    """Asked for by name, and not."""
    asked, unasked = (api.dataset(properties).get("schemaRef") for properties in ("name,schemaRef", ""))
    return "empty" if not asked else "shown" if asked == unasked else "when asked"


def content_type(api: FlowServiceApi) -> Option | None:
    """As the dataset was made with, at Adobe."""
    reference = api.dataset()["schemaRef"]
    if not reference:
        raise NotTriedError("the dataset shows no schemaRef")
    return str(reference["contentType"])


def redshift_filters(api: FlowServiceApi) -> Option | None:
    """As the spec says."""
    attributes = api.send("GET", f"/connectionSpecs/{REDSHIFT}").item["attributes"]
    return bool(attributes.get("filterAtSource", {}).get("enabled"))


def transformation_spec(api: FlowServiceApi) -> Option | None:
    """Of the spec of databases."""
    spec = api.send("GET", f"/flowSpecs/{DATABASE_FLOW_SPEC}").item
    return next((key for key in ("transformationSpecs", "transformationSpec") if key in spec), None)


# Writes, to what they make.


def _mapping_set(api: FlowServiceApi, **mapping: str) -> Json:
    """Create a mapping set with one mapping, and return what a GET shows."""
    made = api.made(MAPPING_SETS, mapping_set(api, mapping or {"source": "order_id"}))
    return dict(api.send("GET", f"{MAPPING_SETS}/{made}?version=0").json)


def mapping_set_delete(api: FlowServiceApi) -> Option | None:
    """Of one that no flow names."""
    status = api.send("DELETE", f"{MAPPING_SETS}/{_mapping_set(api)['id']}", content_type=None).status
    return status if status in (204, 405) else None


def mapping_set_dates(api: FlowServiceApi) -> Option | None:
    """By their type."""
    return {int: "milliseconds", str: "ISO 8601"}.get(type(_mapping_set(api)["createdDate"]))


def source_types(api: FlowServiceApi) -> Option | None:
    """Of an attribute."""
    return str(_mapping_set(api)["mappings"][0]["sourceType"])


def static_mappings(api: FlowServiceApi) -> Option | None:
    """The third type of a source."""
    body = mapping_set(api, {"sourceType": "STATIC", "source": "CUSTOMER"})
    return {200: "accepted", 400: "refused"}.get(api.send("POST", MAPPING_SETS, body).status)


def _dataflows(api: FlowServiceApi) -> Dataflows:
    """Return what makes dataflows of a real table.

    Raises:
        NotTriedError: there is no database, or no dataset.
    """
    if api.login is None:
        raise NotTriedError("there is no database")
    return of_database(api, api.login)


def transition_seconds(api: FlowServiceApi) -> Option | None:
    """At once after an action."""
    flows = _dataflows(api)
    flow_id = flows.flow()
    flows.act(flow_id, "op=disable")
    state = flows.get(flow_id)["state"]
    flows.settled(flow_id)
    return {"disabled": 0, "disabling": 0.3}.get(state)


def idle_action(api: FlowServiceApi) -> Option | None:
    """Of a flow that is enabled."""
    flows = _dataflows(api)
    answer = flows.act(flows.flow(), "op=enable")
    return "accepted" if answer.status == 200 else "1422-400" if "1422-400" in answer.text else None


def past_start(api: FlowServiceApi) -> Option | None:
    """As in every sample."""
    flows = _dataflows(api)
    answer = flows.post(scheduleParams=flows.schedule(startTime=flows.now() - 60))
    return "accepted" if answer.status == 201 else "1360-400" if "1360-400" in answer.text else None


def whole_schedule(api: FlowServiceApi) -> Option | None:
    """Beside its keys."""
    flows = _dataflows(api)
    answer = flows.patch(flows.flow(), {"op": "replace", "path": "/scheduleParams", "value": flows.schedule()})
    return {200: True, 400: False}.get(answer.status)


def flow_delete(api: FlowServiceApi) -> Option | None:
    """By whether the source connection is still there."""
    flows = _dataflows(api)
    flow_id = flows.flow()
    source = f"/sourceConnections/{flows.get(flow_id)['sourceConnectionIds'][0]}"
    flows.delete(flow_id)
    return "the flow alone" if api.send("GET", source).status == 200 else "its connections too"


def table_check(api: FlowServiceApi) -> Option | None:
    """With a table that there is not."""
    flows = _dataflows(api)
    params = {"tableName": "no.such_table", "columns": flows.columns}
    source = api.send("POST", "/sourceConnections", flows.source_body(params=params))
    if source.status != 201:
        return "source connection" if "1330-400" in source.text else None
    answer = flows.post(sourceConnectionIds=[source.json["id"]])
    return "never" if answer.status == 201 else "flow" if "1330-400" in answer.text else None


def bad_dataset(api: FlowServiceApi) -> Option | None:
    """With a dataset that there is not."""
    flows = _dataflows(api)
    target = api.send("POST", "/targetConnections", flows.target_body(params={"dataSetId": "5f4e3d2c1b0a5f4e3d2c1b0a"}))
    if target.status != 201:
        return "target connection"
    return "flow" if flows.post(targetConnectionIds=[target.json["id"]]).status == 400 else None


def schedule_values(api: FlowServiceApi) -> Option | None:
    """Sent as numbers, and as texts."""
    flows = _dataflows(api)
    types = [
        type(flows.get(flows.flow(scheduleParams=flows.schedule(interval=sent)))["scheduleParams"]["interval"])
        for sent in (1, "1")
    ]
    return {(int, str): "as sent", (str, str): "strings", (int, int): "numbers"}.get((types[0], types[1]))


def mapping_version(api: FlowServiceApi) -> Option | None:
    """Sent as a number."""
    flows = _dataflows(api)
    [mapping] = [each for each in flows.get(flows.flow())["transformations"] if each["name"] == "Mapping"]
    return {str: "string", int: "number"}.get(type(mapping["params"]["mappingVersion"]))


def transformation_order(api: FlowServiceApi) -> Option | None:
    """Sent as Copy and Mapping."""
    flows = _dataflows(api)
    names = [each["name"] for each in flows.get(flows.flow())["transformations"]]
    return {"Copy": "as sent", "Mapping": "reversed"}.get(names[0])


def runs_link(api: FlowServiceApi) -> Option | None:
    """With the flow's id in it."""
    flows = _dataflows(api)
    flow_id = flows.flow()
    return str(flows.get(flow_id)["runs"]).replace(flow_id, "{id}")


def columns(api: FlowServiceApi) -> Option | None:
    """Of a new source connection."""
    item = api.send("GET", f"/sourceConnections/{_dataflows(api).source()}").item
    return "as sent" if item["params"].get("columns") else "missing"


def part_patch(api: FlowServiceApi) -> Option | None:
    """Of a new name."""
    source = f"/sourceConnections/{_dataflows(api).source()}"
    etag = api.send("GET", source).item["etag"]
    answer = api.send("PATCH", source, [{"op": "replace", "path": "/name", "value": api.prefix}], if_match=etag)
    return "list" if "items" in answer.json else "id and etag" if "etag" in answer.json else None


def run_seconds(api: FlowServiceApi) -> Option | None:
    """By the first sight of a run."""
    flows = _dataflows(api)
    flow_id = flows.flow(scheduleParams=flows.schedule(startTime=flows.soon()))
    while not (found := api.list("/runs", f"flowId=={flow_id}").json["items"]):
        api.pause()
    ended = flows.ran(flow_id)["metrics"]["durationSummary"]
    is_long = ended["completedAtUTC"] > ended["startedAtUTC"]
    return 0.3 if is_long or "completedAtUTC" not in found[0]["metrics"]["durationSummary"] else 0


def run_etag(api: FlowServiceApi) -> Option | None:
    """Before and after the first run."""
    flows = _dataflows(api)
    flow_id = flows.flow(scheduleParams=flows.schedule(startTime=flows.soon()))
    before = flows.get(flow_id)["etag"]
    flows.ran(flow_id)
    return bool(flows.get(flow_id)["etag"] != before)


def run_status(api: FlowServiceApi) -> Option | None:
    """Of a run that has ended."""
    flows = _dataflows(api)
    status = flows.ran(flows.flow(scheduleParams=flows.schedule(startTime=flows.soon())))["metrics"]["statusSummary"]
    return {"success": "lower case", "Success": "capitals"}.get(status["status"])


def run_spelling(api: FlowServiceApi) -> Option | None:
    """Of a run that has ended."""
    flows = _dataflows(api)
    run = flows.ran(flows.flow(scheduleParams=flows.schedule(startTime=flows.soon())))
    forms = (("etag", "activities"), ("eTag", "activites"))
    return next(("/".join(form) for form in forms if set(form) <= run.keys()), None)


def on_demand_runs(api: FlowServiceApi) -> Option | None:
    """By what the answer has beside the id, if a client may ask at all."""
    flows = _dataflows(api)
    times = {"startTime": flows.soon(), "windowStartTime": 0, "windowEndTime": flows.now()}
    params = {**times, "deltaColumn": {"name": flows.delta_column}}
    answer = api.send("POST", "/runs", {"flowId": flows.flow(**flows.once()), "params": params})
    if answer.status != 201:
        return "1427-400" if "1427-400" in answer.text else None
    return "items" if "items" in answer.json else "run" if "metrics" in answer.json else "id and etag"


def once_state(api: FlowServiceApi) -> Option | None:
    """After its run."""
    flows = _dataflows(api)
    flow_id = flows.flow(**flows.once(startTime=flows.soon()))
    flows.ran(flow_id)
    return str(flows.get(flow_id)["state"])


def missed_windows(api: FlowServiceApi) -> Option | None:
    """By the window of the run after those that were missed."""
    if api.wait is None:
        raise NotTriedError("it would take an hour")
    flows = _dataflows(api)
    start = flows.soon()
    flow_id = flows.flow(scheduleParams=flows.schedule(startTime=start, frequency="minute", interval=15))
    first = flows.ran(flow_id)["id"]
    flows.act(flow_id, "op=disable")
    flows.settled(flow_id)
    api.wait(1_800)
    flows.act(flow_id, "op=enable")
    flows.settled(flow_id)
    api.wait(900)
    run = flows.ran(flow_id)
    if run["id"] == first:
        return None
    [copy] = [each for each in (run.get("activities") or run["activites"]) if each["id"] == "copyActivity"]
    window = copy["durationSummary"]["extensions"]
    is_whole = window["windowEnd"] - window["windowStart"] > 900_000
    return "caught up" if is_whole else "skipped"


READING = (name_filter, schema_ref, content_type, redshift_filters, transformation_spec)
WRITING = (
    *(mapping_set_delete, mapping_set_dates, source_types, static_mappings, transition_seconds, idle_action),
    *(past_start, whole_schedule, flow_delete, table_check, bad_dataset, schedule_values, mapping_version),
    *(transformation_order, runs_link, columns, part_patch, run_seconds, run_etag, run_status, run_spelling),
    *(on_demand_runs, once_state, missed_windows),
)
