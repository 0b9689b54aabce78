"""Flows that take their time, fail, freeze, hide, and are changed by somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import MAPPING_SETS, refused
from tests.contract.dataflows import UNDONE, Dataflows

NAME = {"op": "replace", "path": "/name", "value": "renamed"}


def replaced(path: str, value: object) -> dict[str, Any]:
    """Return an operation."""
    return {"op": "replace", "path": path, "value": value}


def status(flow: dict[str, Any]) -> tuple[str, str]:
    """Return state and status of the last operation."""
    return flow["state"], flow["lastOperation"]["status"]["value"]


def test_a_change_can_take_its_time(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """The flow is `updating` and refuses other writes; then it has the new values and another etag."""
    flowservice_emulator.settings(transition_seconds=10)
    flow_id = dataflows.flow()

    answer = dataflows.patch(flow_id, NAME)
    during = dataflows.get(flow_id)
    refusals = [
        dataflows.api.send("PATCH", f"/flows/{flow_id}", [NAME], if_match=answer.json["etag"]),
        dataflows.act(flow_id, "op=disable"),
        dataflows.api.send("DELETE", f"/flows/{flow_id}", content_type=None),
    ]
    flowservice_emulator.advance(11)
    after = dataflows.get(flow_id)

    assert (during["etag"], status(during)) == (answer.json["etag"], ("updating", "inProgress"))
    assert during["name"] != "renamed"
    assert all(refused(each, 400, "1421-400") for each in refusals)
    assert (after["name"], status(after)) == ("renamed", ("enabled", "completed"))
    assert after["etag"] != answer.json["etag"]
    assert after["lastOperation"]["ops"] == [NAME]
    assert after["lastOperation"]["updated"] >= after["lastOperation"]["started"] + 10_000


@pytest.mark.parametrize(("operation", "during", "after"), [("disable", "disabling", "disabled")])
def test_an_action_can_take_its_time(
    flowservice_emulator: Emulator, dataflows: Dataflows, operation: str, during: str, after: str
) -> None:
    """With a state of its own meanwhile."""
    flowservice_emulator.settings(transition_seconds=10)
    flow_id = dataflows.flow()

    dataflows.act(flow_id, f"op={operation}")
    first = dataflows.get(flow_id)["state"]
    again = dataflows.act(flow_id, f"op={operation}")
    flowservice_emulator.advance(11)

    assert first == during
    assert refused(again, 400, "1420-400")
    assert dataflows.get(flow_id)["state"] == after


def test_a_deletion_can_take_its_time(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """The flow is `delete-finalizing`, and its source connection in use, until it is gone."""
    flowservice_emulator.settings(transition_seconds=10)
    flow_id = dataflows.flow()
    source = f"/sourceConnections/{dataflows.get(flow_id)['sourceConnectionIds'][0]}"

    first = dataflows.api.send("DELETE", f"/flows/{flow_id}", content_type=None)
    state = dataflows.get(flow_id)["state"]
    again = dataflows.api.send("DELETE", f"/flows/{flow_id}", content_type=None)
    etag = dataflows.get(flow_id)["etag"]
    patched = dataflows.api.send("PATCH", f"/flows/{flow_id}", [NAME], if_match=etag)
    in_use = dataflows.api.send("DELETE", source, content_type=None)
    flowservice_emulator.advance(11)

    assert (first.status, state) == (204, "delete-finalizing")
    assert refused(again, 400, "1458-400") and refused(patched, 400, "1457-400") and refused(in_use, 400, "1447-400")
    assert refused(dataflows.api.send("GET", f"/flows/{flow_id}"), 404)
    assert dataflows.api.send("DELETE", source, content_type=None).status == 204


@pytest.mark.parametrize("seconds", [0, 10])
def test_an_operation_can_fail(flowservice_emulator: Emulator, dataflows: Dataflows, seconds: int) -> None:
    """After it was answered 200 or 204: nothing is changed, and the last operation says so."""
    flow_id = dataflows.flow()
    before = dataflows.get(flow_id)
    flowservice_emulator.settings(transition_seconds=seconds, flow_operations="fail")

    seen = []
    for method, path in (("PATCH", ""), ("POST", "/action?op=disable"), ("DELETE", "")):
        etag, body = dataflows.get(flow_id)["etag"], [NAME] if method == "PATCH" else None
        assert dataflows.api.send(method, f"/flows/{flow_id}{path}", body, if_match=etag).status in (200, 204)
        flowservice_emulator.advance(11)
        flow = dataflows.get(flow_id)
        seen.append((flow["lastOperation"]["operation"], *status(flow)))
        assert flow["lastOperation"]["status"]["errors"]
        assert flow["name"] == before["name"]

    assert seen == [(each, "enabled", "failed") for each in ("update", "disable", "delete")]


def test_an_unknown_state_refuses_changes(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """400 with code 1456."""
    flow_id = dataflows.flow()
    flowservice_emulator.change_flow(flow_id, state="pending")

    assert refused(dataflows.act(flow_id, "op=enable"), 400, "1456-400")


def test_what_is_on_cannot_be_switched_on(dataflows: Dataflows) -> None:
    """400 with code 1422; progress is no part of it, and an old etag counts."""
    flow_id = dataflows.flow()

    assert refused(dataflows.act(flow_id, "op=enable"), 400, "1422-400", "enabled")
    assert refused(dataflows.act(flow_id, "op=disable&subOp=PROGRESS"), 400, "1436-400")
    assert refused(dataflows.api.send("POST", f"/flows/{flow_id}/action?op=disable", if_match='"old"'), 412)
    assert refused(dataflows.act(flow_id, "op=finalize"), 400, "1402-400")


def test_a_schedule_freezes_when_it_starts(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """Before its start all of it can change; afterwards frequency and interval."""
    flow_id = dataflows.flow()
    sooner = dataflows.schedule()["startTime"] - 60
    changes = [
        (replaced("/scheduleParams/startTime", sooner - 60), "1366-400"),
        (replaced("/scheduleParams/backfill", True), "1404-400"),
    ]
    start = [replaced("/scheduleParams/startTime", sooner), replaced("/scheduleParams/backfill", False)]
    early = dataflows.patch(flow_id, *start)
    flowservice_emulator.advance(3_600)

    to_once = [
        replaced("/scheduleParams/frequency", "once"),
        *({"op": "remove", "path": f"/scheduleParams/{key}"} for key in ("interval", "backfill")),
    ]
    assert early.status == 200
    assert all(refused(dataflows.patch(flow_id, operation), 400, code) for operation, code in changes)
    assert refused(dataflows.patch(flow_id, *to_once), 400, "1403-400")
    same = {key: str(value) for key, value in dataflows.get(flow_id)["scheduleParams"].items()}
    assert dataflows.patch(flow_id, replaced("/scheduleParams", same | {"backfill": "false"})).status == 200
    assert dataflows.patch(flow_id, replaced("/scheduleParams/interval", 5)).status == 200


def test_a_flow_becomes_one_that_runs_once_before_its_start(dataflows: Dataflows) -> None:
    """With neither interval nor backfill nor delta column."""
    flow_id = dataflows.flow()
    [mapping] = [each for each in dataflows.get(flow_id)["transformations"] if each["name"] == "Mapping"]
    schedule = dataflows.schedule(frequency="once", interval=UNDONE, backfill=UNDONE)

    alone = dataflows.patch(flow_id, replaced("/scheduleParams", schedule))
    whole = dataflows.patch(
        flow_id, replaced("/scheduleParams", schedule), {"op": "add", "path": "/transformations", "value": [mapping]}
    )

    assert refused(alone, 400, "1369-400")
    assert whole.status == 200


def test_a_flow_that_has_run_once_is_frozen(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """Neither its schedule nor its mapping can change; its name can."""
    flow_id = dataflows.flow(**dataflows.once())
    flowservice_emulator.advance(7_200)
    mapping = dataflows.mapping_transformation(dataflows.mapping())

    for operation in (replaced("/transformations/0", mapping), replaced("/scheduleParams", dataflows.schedule())):
        assert refused(dataflows.patch(flow_id, operation), 400, "1366-400")
    assert dataflows.patch(flow_id, NAME).status == 200


def test_a_mapping_can_overwrite_the_delta_column(dataflows: Dataflows) -> None:
    """As the tutorial's sample does at index 0: whoever does not look the index up loses `Copy`."""
    flow_id = dataflows.flow()
    mapping = dataflows.mapping_transformation(dataflows.mapping())

    answer = dataflows.patch(flow_id, replaced("/transformations/0", mapping))

    assert answer.status == 200
    assert [each["name"] for each in dataflows.get(flow_id)["transformations"]] == ["Mapping", "Mapping"]


def test_a_new_mapping_is_judged(dataflows: Dataflows) -> None:
    """As for a new flow; also if the dataset is gone."""
    flow_id = dataflows.flow()
    wrong = dataflows.mapping_transformation(dataflows.mapping({"destination": "_example.colour"}))
    gone = dataflows.mapping_transformation(dataflows.mapping(), 3)

    assert refused(dataflows.patch(flow_id, replaced("/transformations/1", wrong)), 400, "1419-400")
    assert refused(dataflows.patch(flow_id, replaced("/transformations/1", gone)), 400, "1412-400")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "add", "path": "/options", "value": {"partialIngestionPercent": 0}}, "1312-400"),
        ({"op": "add", "path": "/options/colour", "value": 1}, "1312-400"),
        ({"op": "add", "path": "/options", "value": []}, "not valid"),
        ({"op": "add", "path": "/labels", "value": [1]}, "texts"),
        ({"op": "add", "path": "/labels/0", "value": "x"}, "1455-400"),
        ({"op": "replace", "path": "/scheduleParams", "value": []}, "not valid"),
        ({"op": "remove", "path": "/scheduleParams"}, "1365-400"),
        ({"op": "replace", "path": "/scheduleParams/colour", "value": 1}, "1455-400"),
        ({"op": "add", "path": "/scheduleParams/colour", "value": 1}, "colour"),
        ({"op": "replace", "path": "/transformations/0/params", "value": {}}, "1455-400"),
        ({"op": "remove", "path": "/transformations"}, "1370-400"),
        ({"op": "remove", "path": "/name"}, "1304-400"),
    ],
)
def test_a_value_that_cannot_be_is_refused(dataflows: Dataflows, operation: dict[str, Any], code: str) -> None:
    """In the envelope of its kind."""
    assert refused(dataflows.patch(dataflows.flow(), operation), 400, code)


def test_an_access_label_hides_a_flow(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """404 to reads, 403 to writes, and no list shows it; it goes on using its connections."""
    flow_id = dataflows.flow()
    flow = dataflows.get(flow_id)
    flowservice_emulator.hide_flow(flow_id)

    hidden = dataflows.api.send("GET", f"/flows/{flow_id}")
    writes = [
        dataflows.api.send("PATCH", f"/flows/{flow_id}", [NAME], if_match=flow["etag"]),
        dataflows.api.send("DELETE", f"/flows/{flow_id}", content_type=None),
        dataflows.act(flow_id, "op=disable"),
        dataflows.act(flow_id, "op=publish"),
    ]
    listed = dataflows.api.list("/flows").json["items"], dataflows.api.list("/flows", count="true").json["count"]
    source = f"/sourceConnections/{flow['sourceConnectionIds'][0]}"
    in_use = dataflows.api.send("DELETE", source, content_type=None)
    flowservice_emulator.show_flow(flow_id)

    assert refused(hidden, 404, "1439-404", flow_id)
    assert all(refused(each, 403, "2120-403") for each in writes)
    assert (*listed, refused(in_use, 400, "1447-400")) == ([], 0, True)
    assert dataflows.get(flow_id)["id"] == flow_id


def test_a_label_can_come_by_a_patch(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """As in the tutorial on labels; which labels hide is a setting."""
    flow_id = dataflows.flow()

    dataflows.patch(flow_id, {"op": "add", "path": "/labels", "value": ["core/C12"]})
    hidden = dataflows.api.send("GET", f"/flows/{flow_id}")
    flowservice_emulator.settings(denied_labels=[])

    assert refused(hidden, 404, "1439-404")
    assert dataflows.get(flow_id)["labels"] == ["core/C12"]
    with pytest.raises(ValueError, match="denied_labels"):
        flowservice_emulator.hide_flow(flow_id)


def test_somebody_else_can_change_a_flow(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """Frozen or not: name, schedule, options, state, and the mapping by another version of its set."""
    mapping_id = dataflows.mapping()
    flow_id = dataflows.flow(transformations=[dataflows.copy(), dataflows.mapping_transformation(mapping_id)])
    before = dataflows.get(flow_id)

    flowservice_emulator.change_flow(
        flow_id,
        by="anna@example.com",
        name="renamed",
        description="by hand",
        scheduleParams={"startTime": 1_612_310_466, "frequency": "day"},
        options={"errorDiagnosticsEnabled": True},
        state="disabled",
        mapping={"mappings": [{"source": "email", "destination": "_example.orderId"}]},
    )

    flow = dataflows.get(flow_id)
    assert (flow["name"], flow["description"], flow["state"]) == ("renamed", "by hand", "disabled")
    assert flow["scheduleParams"] == {**before["scheduleParams"], "startTime": 1_612_310_466, "frequency": "day"}
    assert flow["options"] == {"errorDiagnosticsEnabled": True}
    assert (flow["updatedBy"], flow["updatedClient"]) == ("anna@example.com", "exc_app")
    assert flow["etag"] != before["etag"]
    assert flow["transformations"][1]["params"] == {"mappingId": mapping_id, "mappingVersion": "1"}
    shown = dataflows.api.send("GET", f"{MAPPING_SETS}/{mapping_id}?version=1").json
    assert [each["source"] for each in shown["mappings"]] == ["email"]
    assert [each["id"] for each in flowservice_emulator.flows("dev")] == [flow_id]
    assert flowservice_emulator.flows("stage") == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": 1}, "colour cannot be changed"),
        ({"name": None}, "name cannot be removed"),
        ({"scheduleParams": {"frequency": "month"}}, "the API refuses this"),
        ({"transformations": [{"name": "Sort"}]}, "the API refuses this"),
        ({"options": []}, "options must be an object"),
        ({"mapping": []}, "mapping must be an object"),
        ({"mapping": {"mappings": [{"source": 5}]}}, "the API refuses this"),
    ],
)
def test_a_change_that_cannot_be_is_told(
    flowservice_emulator: Emulator, dataflows: Dataflows, changes: dict[str, Any], words: str
) -> None:
    """A mistyped change is an error of the test."""
    flow_id = dataflows.flow()

    with pytest.raises(ValueError, match=words):
        flowservice_emulator.change_flow(flow_id, **changes)


def test_somebody_else_can_delete_parts(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """In use or not; the flow stays without them, and goes itself."""
    flow_id = dataflows.flow()
    flow = dataflows.get(flow_id)
    flowservice_emulator.delete_source_connection(flow["sourceConnectionIds"][0])
    flowservice_emulator.delete_target_connection(flow["targetConnectionIds"][0])

    patched = dataflows.patch(flow_id, NAME)
    mapping = dataflows.mapping_transformation(dataflows.mapping())
    mapped = dataflows.patch(flow_id, replaced("/transformations/1", mapping))
    flowservice_emulator.delete_flow(flow_id)

    assert patched.status == 200
    assert refused(mapped, 400, "1439-400")
    assert refused(dataflows.api.send("GET", f"/flows/{flow_id}"), 404)
    with pytest.raises(ValueError, match="there is no"):
        flowservice_emulator.delete_flow(flow_id)
