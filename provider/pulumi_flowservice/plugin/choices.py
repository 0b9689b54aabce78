"""The part of the schema that describes values of which there are few: enums in typed languages."""

from __future__ import annotations

from typing import Any

from ..lifecycle.properties import Choices
from ..resources.connection.common import CONNECTION_TEST
from ..resources.connection.kinds import KINDS

KIND = Choices("ConnectionKind", "A kind of connection.", {kind.name: f"{kind.title}." for kind in KINDS.values()})


def choice_types() -> dict[str, dict[str, Any]]:
    """Return the types by token."""
    return {_token(each): _type(each) for each in (CONNECTION_TEST, KIND)}


def choice(choices: Choices, description: str) -> dict[str, Any]:
    """Return a property that has one of these values."""
    return {"$ref": f"#/types/{_token(choices)}", "description": description}


def _token(choices: Choices) -> str:
    return f"flowservice:index:{choices.name}"


def _type(choices: Choices) -> dict[str, Any]:
    values = [
        {"value": value, "name": value.capitalize(), "description": meaning}
        for value, meaning in choices.values.items()
    ]
    return {"type": "string", "description": choices.description, "enum": values}
