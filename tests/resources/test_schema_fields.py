"""The fields of schemas, however those are written."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.resources.dataflow.schema_paths import SchemaField, missing_paths, schema_fields


def fields(**schema: Any) -> list[tuple[str, str]]:
    """Paths and types."""
    return [(each.path, each.xdm_type) for each in schema_fields(schema)]


def test_objects_are_their_fields() -> None:
    """In the order of the schema; a list, a map and an object of which nothing is known are one field each."""
    inner = {"b": {"type": "string", "meta:xdmType": "string"}, "a": {"type": "integer"}}
    found = fields(
        properties={
            "z": {"type": "object", "properties": inner},
            "list": {"type": "array", "meta:xdmType": "array", "items": {"properties": inner}},
            "map": {"type": "object", "meta:xdmType": "map", "additionalProperties": {"type": "string"}},
            "object": {"type": "object"},
            "time": {"type": "string", "format": "date-time"},
        }
    )

    assert found == [
        ("z.b", "string"),
        ("z.a", "integer"),
        ("list", "array"),
        ("map", "map"),
        ("object", "object"),
        ("time", "date-time"),
    ]


def test_a_field_is_required_with_all_around_it() -> None:
    """A required field of an object that may be missing may be missing, too."""
    inner = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    schema = {"properties": {"yes": inner, "no": inner}, "required": ["yes", 5, None]}

    assert [each.path for each in schema_fields(schema) if each.is_required] == ["yes.a"]


def test_a_dot_in_a_name_is_escaped() -> None:
    """As the key of a mapping has it."""
    schema = {"properties": {"a.b": {"properties": {"c": {"type": "string"}}}}}

    [found] = schema_fields(schema)

    assert found.path == r"a\.b.c"
    assert list(missing_paths(schema, [found.path])) == []


@pytest.mark.parametrize("odd", [{}, {"properties": []}, {"properties": {}}, {"properties": None, "required": "a"}])
def test_a_schema_without_fields_has_none(odd: dict[str, Any]) -> None:
    """Whatever stands in their place."""
    assert list(schema_fields(odd)) == []


def test_odd_fields_have_no_type() -> None:
    """They are there all the same."""
    found = list(schema_fields({"properties": {"a": None, "b": {"type": ["string", "null"]}}}))

    assert found == [SchemaField("a", "", False), SchemaField("b", "", False)]


def test_a_deep_schema_is_no_problem() -> None:
    """Of ten thousand objects in each other."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(10_000):
        schema = {"properties": {"a": schema}}

    [found] = schema_fields(schema)

    assert found.path.count(".") == 9_999
