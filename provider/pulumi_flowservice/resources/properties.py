"""What the inputs and outputs of every type of resource have in common."""

from __future__ import annotations

from dataclasses import dataclass

from ..lifecycle.properties import Choices, Type
from .values import STRING, string

LONGEST_NAME = 255


@dataclass(frozen=True)
class Property:
    """An input or output.

    Args:
        name: Its name in the state; Python has it in snake case.
        description: For editors and documentation.
        type: How an input is parsed, and its form in the schema.
        is_always_set: Whether every state has it.
        replaces: Whether a change needs a new object.
        choices: The values that it may have, if they are few.
    """

    name: str
    description: str
    type: Type = STRING
    is_always_set: bool = False
    replaces: bool = False
    choices: Choices | None = None


def name(value: object) -> str:
    """Return a valid name. Raises: ValueError."""
    if len(found := string(value)) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return found


NAME = Property(
    "name",
    f"Name shown in the UI, at most {LONGEST_NAME} characters. Default: the resource name, a hyphen and seven hex "
    "digits, which follow from the names of project, stack and resource; with the native provider, `pulumi:autonaming` "
    "takes precedence.",
    Type(name),
    is_always_set=True,
)
DESCRIPTION = Property(
    "description",
    "Description shown in the UI; not managed if it was never in the program, removed if it was set before.",
)
