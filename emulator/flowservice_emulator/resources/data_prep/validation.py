"""Validate the mappings of a set: sources must be understood, destinations must be fields of the schema."""

from __future__ import annotations

from collections import Counter

from ...json_values import Json
from ...service import Service
from ..datasets.definition import SCHEMAS
from .bodies import ATTRIBUTE, STATIC
from .expressions import ExpressionError, column, parse


def problems(mapping_set: Json, sandbox: str, service: Service) -> list[str]:
    """Return what is wrong with each mapping of a set, in its order; an empty text where nothing is."""
    schema = service.store.get(mapping_set["schemaId"] or "")
    fields: Json = {}
    if schema is not None and (schema.kind, schema.sandbox) == (SCHEMAS, sandbox):
        fields = schema.document["fields"]
    destinations = Counter(each["destination"] for each in mapping_set["mappings"])
    return [_problem(each, fields, destinations) for each in mapping_set["mappings"]]


def validation_response(mapping_set: Json, found: list[str]) -> Json:
    """Return the answer of a validation: one entry for each mapping, by position."""
    entries = [
        {"status": "FAILED" if text else "SUCCESS", "errors": [_error(mapping, text)] if text else None}
        for mapping, text in zip(mapping_set["mappings"], found, strict=True)
    ]
    return {"validationResponse": entries}


def _problem(mapping: Json, fields: Json, destinations: Counter[str]) -> str:
    """Return what is wrong with a mapping. An array or map in a destination is none of the emulator's schemas."""
    destination = mapping["destination"]
    if destination not in fields:
        return f"The destination {destination[:200]} is not in the schema."
    if destinations[destination] > 1:
        return f"The destination {destination[:200]} is mapped more than once."
    if not mapping["source"] and mapping["sourceType"] != STATIC:
        return "The source is empty."
    try:
        if mapping["sourceType"] == ATTRIBUTE:
            column(mapping["source"])
        elif mapping["sourceType"] != STATIC:
            parse(mapping["source"])
    except ExpressionError as error:
        return f"The source is not valid: {error}."
    return ""


def _error(mapping: Json, text: str) -> Json:
    return {
        "destination": mapping["destination"],
        "exception": text,
        "source": mapping["source"],
        "columnName": None,
        "sourceType": mapping["sourceType"],
    }
