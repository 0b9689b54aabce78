"""The mapping of a dataflow: what programs may write, and what the rows of a set mean."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.resources.dataflow.mapping import from_rows, is_like, mapping, rows
from pulumi_flowservice.resources.dataflow.schema_paths import missing_paths

GIVEN: dict[str, Any] = {"_e.id": "id", "_e.name": {"expression": "upper(name)"}, "_e.unit": {"static": 'a "b"'}}


def test_the_rows_that_are_sent() -> None:
    """A constant is an expression: a quoted literal."""
    assert rows(mapping(GIVEN)) == [
        {"sourceType": "ATTRIBUTE", "source": "id", "destination": "_e.id"},
        {"sourceType": "EXPRESSION", "source": "upper(name)", "destination": "_e.name"},
        {"sourceType": "EXPRESSION", "source": '"a \\"b\\""', "destination": "_e.unit"},
    ]


@pytest.mark.parametrize(
    "types",
    [("ATTRIBUTE", "EXPRESSION"), ("text/x.schema-path", "text/x.aep-xl")],
)
@pytest.mark.parametrize("names", [("destination", "source"), ("destinationXdmPath", "sourceAttribute")])
def test_rows_mean_the_same_in_every_form(types: tuple[str, str], names: tuple[str, str]) -> None:
    """In any order, in either vocabulary, under either names, with what Data Prep adds."""
    shown = [
        {
            names[0]: row["destination"],
            names[1]: row["source"],
            "sourceType": types[row["sourceType"] == "EXPRESSION"],
            "id": "x",
            "version": 0,
            "identity": False,
        }
        for row in reversed(rows(GIVEN))
    ]

    assert is_like(GIVEN, shown)
    assert not is_like({**GIVEN, "_e.id": "other"}, shown)
    assert not is_like({**GIVEN, "_e.id": {"expression": "id"}}, shown)
    assert from_rows(shown)["_e.id"] == "id"
    assert is_like(from_rows(shown), shown)


def test_a_constant_of_the_other_list_of_types() -> None:
    """STATIC stands in one of Adobe's two lists."""
    shown = [{"sourceType": "STATIC", "source": "EUR", "destination": "_e.unit"}]

    assert is_like({"_e.unit": {"static": "EUR"}}, shown)


def test_rows_that_do_not_change_keep_what_a_program_cannot_say() -> None:
    """An identity, for example; but no id and no version of the row."""
    kept = {**rows(GIVEN)[0], "identity": True, "namespaceCode": "Email", "id": "r1", "version": 3}

    sent = rows({**GIVEN, "_e.name": "name"}, [kept])

    assert sent[0] == {**rows(GIVEN)[0], "identity": True, "namespaceCode": "Email"}
    assert sent[1] == {"sourceType": "ATTRIBUTE", "source": "name", "destination": "_e.name"}


@pytest.mark.parametrize(
    "given, why",
    [
        ("id", "must be a map"),
        ({}, "is empty"),
        ({"": "id"}, "path that is empty"),
        ({" _e": "id"}, "white space"),
        ({"_e.id": ""}, "needs at '_e.id'"),
        ({"_e.id": " zq8"}, "needs at '_e.id'"),
        ({"_e.id": {"expression": ""}}, "needs at"),
        ({"_e.id": {"expresion": "zq8"}}, "needs at"),
        ({"_e.id": {"expression": "zq8", "static": 1}}, "needs at"),
        ({"_e.id": {"static": None}}, "needs at"),
        ({"_e.id": ["zq8"]}, "needs at"),
        ({"_e.id": {"expression": "zq8" * 2000}}, "more than 4096"),
    ],
)
def test_what_programs_may_not_write(given: object, why: str) -> None:
    """The path is named, what goes there is not."""
    with pytest.raises(ValueError, match=why) as raised:
        mapping(given)
    assert "zq8" not in str(raised.value)


SCHEMA = {
    "properties": {
        "_e": {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
                "free": {"type": "object", "additionalProperties": {"type": "string"}},
                "a.b": {"type": "string"},
            },
        }
    }
}


@pytest.mark.parametrize("path", ["_e", "_e.id", "_e.tags", "_e.tags.name", "_e.free.anything", "_e.a\\.b"])
def test_paths_of_a_schema(path: str) -> None:
    """Objects, arrays, maps, and names with a dot."""
    assert list(missing_paths(SCHEMA, [path])) == []


@pytest.mark.parametrize("path", ["id", "_e.ide", "_e.tags.nam", "_e.id.more"])
def test_paths_that_it_lacks(path: str) -> None:
    """Told with those beside it."""
    [(found, beside)] = missing_paths(SCHEMA, [path])

    assert found == path
    assert path in ("id", "_e.id.more") or beside


def test_a_schema_that_writes_out_no_fields_lacks_nothing() -> None:
    """Data Prep's own validation must do."""
    assert list(missing_paths({}, ["_e.id"])) == []
