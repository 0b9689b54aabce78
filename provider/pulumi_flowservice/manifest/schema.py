"""The JSON Schema that editors read; `python -m pulumi_flowservice.manifest.schema` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from . import fields
from .fields import Field, Schema

_URI = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """Return the JSON Schema of a manifest, as shipped in `connections.schema.json`."""
    return {
        "$defs": {
            "Entry": _mapping("Entry", fields.entry(), "A connection, in each of its sandboxes."),
            "SecretReference": _mapping(
                "SecretReference", fields.reference(), "Where a secret is found; never the secret itself."
            ),
            "Settled": _mapping("Settled", fields.own(), "Keys of one connection."),
            "Shared": _mapping("Shared", fields.shared(), "Keys that connections can share."),
        },
        **_mapping("connections.yaml of pulumi-flowservice", fields.top(), "The whole file."),
        "required": ["connections"],
        "$schema": _URI,
    }


def _mapping(title: str, known: Mapping[str, Field], description: str) -> Schema:
    return {
        "additionalProperties": False,
        "description": description,
        "properties": {name: field.schema for name, field in known.items()},
        "type": "object",
        "title": title,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
