"""The JSON Schema that editors read; `python -m pulumi_flowservice.manifest.schema` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from . import dataflow_keys, keys
from .keys import Key, Schema

_URI = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """Return the JSON Schema of a manifest, as shipped in `connections.schema.json`."""
    return {
        "$defs": {
            "Entry": _mapping("Entry", keys.entry(), "A connection, in each of its sandboxes."),
            "SecretReference": _mapping(
                "SecretReference", keys.reference(), "Where a secret is found; never the secret itself."
            ),
            "Settled": _mapping("Settled", keys.own(), "Keys of one connection."),
            "Shared": _mapping("Shared", keys.shared(), "Keys that connections can share."),
            "Dataflow": _mapping("Dataflow", dataflow_keys.entry(), "A dataflow, in each of its sandboxes."),
            "Options": _mapping("Options", dataflow_keys.options(), "How runs treat rows that cannot be ingested."),
            "Schedule": _mapping("Schedule", dataflow_keys.schedule(), "When a dataflow runs."),
            "SettledDataflow": _mapping("SettledDataflow", dataflow_keys.own(), "Keys of one dataflow."),
        },
        **_mapping("connections.yaml of pulumi-flowservice", keys.top(), "The whole file."),
        "required": ["connections"],
        "$schema": _URI,
    }


def _mapping(title: str, known: Mapping[str, Key], description: str) -> Schema:
    return {
        "additionalProperties": False,
        "description": description,
        "properties": {name: key.schema for name, key in known.items()},
        "type": "object",
        "title": title,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
