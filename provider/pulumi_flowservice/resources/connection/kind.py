"""A kind of connection as data: its connection spec, and the ways to authenticate with their params.

All layers above work for any `Kind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from ..values import STRING, Type

if TYPE_CHECKING:
    # pydantic takes longer to import than everything else here, and a preview needs no wire shapes.
    from ...api.models import Connection

Properties = dict[str, Any]
"""Inputs or outputs of a resource, by the names that the state uses (`connectionTest`)."""


class Unknown:
    """The value of an input that is not known in a preview."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Param:
    """One key of the API's `auth.params`.

    Args:
        name: The key, spelled as in the API; also the name of the input.
        is_required: Whether every connection must have it.
        is_secret: Whether it is a secret, which the API never shows in a form that could be compared.
        type: How its value is parsed, and how the API spells it.
        description: One sentence for editors and documentation.
    """

    name: str
    is_required: bool = True
    is_secret: bool = False
    type: Type = STRING
    description: str = ""


@dataclass(frozen=True)
class Authentication:
    """One way to authenticate: the API's name for it (`auth.specName`), and its params."""

    spec_name: str
    params: tuple[Param, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of connection.

    Args:
        name: Its name in manifests and commands, such as `redshift`.
        title: Its name for people, such as "Amazon Redshift".
        resource: The name of the resource class, such as `RedshiftConnection`; part of its type in users' states.
        spec_id: The id of the connection specification.
        authentications: The ways to authenticate; the params that a program gives choose one.
        spec_version: The version of the connection specification.
        introduction: What a program needs to know before it gives the params; it names them as in the API.
    """

    name: str
    title: str
    resource: str
    spec_id: str
    authentications: tuple[Authentication, ...]
    spec_version: str = "1.0"
    introduction: str = ""

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The params of all ways to authenticate, without duplicates."""
        return tuple({param.name: param for way in self.authentications for param in way.params}.values())

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The names of the inputs that are secret."""
        return tuple(param.name for param in self.params if param.is_secret)

    @cached_property
    def visible_params(self) -> tuple[str, ...]:
        """The names of the params that are not secret, which the API shows."""
        return tuple(param.name for param in self.params if not param.is_secret)

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """The names of all inputs that the API shows, in the order of tables and files."""
        return ("name", "description", *self.visible_params)

    @property
    def spec_filter(self) -> str:
        """The documented filter that lists the connections of this kind only."""
        return f"connectionSpec.id=={self.spec_id}"

    @property
    def dynamic_type(self) -> str:
        """The resource type in the state of a stack that uses the dynamic provider."""
        return f"pulumi-python:dynamic/flowservice:{self.resource}"

    @property
    def native_type(self) -> str:
        """The resource type in the state of a stack that uses the native provider."""
        return f"flowservice:index:{self.resource}"

    def is_kind_of(self, connection: Connection) -> bool:
        """Return whether a connection has the spec of this kind."""
        return connection.connection_spec is not None and connection.connection_spec.id == self.spec_id

    def ways(self, given: Iterable[str]) -> list[Authentication]:
        """Return the ways to authenticate that have all of the given params; other names are ignored."""
        names = {name for name in given if any(param.name == name for param in self.params)}
        return [way for way in self.authentications if names <= {param.name for param in way.params}]

    def way(self, properties: Mapping[str, Any]) -> Authentication | None:
        """Return the one way to authenticate that these properties choose; None if none or several match."""
        given = [name for name, value in properties.items() if value is not None]
        fitting = self.ways(given)
        complete = [way for way in fitting if all(p.name in given for p in way.params if p.is_required)]
        return complete[0] if len(complete) == 1 else fitting[0] if len(fitting) == 1 else None

    def required_visible(self, properties: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the params that are required and not secret in every way that these properties match."""
        fitting = [way] if (way := self.way(properties)) else self.authentications
        always = frozenset.intersection(
            *(frozenset(p.name for p in way.params if p.is_required and not p.is_secret) for way in fitting)
        )
        return tuple(param.name for param in self.params if param.name in always)

    def shown(self, connection: Connection) -> Properties:
        """Return the visible properties of a connection, converted to the state's values; never a secret."""
        params = connection.auth.params
        found: Properties = {"name": connection.name, "description": connection.description or None}
        found |= {p.name: p.type.from_wire(params[p.name]) for p in self.params if p.name in params and not p.is_secret}
        return {name: value for name, value in found.items() if value is not None}

    def view(self, connection: Connection, known: Mapping[str, Any]) -> Properties:
        """What the API shows of a connection, completed by what is known of it where its view is partial.

        The API documents "a partial view of the credentials". Where a required param is not shown, the view is partial,
        and what it leaves out is as it was; in a whole view, an optional param that is absent was removed.
        """
        shown = self.shown(connection)
        if self.is_whole(shown, known):
            return shown
        return {name: known[name] for name in self.visible_params if known.get(name) is not None} | shown

    def is_whole(self, shown: Properties, known: Mapping[str, Any]) -> bool:
        """Whether a view has every param that such a connection always has."""
        return all(name in shown or known.get(name) is None for name in self.required_visible(known))

    def wire_params(self, properties: Mapping[str, Any]) -> Properties:
        """Return the API's `auth.params` for these properties."""
        return {
            param.name: param.type.to_wire(properties[param.name])
            for param in self.params
            if properties.get(param.name) is not None
        }


@lru_cache(maxsize=1024)
def python_name(wire_name: str) -> str:
    """Return the name of a property in a Python program: `connection_test` for `connectionTest`."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in wire_name)


def wire_name(python_name: str) -> str:
    """Return the property of a name in Python: `connectionTest` for `connection_test`; `__provider` stays."""
    return re.sub(r"(?<=[a-z])_([a-z])", lambda match: match[1].upper(), python_name)
