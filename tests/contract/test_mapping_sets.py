"""Mapping sets of Data Prep: create, read, change, validate."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.api import MAPPING_SETS, FlowServiceApi, refused
from tests.contract.datasets import mapping_set

TOTAL = {"source": "total", "destination": "_example.total"}


def shown(api: FlowServiceApi, mapping_id: str, query: str = "") -> dict[str, Any]:
    """Return a mapping set as a GET shows it."""
    return dict(api.send("GET", f"{MAPPING_SETS}/{mapping_id}{query}").json)


def test_a_mapping_set_begins_with_version_0(api: FlowServiceApi) -> None:
    """A create answers 200 with an id of 32 hex digits, and who made it when."""
    answer = api.send("POST", MAPPING_SETS, mapping_set(api))

    assert answer.status == 200
    assert set(answer.json) >= {"id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy"}
    assert (answer.json["version"], len(answer.json["id"])) == (0, 32)


def test_a_mapping_set_reads_back_in_both_forms(api: FlowServiceApi) -> None:
    """Whichever of them was sent."""
    old = {
        "version": 0,
        "xdmSchema": api.schema(),
        "xdmVersion": "1.0",
        "id": None,
        "name": f"{api.prefix} set",
        "mappings": [
            {
                "destinationXdmPath": "_example.orderId",
                "sourceAttribute": "order_id",
                "identity": False,
                "identityGroup": None,
                "namespaceCode": None,
                "version": 0,
            }
        ],
    }
    sets = [shown(api, api.made(MAPPING_SETS, body)) for body in (old, mapping_set(api))]

    for each in sets:
        [mapping] = each["mappings"]
        assert (mapping["source"], mapping["sourceAttribute"]) == ("order_id", "order_id")
        assert (mapping["destination"], mapping["destinationXdmPath"]) == ("_example.orderId", "_example.orderId")
        assert each["xdmSchema"] == each["schemaRef"]["id"] == each["outputSchema"]["schemaRef"]["id"] == api.schema()


def test_a_put_makes_the_next_version(api: FlowServiceApi) -> None:
    """With new ids of the mappings and the date of creation of before; the old version stays readable."""
    mapping_id = api.made(MAPPING_SETS, mapping_set(api))
    before = shown(api, mapping_id)

    answer = api.send("PUT", f"{MAPPING_SETS}/{mapping_id}", mapping_set(api, {}, TOTAL))

    assert (answer.status, answer.json["version"], answer.json["id"]) == (200, 1, mapping_id)
    assert answer.json["createdDate"] == before["createdDate"]
    assert before["mappings"][0]["id"] not in [each["id"] for each in answer.json["mappings"]]
    assert len(shown(api, mapping_id, "?version=1")["mappings"]) == 2
    assert shown(api, mapping_id, "?version=0") == before


def test_version_0_is_read_where_none_is_named(api: FlowServiceApi) -> None:
    """Also when there is a newer one."""
    mapping_id = api.made(MAPPING_SETS, mapping_set(api))
    api.send("PUT", f"{MAPPING_SETS}/{mapping_id}", mapping_set(api, {}, TOTAL))

    assert shown(api, mapping_id)["version"] == 0


@pytest.mark.reads
def test_a_validation_says_of_each_mapping_what_is_wrong(api: FlowServiceApi) -> None:
    """200, one entry for each mapping: here the second has a destination that the schema lacks."""
    body = mapping_set(api, {}, {"source": "total", "destination": "_example.colour"})

    answer = api.send("POST", f"{MAPPING_SETS}/validate", body)

    assert answer.status == 200
    assert [each["status"] for each in answer.json["validationResponse"]] == ["SUCCESS", "FAILED"]
    [error] = answer.json["validationResponse"][1]["errors"]
    assert error["destination"] == "_example.colour"


def test_mappings_can_be_read_alone(api: FlowServiceApi) -> None:
    """All of a set as an array, or one by its id."""
    mapping_id = api.made(MAPPING_SETS, mapping_set(api))

    [mapping] = api.send("GET", f"{MAPPING_SETS}/{mapping_id}/mappings").json

    assert api.send("GET", f"{MAPPING_SETS}/{mapping_id}/mappings/{mapping['id']}").json == mapping


def test_mapping_sets_are_found_by_name(api: FlowServiceApi) -> None:
    """In `data`, with the size of the page and where it begins."""
    mapping_id = api.made(MAPPING_SETS, mapping_set(api))

    found = api.send("GET", f"{MAPPING_SETS}?limit=10&start=0&name={api.prefix}%20set").json

    assert [each["id"] for each in found["data"]] == [mapping_id]


@pytest.mark.reads
def test_an_unknown_mapping_set_is_not_found(api: FlowServiceApi) -> None:
    """404."""
    assert refused(api.send("GET", f"{MAPPING_SETS}/{'0' * 32}"), 404)
