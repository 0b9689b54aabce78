"""What of Data Prep is assumed, and the part of its expression language that the emulator understands."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.resources.data_prep.expressions import ExpressionError, column, parse
from flowservice_emulator.server import Emulator

from tests.contract.api import MAPPING_SETS, FlowServiceApi, refused
from tests.contract.datasets import mapping_set, orders
from tests.emulator.program import program

ROW = {"city": " Berlin ", "a b": "blank", "a.b": "period", "total": 1.5, "none": None, "paid": True}


@pytest.fixture
def api(flowservice_emulator: Emulator) -> FlowServiceApi:
    """The program that maps to a dataset of orders."""
    made = program(flowservice_emulator)
    made.dataset_id, made.schema_id = orders(flowservice_emulator).values()
    return made


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("city", " Berlin "),
        ("${a b}", "blank"),
        (r"a\.b", "period"),
        (r"${a\.b}", "period"),
        ("a.b", "period"),
        ("nowhere", None),
        ('"a \\" b"', 'a " b'),
        ("'x'", "x"),
        ("-12", -12),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ("upper(trim(city))", "BERLIN"),
        ("lower( total )", "1.5"),
        ('concat(trim(city), ", ", total, none, paid)', "Berlin, 1.5true"),
        ("coalesce(none, nowhere, 'x')", "x"),
        ("length(trim(city))", 6),
        ("upper(none)", None),
    ],
)
def test_an_expression_has_a_value(source: str, value: object) -> None:
    """Columns, literals and the functions of the list, nested and with blanks."""
    assert parse(source)(ROW, 0) == value


def test_now_is_the_time_of_the_run() -> None:
    """As text in ISO 8601."""
    assert parse("concat(now())")(ROW, 1_700_000_000) == "2023-11-14T22:13:20+00:00"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "a value is missing at the end"),
        ("a + b", "not understood"),
        ("upper(", "a value is missing at the end"),
        ("upper()", "upper does not take 0 arguments"),
        ("now(1)", "now does not take 1 arguments"),
        ("shout(a)", "the function shout is not known"),
        ("concat(a b)", "a comma or closing bracket is missing"),
        ("concat(a,,b)", "a value is missing before ,"),
        ("a)", "what follows is not understood"),
        ("'open", "not understood"),
        ("12abc", "not understood"),
        ("x" * 4_097, "at most 4096 characters"),
        ("upper(" * 30 + "a" + ")" * 30, "nested deeper than 20"),
    ],
)
def test_what_is_not_understood_is_named(source: str, words: str) -> None:
    """The message says what or where."""
    with pytest.raises(ExpressionError, match=words):
        parse(source)


def test_an_attribute_is_the_name_of_a_column() -> None:
    """With escapes for special characters, and without any for others."""
    assert [column(each) for each in ("order_id", "${order id}", r"a\.b")] == ["order_id", "order id", "a.b"]
    for wrong in ("order id", "upper(a)", "'x'", "7", "", "a;b"):
        with pytest.raises(ExpressionError):
            column(wrong)


@pytest.mark.parametrize(
    ("mappings", "statuses"),
    [
        ([{}, {}], "FF"),
        ([{"source": ""}], "F"),
        ([{"sourceType": "EXPRESSION", "source": "upper(order_id)"}], "S"),
        ([{"sourceType": "EXPRESSION", "source": "upper("}], "F"),
        ([{"sourceType": "STATIC", "source": ""}], "S"),
        ([{"source": "order id"}, {"source": "${a total}", "destination": "_example.total"}], "FS"),
        ([{"sourceType": "text/x.aep-xl", "source": "'x'"}], "S"),
        ([{"destination": "_example"}], "F"),
    ],
)
def test_a_validation_knows_what_a_set_can_hold(
    api: FlowServiceApi, mappings: list[dict[str, Any]], statuses: str
) -> None:
    """Not the same destination twice, no source that is not understood, no destination that is not a field."""
    answer = api.send("POST", f"{MAPPING_SETS}/validate", mapping_set(api, *mappings))

    assert "".join(each["status"][0] for each in answer.json["validationResponse"]) == statuses


def test_a_validation_needs_mappings_and_a_schema(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Without mappings it is refused; in a schema that this sandbox does not have there is no destination."""
    body = mapping_set(api)
    elsewhere = program(flowservice_emulator, "stage").send("POST", f"{MAPPING_SETS}/validate", body)

    assert refused(api.send("POST", f"{MAPPING_SETS}/validate", {**body, "mappings": []}), 400)
    assert elsewhere.json["validationResponse"][0]["status"] == "FAILED"


@pytest.mark.parametrize(
    "body",
    [
        {"mappings": "x"},
        {"mappings": [{"source": 5}]},
        {"mappings": [{"sourceType": "GUESS"}]},
        {"outputSchema": {"schemaRef": "x"}},
        {"mappings": [{}] * 1_001},
    ],
)
def test_a_mapping_set_has_types(api: FlowServiceApi, body: dict[str, Any]) -> None:
    """400 with a message."""
    assert refused(api.send("POST", MAPPING_SETS, {**mapping_set(api), **body}), 400, "message")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "start=x", "orderBy=name", "orderBy=", "x=1", "name=%00"])
def test_a_bad_list_of_mapping_sets_is_refused(api: FlowServiceApi, query: str) -> None:
    """400."""
    assert refused(api.send("GET", f"{MAPPING_SETS}?{query}"), 400)


def test_mapping_sets_come_in_pages(api: FlowServiceApi) -> None:
    """Of ten, or as many as `limit` says, in the order of `orderBy`."""
    ids = [api.made(MAPPING_SETS, mapping_set(api)) for _ in range(11)]

    def found(query: str) -> list[str]:
        return [each["id"] for each in api.send("GET", f"{MAPPING_SETS}?{query}").json["data"]]

    assert found("") == ids[:10]
    assert found("limit=3&start=9") == ids[9:]
    assert set(found("limit=1&orderBy=-updatedDate")) <= set(ids)


def test_versions_belong_to_their_set(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """A version that there is not, or of another sandbox, is unknown; a deleted set leaves none."""
    mapping_id = api.made(MAPPING_SETS, mapping_set(api))
    api.send("PUT", f"{MAPPING_SETS}/{mapping_id}", mapping_set(api))
    path = f"{MAPPING_SETS}/{mapping_id}"

    assert refused(api.send("GET", f"{path}?version=2"), 404)
    assert refused(api.send("GET", f"{path}?version=x"), 400)
    assert refused(api.send("GET", f"{path}/mappings/none"), 404)
    assert refused(program(flowservice_emulator, "stage").send("PUT", path, mapping_set(api)), 404)
    assert api.send("DELETE", path, content_type=None).status == 204
    assert [refused(api.send("GET", f"{path}?version={number}"), 404) for number in (0, 1)] == [True, True]


def test_a_mapping_set_may_be_uneditable(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Where a setting says so; it stays as it was."""
    flowservice_emulator.settings(mapping_sets_editable=False)
    mapping_id = api.made(MAPPING_SETS, mapping_set(api))

    assert refused(api.send("PUT", f"{MAPPING_SETS}/{mapping_id}", mapping_set(api)), 400)
    assert api.send("GET", f"{MAPPING_SETS}/{mapping_id}?version=0").status == 200
