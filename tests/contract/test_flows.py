"""Flows: create, read, change, switch off and on, delete."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.api import MAPPING_SETS, FlowServiceApi, is_gone, refused
from tests.contract.dataflows import DATA_LAKE, SPEC, UNDONE, Dataflows
from tests.contract.datasets import mapping_set


def index_of(flow: dict[str, Any], name: str) -> int:
    """Return where a transformation stands."""
    return [each["name"] for each in flow["transformations"]].index(name)


def test_a_flow_reads_back_with_what_was_sent(dataflows: Dataflows) -> None:
    """With state, version, the way to its runs and its last operation; values may change their type."""
    body = dataflows.flow_body(description="customers to profiles")
    flow_id = dataflows.api.made("/flows", body)

    flow = dataflows.get(flow_id)

    for key in ("name", "description", "flowSpec", "sourceConnectionIds", "targetConnectionIds"):
        assert flow[key] == body[key]
    assert {key: str(value).lower() for key, value in flow["scheduleParams"].items()} == {
        key: str(value).lower() for key, value in body["scheduleParams"].items()
    }
    assert {each["name"] for each in flow["transformations"]} == {"Copy", "Mapping"}
    assert str(flow["transformations"][index_of(flow, "Mapping")]["params"]["mappingVersion"]) == "0"
    assert flow["state"] == "enabled"
    assert flow["etag"] == flow["version"]
    assert flow["lastOperation"]["operation"] == "create"
    assert flow_id in flow["runs"]
    assert "lastRunDetails" not in flow


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        ({"frequency": "minute", "interval": 14}, "1362-400"),
        ({"interval": 0}, "1394-400"),
        ({"interval": UNDONE}, "1362-400"),
        ({"interval": "many"}, "1363-400"),
        ({"frequency": "month"}, "1397-400"),
        ({"frequency": {}}, "1397-400"),
        ({"frequency": UNDONE}, "1397-400"),
        ({"startTime": "soon"}, "1340-400"),
        ({"startTime": UNDONE}, "1340-400"),
        ({"startTime": 1_893_456_000_000}, "1340-400"),
        ({"frequency": "once"}, "1361-400"),
        ({"frequency": "once", "interval": UNDONE}, "1364-400"),
        ({"frequency": "once", "interval": UNDONE, "backfill": UNDONE}, "1369-400"),
    ],
)
def test_a_schedule_has_rules(dataflows: Dataflows, schedule: dict[str, Any], code: str) -> None:
    """400 with the code of the rule."""
    assert refused(dataflows.post(scheduleParams=dataflows.schedule(**schedule)), 400, code)


def test_a_schedule_can_be_text(dataflows: Dataflows) -> None:
    """As in every sample."""
    schedule = {key: str(value).lower() for key, value in dataflows.schedule().items()}

    assert dataflows.post(scheduleParams=schedule).status == 201


def test_a_flow_can_run_once(dataflows: Dataflows) -> None:
    """Then it has neither delta column, interval nor backfill."""
    flow = dataflows.get(dataflows.flow(**dataflows.once()))

    assert set(flow["scheduleParams"]) == {"startTime", "frequency"}


def test_a_flow_that_runs_again_needs_a_delta_column(dataflows: Dataflows) -> None:
    """400 with code 1367."""
    mapping = dataflows.mapping_transformation(dataflows.mapping())

    for copy in ([], [{"name": "Copy", "params": {}}], [{"name": "Copy", "params": {"deltaColumn": {"name": ""}}}]):
        assert refused(dataflows.post(transformations=[*copy, mapping]), 400, "1367-400")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scheduleParams": UNDONE}, "1317-400"),
        ({"sourceConnectionIds": UNDONE}, "1320-400"),
        ({"targetConnectionIds": []}, "1320-400"),
        ({"sourceConnectionIds": ["a", "b"]}, "1321-400"),
        ({"targetConnectionIds": [""]}, "1338-400"),
        ({"flowSpec": {"id": SPEC["id"], "version": "1.0"}}, "1413-400"),
        ({"state": "enabled"}, "1410-400"),
    ],
)
def test_a_flow_has_all_of_its_parts(dataflows: Dataflows, changes: dict[str, Any], code: str) -> None:
    """Exactly one source and one target, a schedule and a spec."""
    assert refused(dataflows.post(**changes), 400, code)


def test_a_flow_needs_a_mapping(dataflows: Dataflows) -> None:
    """By id and version; without any, with an empty one, and without its id: three codes."""
    for mapping, code in (
        ([], "1370-400"),
        ([{"name": "Mapping", "params": {}}], "1328-400"),
        ([{"name": "Mapping", "params": {"mappingVersion": 0}}], "1329-400"),
        ([dataflows.mapping_transformation("0" * 32)], "1419-400"),
        ([dataflows.mapping_transformation(dataflows.mapping(), 7)], "1412-400"),
        ([dataflows.mapping_transformation(dataflows.mapping({"destination": "_example.colour"}))], "1419-400"),
    ):
        assert refused(dataflows.post(transformations=[dataflows.copy(), *mapping]), 400, code)


def test_a_mapping_version_can_be_text(dataflows: Dataflows) -> None:
    """As the spec has it; the samples send a number."""
    mapping = dataflows.mapping_transformation(dataflows.mapping(), "0")

    assert dataflows.post(transformations=[dataflows.copy(), mapping]).status == 201


@pytest.mark.parametrize(("params", "code"), [({}, "1325-400"), (None, "1325-400"), ({"dataSetId": ""}, "1325-400")])
def test_a_target_names_a_dataset(dataflows: Dataflows, params: dict[str, Any] | None, code: str) -> None:
    """400 with code 1325 from the flow."""
    changes = {"params": params} if params is not None else {"params": UNDONE}

    assert refused(dataflows.post(targetConnectionIds=[dataflows.target(**changes)]), 400, code)


def test_mapping_and_dataset_have_one_schema(dataflows: Dataflows) -> None:
    """In the same version: 400 with code 1425."""
    schema = {"id": dataflows.api.schema(), "version": "application/vnd.adobe.xed+json;version=1"}

    assert refused(dataflows.post(targetConnectionIds=[dataflows.target(data={"schema": schema})]), 400, "1425-400")


@pytest.mark.parametrize(
    ("changes", "code"), [({"data": {"format": "delimited"}}, "1327-400"), ({"params": {"columns": []}}, "1323-400")]
)
def test_a_source_names_a_table(dataflows: Dataflows, changes: dict[str, Any], code: str) -> None:
    """Of tabular data; the refusals are those of the flow."""
    assert refused(dataflows.post(sourceConnectionIds=[dataflows.source(**changes)]), 400, code)


def test_a_source_and_a_target_belong_to_one_flow(dataflows: Dataflows) -> None:
    """A second flow with either of them is refused; where it says so, the code is that of a part in use."""
    flow = dataflows.get(dataflows.flow())

    for field in ("sourceConnectionIds", "targetConnectionIds"):
        assert refused(dataflows.post(**{field: flow[field]}), 400, "1447-400", flow[field][0])


def test_the_parts_of_a_flow_stay(dataflows: Dataflows) -> None:
    """400 with code 1447 until the flow is gone."""
    flow_id = dataflows.flow()
    flow = dataflows.get(flow_id)
    paths = [
        f"/sourceConnections/{flow['sourceConnectionIds'][0]}",
        f"/targetConnections/{flow['targetConnectionIds'][0]}",
    ]

    in_use = [dataflows.api.send("DELETE", path, content_type=None) for path in paths]
    dataflows.delete(flow_id)
    unused = [dataflows.api.send("DELETE", path, content_type=None) for path in paths]

    assert all(refused(each, 400, "1447-400") for each in in_use)
    # Whether they went with the flow is a choice.
    assert all(each.status in (202, 204) or is_gone(each) for each in unused)


def test_a_patch_changes_name_schedule_and_options(dataflows: Dataflows) -> None:
    """In one request; the answer is id and etag, and the last operation tells of it."""
    flow_id = dataflows.flow()

    answer = dataflows.patch(
        flow_id,
        {"op": "replace", "path": "/name", "value": f"{dataflows.api.prefix} renamed"},
        {"op": "replace", "path": "/scheduleParams/frequency", "value": "day"},
        {"op": "replace", "path": "/scheduleParams/interval", "value": 2},
        {"op": "add", "path": "/options", "value": {"partialIngestionPercent": "10"}},
        {"op": "add", "path": "/options/errorDiagnosticsEnabled", "value": True},
    )

    flow = dataflows.settled(flow_id)
    assert (answer.status, set(answer.json)) == (200, {"id", "etag"})
    assert flow["name"] == f"{dataflows.api.prefix} renamed"
    assert (flow["scheduleParams"]["frequency"], str(flow["scheduleParams"]["interval"])) == ("day", "2")
    assert flow["options"].items() >= {"partialIngestionPercent": 10, "errorDiagnosticsEnabled": True}.items()
    assert (flow["lastOperation"]["operation"], flow["lastOperation"]["status"]["value"]) == ("update", "completed")


def test_a_patch_brings_another_mapping(dataflows: Dataflows) -> None:
    """At the index where the mapping stands: the next version of its set, or another set."""
    mapping_id, other_id = dataflows.mapping(), dataflows.mapping()
    flow_id = dataflows.flow(transformations=[dataflows.copy(), dataflows.mapping_transformation(mapping_id)])
    dataflows.api.send("PUT", f"{MAPPING_SETS}/{mapping_id}", mapping_set(dataflows.api))
    index = index_of(dataflows.get(flow_id), "Mapping")

    seen = []
    for wanted, version in ((mapping_id, 1), (other_id, 0)):
        value = dataflows.mapping_transformation(wanted, version)
        dataflows.patch(flow_id, {"op": "replace", "path": f"/transformations/{index}", "value": value})
        params = dataflows.settled(flow_id)["transformations"][index]["params"]
        seen.append((params["mappingId"], str(params["mappingVersion"])))

    assert seen == [(mapping_id, "1"), (other_id, "0")]


def test_a_patch_needs_the_etag(dataflows: Dataflows) -> None:
    """Without it 400, with an old one 412."""
    flow_id = dataflows.flow()
    etag = dataflows.get(flow_id)["etag"]
    rename = {"op": "replace", "path": "/name", "value": f"{dataflows.api.prefix} renamed"}
    dataflows.patch(flow_id, rename)
    dataflows.settled(flow_id)

    missing = dataflows.api.send("PATCH", f"/flows/{flow_id}", [rename], if_match=None)
    stale = dataflows.api.send("PATCH", f"/flows/{flow_id}", [rename], if_match=etag)

    assert refused(missing, 400, "1403-400")
    assert refused(stale, 412)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "move", "path": "/name", "from": "/description"}, "1434-400"),
        ({"op": "replace", "path": "/colour", "value": "x"}, "1455-400"),
        ({"op": "replace", "path": "/sourceConnectionIds", "value": ["x"]}, "1365-400"),
        ({"op": "replace", "path": "/scheduleParams/frequency", "value": "month"}, "1397-400"),
        ({"op": "replace", "path": "/scheduleParams/startTime", "value": "soon"}, "1340-400"),
        ({"op": "replace", "path": "/transformations/7", "value": {}}, "1455-400"),
        ({"op": "replace", "path": "/transformations/0", "value": {"name": "Sort"}}, "1392-400"),
    ],
)
def test_a_patch_that_cannot_be_is_refused(dataflows: Dataflows, operation: dict[str, Any], code: str) -> None:
    """With a code; nothing is changed."""
    flow_id = dataflows.flow()
    before = dataflows.get(flow_id)

    answer = dataflows.patch(flow_id, operation)

    assert refused(answer, 400, code)
    assert dataflows.get(flow_id) == before


def test_a_flow_can_be_disabled_and_enabled(dataflows: Dataflows) -> None:
    """In lower case as in tutorials, or upper case as in the API description; with an etag or without."""
    flow_id = dataflows.flow()

    states = []
    for operation in ("disable", "ENABLE"):
        answer = dataflows.act(flow_id, f"op={operation}")
        assert (answer.status, answer.json["id"]) == (200, flow_id)
        states.append(dataflows.settled(flow_id)["state"])

    assert states == ["disabled", "enabled"]


def test_a_deleted_flow_is_gone(dataflows: Dataflows) -> None:
    """204, then it is not found."""
    flow_id = dataflows.flow()

    answer = dataflows.api.send("DELETE", f"/flows/{flow_id}", content_type=None)

    assert answer.status == 204
    dataflows.delete(flow_id)


def test_flows_are_found_by_name_and_state(api: FlowServiceApi, dataflows: Dataflows) -> None:
    """And by their target connections."""
    flow_id = dataflows.flow()
    target_id = dataflows.get(flow_id)["targetConnectionIds"][0]

    for filters in ((f"name=={api.prefix} flow", "state==enabled"), (f"targetConnectionIds[]=={target_id}",)):
        assert api.list("/flows", *filters).item["id"] == flow_id


def test_a_target_connection_has_the_data_lake_as_its_spec(dataflows: Dataflows) -> None:
    """Any other is refused; what it was made with reads back."""
    item = dataflows.api.send("GET", f"/targetConnections/{dataflows.target()}").item

    assert item["connectionSpec"]["id"] == DATA_LAKE
    assert item["params"] == {"dataSetId": dataflows.api.dataset_id}
    assert refused(dataflows.api.send("POST", "/targetConnections", dataflows.target_body(connectionSpec=SPEC)), 400)


@pytest.mark.parametrize("kind", ["sourceConnections", "targetConnections"])
def test_a_part_can_be_changed(dataflows: Dataflows, kind: str) -> None:
    """With the etag; flows that have it go on as before."""
    made = dataflows.source() if kind == "sourceConnections" else dataflows.target()
    etag = dataflows.api.send("GET", f"/{kind}/{made}").item["etag"]
    rename = [{"op": "replace", "path": "/name", "value": f"{dataflows.api.prefix} renamed"}]

    answer = dataflows.api.send("PATCH", f"/{kind}/{made}", rename, if_match=etag)

    assert answer.status == 200
    assert dataflows.api.send("GET", f"/{kind}/{made}").item["name"] == f"{dataflows.api.prefix} renamed"
