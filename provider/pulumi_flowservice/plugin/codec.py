"""Convert properties between the plugin protocol and the lifecycle.

Source of the signatures: Pulumi's wire format, as `pulumi.runtime.rpc` has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from google.protobuf import struct_pb2

from ..engine.names import PROVIDER_KEY, SECRET, SIGNATURE
from ..lifecycle.properties import UNKNOWN, Properties, Unknown

UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# An unknown value has the form of a string that tells its type: bool, number, string, list, asset, archive or map.
_UNKNOWN_STRINGS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        UNKNOWN_STRING,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


def decode(struct: struct_pb2.Struct) -> tuple[Properties, frozenset[str]]:
    """Return the properties, and the names of those that are or contain secrets. A null counts as left out."""
    found: Properties = {}
    secrets: set[str] = set()
    for name, value in struct.fields.items():
        if name == PROVIDER_KEY:
            continue
        plain, is_secret = _decoded(value)
        if plain is not None:
            found[name] = plain
        if is_secret:
            secrets.add(name)
    return found, frozenset(secrets)


def encode(properties: Mapping[str, object], secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """Return the properties for the engine, those named in `secrets` as secrets."""
    found = struct_pb2.Struct()
    for name, value in properties.items():
        if value is not None:
            plain = _plain(value)
            found[name] = {SIGNATURE: SECRET, "value": plain} if name in secrets else plain
    return found


def _decoded(value: struct_pb2.Value) -> tuple[object, bool]:
    """Return the plain value, and whether it is or contains a secret."""
    form = value.WhichOneof("kind")
    if form == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
            return _decoded(fields["value"])[0], True
        members = {name: _decoded(member) for name, member in fields.items()}
        return {name: plain for name, (plain, _) in members.items()}, any(secret for _, secret in members.values())
    if form == "list_value":
        items = [_decoded(item) for item in value.list_value.values]
        return [plain for plain, _ in items], any(secret for _, secret in items)
    if form == "string_value":
        return (UNKNOWN if value.string_value in _UNKNOWN_STRINGS else value.string_value), False
    if form == "number_value":
        # The protocol has floating-point numbers only.
        number = value.number_value
        return (int(number) if number.is_integer() else number), False
    return (value.bool_value if form == "bool_value" else None), False


def _plain(value: object) -> Any:
    """Return the value as protobuf takes it: unknown values within it as strings."""
    if isinstance(value, Unknown):
        return UNKNOWN_STRING
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
