"""Wire shapes: tolerant of what the API adds, strict about what it must send, silent about values."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.api.dataflow_models import Flow, MappingSet
from pulumi_flowservice.api.models import Connection, SpecReference, WireModel, Written
from pulumi_flowservice.api.parsing import parse
from pulumi_flowservice.errors import MalformedAnswerError
from pulumi_flowservice.redaction import Secrets
from pulumi_flowservice.resources.connection.kinds import KINDS
from pydantic.alias_generators import to_camel

SAMPLE: dict[str, Any] = {
    "id": "139f6a5f-a78b-4744-9f6a-5fa78bd74431",
    "createdAt": 1597973312000,
    "updatedAt": 1597973312000,
    "sandboxName": "prod",
    "name": "E2E",
    "connectionSpec": {"id": "cfc0fee1", "version": "1.0"},
    "state": "enabled",
    "auth": {"specName": "Basic Authentication", "params": {"username": "u", "password": "canary"}},
    "etag": '"1400dd53"',
    "somethingNew": {"canary": True},
}


def test_a_connection_is_read_as_the_tutorials_show_it() -> None:
    """What the API adds is ignored."""
    connection = parse(Connection, SAMPLE, "connection")

    assert connection.etag == '"1400dd53"'
    assert connection.auth.params["username"] == "u"
    assert connection.connection_spec is not None and connection.connection_spec.version == "1.0"


def test_an_initializing_connection_has_no_etag() -> None:
    """Experience Platform on AWS shows it so."""
    fields = {name: value for name, value in SAMPLE.items() if name != "etag"}

    assert parse(Connection, {**fields, "state": "initializing"}, "connection").etag is None


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({**SAMPLE, "createdAt": "canary"}, "createdAt"),
        ({**SAMPLE, "auth": "canary"}, "auth"),
        ({**SAMPLE, "auth": {"params": ["canary"]}}, "auth.params"),
        ({**SAMPLE, "id": {"canary": 1}}, "id"),
        ({"name": "canary"}, "id"),
        (["canary"], "all"),
        ("canary", "all"),
        (None, "all"),
    ],
)
def test_wrong_types_are_named_and_not_shown(document: object, field: str) -> None:
    """pydantic's own text would hold the input."""
    with pytest.raises(MalformedAnswerError) as raised:
        parse(Connection, document, "connection")

    assert raised.value.message == f"the API's connection does not have the documented form in: {field}"
    assert raised.value.__cause__ is None and raised.value.__context__ is None


@pytest.mark.parametrize("id_", ["../../x", "a/b", "..", ".", "", "a b", "a?b", "a#b", "a%2fb", "a\n", "x" * 129])
def test_an_id_that_names_another_resource_is_refused(id_: str) -> None:
    """It would become a path segment."""
    with pytest.raises(MalformedAnswerError):
        parse(Written, {"id": id_}, "answer")


@pytest.mark.parametrize("spec", [None, {}, {"id": None, "version": None}], ids=str)
def test_an_odd_connection_of_another_kind_breaks_no_list(spec: object) -> None:
    """The lists of a whole sandbox hold connections of kinds that nobody here knows."""
    connection = parse(Connection, {"id": "a", "name": None, "auth": None, "connectionSpec": spec}, "connection")

    assert not any(kind.is_type_of(connection) for kind in KINDS.values())


def test_missing_lists_are_empty() -> None:
    """null and nothing alike."""
    assert parse(Flow, {"id": "f", "sourceConnectionIds": None}, "flow").source_connection_ids == []


def test_a_connection_prints_no_params() -> None:
    """A secret may be among them, in whatever form."""
    connection = parse(Connection, SAMPLE, "connection")

    assert "canary" not in f"{connection} {connection!r} {connection.auth} {connection.auth!r}"


# The state and programs have these as they are, or requests do; `repr` shows the first two.
KEPT = {"name", "description", "etag", "created_client", "updated_client"}


@pytest.mark.parametrize("model", [Connection, Flow, SpecReference])
def test_what_is_shown_is_one_line(model: type[WireModel]) -> None:
    """A new field that is a string is safe in a sentence, or named above."""
    texts = [name for name, field in model.model_fields.items() if field.annotation in (str, str | None)]
    hostile = {to_camel(name): "a\x1b[2J\n::x\u202e" for name in texts}

    found = parse(model, {"id": "x", **hostile}, "object")

    shown = {name: getattr(found, name) for name in texts if name not in KEPT | {"version"}}
    assert {name for name, value in shown.items() if not value.isprintable()} == set()
    assert len(shown) >= 1


def test_an_editor_with_a_secret_is_not_named() -> None:
    """Nor by another call, which has read the same object with other secrets."""
    connection = parse(Connection, {**SAMPLE, "updatedBy": "user canary"}, "connection")

    assert connection.for_call(Secrets(["canary"]).quote).updated_by == "somebody whose name is not shown"
    assert connection.for_call(Secrets(["other"]).quote).updated_by == "user canary"
    assert parse(Connection, SAMPLE, "connection").for_call(Secrets().quote).updated_by is None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (1_700_000_000_123, 1_700_000_000_123),
        ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
        ("2023-11-14T22:13:20.123+00:00", 1_700_000_000_123),
        ("2023-11-14T22:13:20.123", 1_700_000_000_123),
        (None, 0),
    ],
)
def test_data_prep_writes_times_in_two_ways(sent: object, expected: int) -> None:
    """Its samples have numbers, and texts."""
    found = MappingSet.model_validate({"id": "0" * 32, "createdDate": sent, "modifiedDate": sent})

    assert (found.created_at, found.updated_at) == (expected, expected)
