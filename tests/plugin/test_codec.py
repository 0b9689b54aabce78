"""The values of the plugin protocol: what goes in comes out, and what is secret or unknown is known to be."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc
from pulumi_flowservice.engine.names import SECRET, SIGNATURE
from pulumi_flowservice.lifecycle.properties import UNKNOWN, Unknown
from pulumi_flowservice.plugin.codec import UNKNOWN_STRING, decode, encode

# All that JSON has, with unknown values anywhere; integers as far as a floating-point number is exact.
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not number.is_integer()
)
LEAVES = st.booleans() | NUMBERS | st.text() | st.just(UNKNOWN)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
PROPERTIES = st.dictionaries(st.text().filter(lambda name: name != "__provider"), VALUES, max_size=5)


@pytest.mark.long
@given(PROPERTIES, st.data())
def test_what_goes_in_comes_out(properties: dict[str, Any], data: st.DataObject) -> None:
    """Every value, by its type, and the names of the secrets."""
    secrets = frozenset(data.draw(st.sets(st.sampled_from(sorted(properties))))) if properties else frozenset()

    struct = struct_pb2.Struct.FromString(encode(properties, secrets).SerializeToString())

    assert decode(struct) == (properties, secrets)


def test_the_marks_are_those_of_pulumi() -> None:
    """As far as its SDK names them."""
    assert rpc._special_sig_key == SIGNATURE
    assert rpc._special_secret_sig == SECRET
    assert rpc.UNKNOWN == UNKNOWN_STRING


@pytest.mark.parametrize(
    "sentinel",
    [
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ],
)
def test_unknown_values_of_every_type(sentinel: str) -> None:
    """The engine sends an unknown number as another string than an unknown string."""
    [value] = decode(encode({"port": sentinel}))[0].values()

    assert isinstance(value, Unknown)


def test_secrets_within_a_value() -> None:
    """A map or list with a secret in it is secret as a whole, and comes without the mark."""
    inner = {SIGNATURE: SECRET, "value": "hunter22"}

    assert decode(encode({"deep": {"list": [inner]}, "name": "orders"})) == (
        {"deep": {"list": ["hunter22"]}, "name": "orders"},
        frozenset({"deep"}),
    )


def test_what_is_left_out() -> None:
    """Nulls, and the reference to the dynamic provider in a state that comes from it."""
    assert decode(encode({"port": None, "__provider": "gASV", "name": "orders"})) == ({"name": "orders"}, frozenset())
    null = struct_pb2.Struct(fields={"port": struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)})
    assert decode(null) == ({}, frozenset())
