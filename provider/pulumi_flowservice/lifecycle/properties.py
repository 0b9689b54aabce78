"""The properties of resources: values that are not known yet, and the fields that the API keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..api.outcomes import Outcome
    from ..api.sandbox import Sandbox

Properties = dict[str, Any]
"""Inputs or outputs of a resource, by the names that the state uses (`connectionTest`)."""


class Unknown:
    """The value of an input that is not known in a preview."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def has_unknown(value: object) -> bool:
    """Return whether a value, or a part of it, is not known in a preview."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return isinstance(value, Unknown) or (isinstance(value, list) and any(map(has_unknown, value)))


@dataclass(frozen=True)
class Type:
    """The type of a property.

    Args:
        parse: Converts an input to the state's value; raises ValueError, whose text never holds the value.
        json_type: Its type in a program: `string`, `integer`, `boolean` or `string or integer`.
        from_wire: Converts the API's value to the state's value.
        to_wire: Converts the state's value to the API's value.
    """

    parse: Callable[[object], object]
    json_type: str = "string"
    from_wire: Callable[[object], object] = lambda value: value
    to_wire: Callable[[Any], object] = str


@dataclass(frozen=True)
class Choices:
    """The values that a string may have; in other languages than Python, a type of its own.

    Args:
        name: The name of the type.
        description: What is chosen.
        values: What each value means.
    """

    name: str
    description: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A property that the API keeps.

    Args:
        name: The name of the input.
        pointer: Its place in the API's document: a JSON pointer such as `/auth/params/server`.
        type: How its value is parsed, and how the API spells it.
        is_required: Whether every object must have it, so that it is never removed.
        is_secret: Whether the API never shows it in a form that could be compared.
        is_added: Whether a patch adds it even where the state has a value, because the server may lack it: RFC 6902
            lets "add" replace a member, but "replace" needs one.
        replaces: Whether a change needs a new object.
        send: Changes it at the server, for a field that PATCH does not change: takes the sandbox, the id of the object
            and the new value, which is None where the field is removed.
        goes_first: Whether `send` changes it to a value before the patch of the same update, and not after it.
        patch: The operations that change it, for a field whose value is a structure: from the object as the server
            shows it, its old and its new value. None: one operation at the pointer.
        meaning: Whether a new value means what these properties have, for a field that can be written in several ways.
        description: One sentence for editors and documentation.
    """

    name: str
    pointer: str
    type: Type
    is_required: bool = True
    is_secret: bool = False
    is_added: bool = False
    replaces: bool = False
    send: Callable[[Sandbox, str, Any], Outcome] | None = None
    goes_first: Callable[[Any], bool] = lambda value: False
    patch: Callable[[Any, Any, Any], list[dict[str, Any]]] | None = None
    meaning: Callable[[Properties, Any], bool] | None = None
    description: str = ""

    @property
    def is_patched(self) -> bool:
        """Whether PATCH changes it."""
        return self.send is None and not self.replaces

    def is_same(self, olds: Properties, new: object) -> bool:
        """Return whether a value means what these properties have."""
        return self.meaning(olds, new) if self.meaning else olds.get(self.name) == new
