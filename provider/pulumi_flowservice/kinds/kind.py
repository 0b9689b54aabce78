"""What a kind of base connection is made of, and the check of its inputs; pure, and free of Pulumi."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..settings import CONNECTION_TESTS, Settings

if TYPE_CHECKING:
    # pydantic takes longer to import than everything else here, and a preview needs no wire shapes.
    from ..api.models import Connection

Properties = dict[str, Any]
LONGEST_NAME = 255
# What stands behind the resource's name where the program gives no name; the resource class makes it.
AUTOMATIC_DIGITS = re.compile(r"-[0-9a-f]{7}$")


class Unknown:
    """The value of an input that a preview cannot know yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def text(value: object) -> str:
    """A non-empty text without white space at its ends. Raises: ValueError, which never holds the value."""
    if not isinstance(value, str):
        raise ValueError("must be a text: put it in quotes")
    if not value:
        raise ValueError("is empty")
    if value != value.strip():
        raise ValueError("has white space or a newline at an end: remove it (`printf %s` instead of `echo`, perhaps)")
    if "\0" in value:
        raise ValueError("holds a NUL character: remove it")
    return value


@dataclass(frozen=True)
class Param:
    """One key of the API's `auth.params`; `parse` turns an input into what the state keeps, or raises ValueError."""

    name: str
    is_required: bool = True
    is_secret: bool = False
    parse: Callable[[object], object] = text
    from_wire: Callable[[object], object] = lambda value: value


@dataclass(frozen=True)
class ConnectionType:
    """A kind of base connection: all that the lifecycle needs to know of one connector."""

    title: str
    spec_id: str
    auth_spec: str
    params: tuple[Param, ...]
    spec_version: str = "1.0"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the inputs that are secret."""
        return tuple(param.name for param in self.params if param.is_secret)

    @property
    def visible_params(self) -> tuple[str, ...]:
        """The names of the params that the API shows again."""
        return tuple(param.name for param in self.params if not param.is_secret)

    @property
    def visible(self) -> tuple[str, ...]:
        """The names of everything that the API shows again, in the order in which people read them."""
        return ("name", "description", *self.visible_params)

    @property
    def required_visible(self) -> tuple[str, ...]:
        """The names of the params that every connection has and that the API shows again."""
        return tuple(param.name for param in self.params if param.is_required and not param.is_secret)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells connections apart that one client made: all else may be left to the server, or be equal."""
        return ("name", *self.required_visible)

    @property
    def spec_filter(self) -> str:
        """The documented filter that lists the connections of this kind alone."""
        return f"connectionSpec.id=={self.spec_id}"

    def shown(self, connection: Connection) -> Properties:
        """What the API shows of a connection, in the spelling of the state; never a secret, in whatever form."""
        params = connection.auth.params
        found: Properties = {"name": connection.name, "description": connection.description or None}
        found |= {p.name: p.from_wire(params[p.name]) for p in self.params if p.name in params and not p.is_secret}
        return {name: value for name, value in found.items() if value is not None}

    def auth_params(self, properties: Mapping[str, Any]) -> dict[str, str]:
        """The API's `auth.params`: all values are texts on its wire."""
        names = [param.name for param in self.params if properties.get(param.name) is not None]
        return {name: str(properties[name]) for name in names}


def check_inputs(
    kind: ConnectionType, olds: Properties, news: Properties, settings: Settings
) -> tuple[Properties, list[str]]:
    """The inputs with defaults and in one spelling, and all that is wrong with them, each naming its property.

    No problem ever holds a value: any input can carry a secret.
    """
    fields: list[tuple[str, Callable[[object], object]]] = [
        ("name", _name),
        ("description", text),
        ("sandbox", text),
        ("connectionTest", _policy),
        ("credentialsVersion", _version),
        ("adopt", text),
        *((param.name, param.parse) for param in kind.params),
    ]
    given = {key: value for key, value in news.items() if value is not None and (key, value) != ("description", "")}
    if not olds and "adopt" not in given:
        given.setdefault("name", news.get("autoName"))
    # A connection keeps the name it has: one made up anew could differ from it, and would rename it.
    given.setdefault("name", olds.get("name"))
    given.setdefault("sandbox", settings.sandbox)
    inputs: Properties = {}
    problems = [f"the configured {problem}" for problem in settings.problems]
    for name, parse in fields:
        value = given.get(name)
        if value is None or isinstance(value, Unknown):
            inputs.update({name: value} if isinstance(value, Unknown) else {})
            continue
        try:
            inputs[name] = parse(value)
        except ValueError as problem:
            problems.append(f"`{python_name(name)}` {problem}")
            inputs[name] = value
    problems += _missing(kind, olds, inputs)
    problems += _sandbox_problems(olds, news, inputs)
    return inputs, problems


def python_name(wire_name: str) -> str:
    """The name by which a program knows a property: `connectionTest` is `connection_test`."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in wire_name)


def _missing(kind: ConnectionType, olds: Properties, inputs: Properties) -> Iterator[str]:
    for param in kind.params:
        if not param.is_required or param.name in inputs:
            continue
        if not param.is_secret:
            yield f"`{param.name}` is missing"
        elif "adopt" not in inputs and (not olds or param.name in olds):
            yield f"`{param.name}` is missing (it may be left out only when a connection is adopted)"


def _sandbox_problems(olds: Properties, news: Properties, inputs: Properties) -> Iterator[str]:
    if "sandbox" not in inputs:
        yield "no sandbox: set `sandbox`, or flowservice:sandbox (FLOWSERVICE_SANDBOX) for all; none is assumed"
        return
    home = olds.get("sandbox")
    if news.get("sandbox") is None and home and home != inputs["sandbox"]:
        yield (
            f"the connection lives in the sandbox {home!r}, but the configured default is now {inputs['sandbox']!r}: "
            "to keep it, set `sandbox` or the default back; to move it (a replacement), set `sandbox` to the new one"
        )


def _name(value: object) -> str:
    if len(name := text(value)) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return name


def _policy(value: object) -> str:
    if value not in CONNECTION_TESTS:
        raise ValueError("must be one of " + ", ".join(f'"{policy}"' for policy in CONNECTION_TESTS))
    return str(value)


def _version(value: object) -> object:
    if isinstance(value, (str, int, float)):
        return value
    raise ValueError("must be a text or a number")
