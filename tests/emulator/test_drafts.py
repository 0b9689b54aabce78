"""Drafts of source connections, target connections and flows."""

from __future__ import annotations

import pytest

from tests.contract.api import FlowServiceApi, refused
from tests.contract.dataflows import UNDONE, Dataflows


def publish(api: FlowServiceApi, path: str, made: str) -> int:
    """Publish a draft and return the status."""
    return api.send("POST", f"{path}/{made}/action?op=publish", content_type=None).status


@pytest.mark.parametrize("path", ["/sourceConnections", "/targetConnections", "/flows"])
def test_other_resources_can_be_drafts(dataflows: Dataflows, path: str) -> None:
    """With a state of their own, as connections; another mode is refused."""
    api = dataflows.api
    bodies = {
        "/sourceConnections": dataflows.source_body(),
        "/targetConnections": dataflows.target_body(),
        "/flows": dataflows.flow_body(transformations=UNDONE, scheduleParams=UNDONE, targetConnectionIds=["unknown"]),
    }

    created = api.send("POST", f"{path}?mode=draft", bodies[path])
    other = api.send("POST", f"{path}?mode=published", bodies[path])

    assert api.send("GET", f"{path}/{created.json['id']}").item["state"] == "draft"
    assert refused(other, 400, "1451-400")


def test_a_flow_of_a_draft_is_a_draft(dataflows: Dataflows) -> None:
    """A flow cannot be published before its source connection."""
    api = dataflows.api
    source_id = api.made("/sourceConnections?mode=draft", dataflows.source_body())
    body = dataflows.flow_body(sourceConnectionIds=[source_id])

    assert refused(api.send("POST", "/flows", body), 400, "1416-400")
    assert api.send("POST", "/flows?mode=draft", body).status == 201


def test_drafts_are_published_from_the_bottom_up(dataflows: Dataflows) -> None:
    """A flow after its source and target connection, and those after their base connection; 1416-400 until then."""
    api = dataflows.api
    source_id = api.made("/sourceConnections?mode=draft", dataflows.source_body())
    target_id = api.made("/targetConnections?mode=draft", dataflows.target_body())
    body = dataflows.flow_body(sourceConnectionIds=[source_id], targetConnectionIds=[target_id])
    flow_id = api.made("/flows?mode=draft", body)

    early = api.send("POST", f"/flows/{flow_id}/action?op=publish", content_type=None)
    published = [
        publish(api, path, made)
        for path, made in (("/sourceConnections", source_id), ("/targetConnections", target_id), ("/flows", flow_id))
    ]

    assert refused(early, 400, "1416-400")
    assert published == [200, 200, 200]
    assert dataflows.get(flow_id)["state"] == "enabled"


def test_a_draft_is_judged_when_it_is_published(dataflows: Dataflows) -> None:
    """Until then it can be changed to whatever has the right form."""
    flow_id = dataflows.api.made("/flows?mode=draft", dataflows.flow_body(scheduleParams={"frequency": "month"}))

    early = dataflows.act(flow_id, "op=publish")
    schedule = dataflows.schedule()
    changed = dataflows.patch(flow_id, {"op": "replace", "path": "/scheduleParams", "value": schedule})

    assert refused(early, 400, "1397-400")
    assert changed.status == 200
    assert dataflows.get(flow_id)["state"] == "draft"
    assert dataflows.act(flow_id, "op=publish").status == 200
    assert refused(dataflows.act(flow_id, "op=publish"), 400, "1420-400")
