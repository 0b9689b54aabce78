"""Datasets and their schemas, which are only read: the Catalog and the Schema Registry."""

from __future__ import annotations

import pytest

from tests.contract.api import CATALOG, SCHEMAS, FlowServiceApi, quoted, refused

IDS = "application/vnd.adobe.xed-id+json"
FULL = "application/vnd.adobe.xed-full+json; version=1"


@pytest.mark.reads
def test_a_dataset_is_a_map_with_one_entry(api: FlowServiceApi) -> None:
    """From its id to what was asked for."""
    dataset = api.dataset("name,schemaRef")

    assert set(dataset) == {"name", "schemaRef"}


@pytest.mark.reads
def test_properties_that_no_dataset_has_are_left_out(api: FlowServiceApi) -> None:
    """Without any that it has, the object is empty."""
    assert api.dataset("fieldOfNobody") == {}


@pytest.mark.reads
def test_an_unknown_dataset_is_not_found(api: FlowServiceApi) -> None:
    """404."""
    assert refused(api.send("GET", f"{CATALOG}/5f4e3d2c1b0a5f4e3d2c1b0a"), 404)


@pytest.mark.reads
def test_a_dataset_is_found_by_its_name(api: FlowServiceApi) -> None:
    """The answer is a map from ids."""
    name = api.dataset()["name"]

    found = api.send("GET", f"{CATALOG}?name={quoted(name)}&properties=name&limit=100").json

    assert found[api.dataset_id] == {"name": name}


@pytest.mark.reads
def test_no_page_of_datasets_is_empty(api: FlowServiceApi) -> None:
    """`limit=0` is a 400."""
    assert refused(api.send("GET", f"{CATALOG}?limit=0"), 400)


@pytest.mark.reads
@pytest.mark.parametrize("accept", [FULL, "application/vnd.adobe.xed+json;version=1"])
def test_a_schema_is_found_by_its_encoded_id(api: FlowServiceApi, accept: str) -> None:
    """As a JSON Schema, whose version is major and minor."""
    wanted = api.schema()

    schema = api.send("GET", f"{SCHEMAS}/{quoted(wanted)}", accept=accept).json

    assert schema["$id"] == wanted
    assert schema["version"].partition(".")[0] == "1"
    assert schema["properties"]


@pytest.mark.reads
def test_schemas_are_found_by_title(api: FlowServiceApi) -> None:
    """The list shows title, version and both ids; by its `meta:altId` it is found, too."""
    wanted = api.schema()
    title = api.send("GET", f"{SCHEMAS}/{quoted(wanted)}", accept=FULL).json["title"]

    found = api.send("GET", f"{SCHEMAS}?property=title=={quoted(title)}", accept=IDS).json["results"]

    [summary] = [each for each in found if each["$id"] == wanted]
    assert set(summary) >= {"title", "version", "meta:altId", "$id"}
    assert api.send("GET", f"{SCHEMAS}/{summary['meta:altId']}", accept=FULL).json["$id"] == wanted


@pytest.mark.reads
@pytest.mark.parametrize(("path", "accept"), [("", FULL), ("/x", "application/vnd.adobe.xed-full+json")])
def test_a_list_takes_no_version_and_a_schema_needs_one(api: FlowServiceApi, path: str, accept: str) -> None:
    """400."""
    assert refused(api.send("GET", f"{SCHEMAS}{path}", accept=accept), 400)


@pytest.mark.reads
@pytest.mark.parametrize("query", ["limit=5", "start=a"])
def test_pages_of_schemas_need_an_order(api: FlowServiceApi, query: str) -> None:
    """400 without `orderby`."""
    assert refused(api.send("GET", f"{SCHEMAS}?{query}", accept=IDS), 400)
    assert api.send("GET", f"{SCHEMAS}?orderby=title&{query}", accept=IDS).status == 200
