"""Datasets by control calls and on the command line, and what of the Catalog and the Schema Registry is assumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.dataset_option import add_datasets, parse_dataset
from flowservice_emulator.server import Emulator
from flowservice_emulator.service import Service
from flowservice_emulator.settings import Settings

from tests.contract.api import CATALOG, SCHEMAS, FlowServiceApi, quoted, refused
from tests.contract.test_datasets import FULL, IDS
from tests.emulator.program import program

FIELDS = {"_example.orderId": "string", "_example.total": "number", "_example.changed": "date-time"}


@pytest.fixture
def api(flowservice_emulator: Emulator) -> FlowServiceApi:
    """The program that asks."""
    return program(flowservice_emulator)


def test_a_dataset_is_made_with_its_schema(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Of nested fields with types; what is around a required field is required, too."""
    made = flowservice_emulator.make_dataset("Orders", FIELDS, required=["_example.orderId"], title="Orders schema")

    shown = api.send("GET", f"{CATALOG}/{made['id']}").json[made["id"]]
    schema = api.send("GET", f"{SCHEMAS}/{quoted(made['schemaId'])}", accept=FULL).json

    assert (shown["name"], shown["schemaRef"]["id"]) == ("Orders", made["schemaId"])
    assert (schema["title"], schema["required"]) == ("Orders schema", ["_example"])
    fields = schema["properties"]["_example"]
    assert fields["required"] == ["orderId"]
    assert {name: each["meta:xdmType"] for name, each in fields["properties"].items()} == {
        "orderId": "string",
        "total": "number",
        "changed": "date-time",
    }
    assert flowservice_emulator.rows(made["id"]) == {"count": 0, "rows": []}


def test_a_dataset_belongs_to_a_sandbox(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """In another one neither it nor its schema is known."""
    made = flowservice_emulator.make_dataset("Orders", FIELDS, sandbox="stage")

    assert api.send("GET", CATALOG).json == {}
    assert refused(api.send("GET", f"{CATALOG}/{made['id']}"), 404)
    assert refused(api.send("GET", f"{SCHEMAS}/{quoted(made['schemaId'])}", accept=FULL), 404)
    assert list(program(flowservice_emulator, "stage").send("GET", CATALOG).json) == [made["id"]]


def test_a_dataset_is_renamed_and_deleted(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Behind the back of the program under test; the schema stays."""
    made = flowservice_emulator.make_dataset("Orders", FIELDS)
    flowservice_emulator.rename_dataset(made["id"], "Orders 2")

    renamed = api.send("GET", f"{CATALOG}?name=Orders%202").json
    flowservice_emulator.delete_dataset(made["id"])

    assert list(renamed) == [made["id"]]
    assert refused(api.send("GET", f"{CATALOG}/{made['id']}"), 404)
    assert api.send("GET", f"{SCHEMAS}/{quoted(made['schemaId'])}", accept=FULL).status == 200
    with pytest.raises(ValueError, match="there is no dataset"):
        flowservice_emulator.rows(made["id"])


def test_datasets_come_in_pages(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Of 20, or as many as `limit` says, in the order of `orderBy`."""
    for number in range(22):
        flowservice_emulator.make_dataset(f"Orders {number:02}", FIELDS)

    def names(query: str) -> list[str]:
        return [each["name"] for each in api.send("GET", f"{CATALOG}?properties=name&{query}").json.values()]

    assert len(names("")) == 20
    assert len(names("limit=100")) == 22
    assert names("limit=2&start=1&orderBy=asc:name") == ["Orders 01", "Orders 02"]
    assert names("limit=1&orderBy=desc:name") == ["Orders 21"]


@pytest.mark.parametrize(
    "query", ["limit=x", "start=-1", "orderBy=name", "fields=name", "name=%00", "limit=9999999999", "limit=0"]
)
def test_a_bad_query_of_the_catalog_is_refused(api: FlowServiceApi, query: str) -> None:
    """With 400."""
    assert refused(api.send("GET", f"{CATALOG}?{query}"), 400)


def test_schemas_come_in_pages(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Ordered by a field; each page names the value with which the next one starts."""
    for title in ("c", "a", "b", "b"):
        flowservice_emulator.make_dataset("Orders", FIELDS, title=title)

    def page(query: str) -> tuple[list[str], Any]:
        answer = api.send("GET", f"{SCHEMAS}?{query}", accept=IDS).json
        return [each["title"] for each in answer["results"]], answer["_page"]["next"]

    assert page("orderby=title&limit=2") == (["a", "b", "b"], "c")
    assert page("orderby=title&limit=2&start=c") == (["c"], None)
    assert page("orderby=-title&limit=1") == (["c"], "b")
    assert page("orderby=title&limit=0") == ([], "a")
    assert page("property=title==b")[0] == ["b", "b"]
    assert page("property=title!=b&orderby=title")[0] == ["a", "c"]
    assert page("property=title%3E=b&property=title%3Cc")[0] == ["b", "b"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("orderby=colour", IDS),
        ("orderby=title&limit=501", IDS),
        ("property=title", IDS),
        ("name=x", IDS),
        ("", "application/json"),
        ("", None),
    ],
)
def test_a_bad_list_of_schemas_is_refused(api: FlowServiceApi, query: str, accept: str | None) -> None:
    """With 400."""
    assert refused(api.send("GET", f"{SCHEMAS}?{query}", accept=accept), 400)


def test_the_slashes_of_a_schema_id_are_encoded(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """And the version is one that there is."""
    schema_id = flowservice_emulator.make_dataset("Orders", FIELDS)["schemaId"]
    second = "application/vnd.adobe.xed-full+json; version=2"

    assert refused(api.send("GET", f"{SCHEMAS}/{schema_id}", accept=FULL), 404)
    assert refused(api.send("GET", f"{SCHEMAS}/{quoted(schema_id)}", accept=second), 404)
    assert "title" not in api.send("GET", f"{SCHEMAS}/{quoted(schema_id)}", accept=FULL.replace("+", "-notext+")).json


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "name and title"),
        ({"sandbox": "test"}, "sandbox must be one of"),
        ({"fields": {}}, "fields must name"),
        ({"fields": ["a"]}, "a dataset needs fields"),
        ({"fields": {"a..b": "string"}}, "is no path of a field"),
        ({"fields": {"a": "text"}}, "the type of a is none of"),
        ({"fields": {"a": "string", "a.b": "string"}}, "a is a field"),
        ({"required": ["b"]}, "none of the fields"),
        ({"required": [{}]}, "none of the fields"),
        ({"colour": 1}, "a dataset has no colour"),
    ],
)
def test_a_dataset_that_cannot_be_is_refused(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    """By the control call and by the command alike; the message says what to write."""
    file = tmp_path / "datasets.json"
    file.write_text(json.dumps([{"name": "Orders", "fields": {"a": "string"}, **change}]))

    with pytest.raises(ValueError, match=words):
        add_datasets(str(file), Service(":memory:", Settings()))


def test_the_command_takes_datasets() -> None:
    """By name and fields; an exclamation mark is for required ones."""
    assert parse_dataset("Orders of today sandbox=stage _example.orderId=string! _example.total=number") == {
        "name": "Orders of today",
        "sandbox": "stage",
        "fields": {"_example.orderId": "string", "_example.total": "number"},
        "required": ["_example.orderId"],
    }
    for wrong in ("", "Orders", "a=string", "Orders a=string b"):
        with pytest.raises(ValueError, match="--dataset takes NAME"):
            parse_dataset(wrong)


def test_a_dataset_of_the_command_is_made_once() -> None:
    """A database file has it at the next start."""
    service = Service(":memory:", Settings())
    for _ in range(2):
        add_datasets("Orders a=string", service)

    assert len(service.store.all("dataSets")) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"), [("no.json", "", "No such file"), ("a.json", "{", "JSON"), ("a.json", "[1]", "each")]
)
def test_a_file_of_datasets_is_json(tmp_path: Path, name: str, content: str, words: str) -> None:
    """An object or a list of them."""
    if content:
        (tmp_path / name).write_text(content)

    with pytest.raises(ValueError, match=words):
        add_datasets(str(tmp_path / name), Service(":memory:", Settings()))
