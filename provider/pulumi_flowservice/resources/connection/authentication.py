"""The ways to authenticate at a database, each with its params; the params that a program gives choose one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...lifecycle.names import in_words
from ...lifecycle.properties import Field, Properties, Type
from ..values import STRING

PARAMS = "/auth/params"


@dataclass(frozen=True)
class Param:
    """One key of the API's `auth.params`.

    Args:
        name: The key, spelled as in the API; also the name of the input.
        is_required: Whether every connection with its authentication must have it.
        is_secret: Whether it is a secret, which the API never shows in a form that could be compared.
        type: How its value is parsed, and how the API spells it.
        description: One sentence for editors and documentation.
    """

    name: str
    is_required: bool = True
    is_secret: bool = False
    type: Type = STRING
    description: str = ""

    @property
    def field(self) -> Field:
        """The param as a field of the connection."""
        pointer = f"{PARAMS}/{self.name}"
        # The server may have an optional secret or not: it does not show it.
        is_added = self.is_secret and not self.is_required
        return Field(
            self.name, pointer, self.type, self.is_required, self.is_secret, is_added, description=self.description
        )


@dataclass(frozen=True)
class Authentication:
    """One way to authenticate: the API's name for it (`auth.specName`), and its params."""

    spec_name: str
    params: tuple[Param, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the params that every such connection has."""
        return tuple(param.name for param in self.params if param.is_required)


Authentications = tuple[Authentication, ...]


def all_params(known: Authentications) -> tuple[Param, ...]:
    """Return the params of all authentications, without duplicates."""
    return tuple({param.name: param for each in known for param in each.params}.values())


def fitting(known: Authentications, given: Iterable[str]) -> list[Authentication]:
    """Return the authentications that have all of the given params; other names are ignored."""
    names = {*given} & {param.name for param in all_params(known)}
    return [each for each in known if names <= {param.name for param in each.params}]


def chosen(known: Authentications, properties: Mapping[str, Any]) -> Authentication | None:
    """Return the one authentication that these properties choose; None if none or several match."""
    given = [name for name, value in properties.items() if value is not None]
    found = fitting(known, given)
    complete = [each for each in found if all(name in given for name in each.required)]
    return complete[0] if len(complete) == 1 else found[0] if len(found) == 1 else None


def authentication_problems(known: Authentications, olds: Properties, inputs: Properties) -> Iterator[str]:
    """Yield the problems of the params: they must choose exactly one authentication, always the same one."""
    given = [param.name for param in all_params(known) if param.name in inputs]
    found, before, now = fitting(known, given), chosen(known, olds), chosen(known, inputs)
    if not found:
        yield f"{in_words(given)} cannot be used together: use the parameters of only one of {_choices(known)}"
    elif before and before not in found:
        yield (
            f"the way to authenticate cannot be changed from {before.spec_name!r} to {found[0].spec_name!r}: Flow "
            "Service requires a new connection. Declare a second one, switch the dataflows to it, then remove this one"
        )
    elif now is None and not olds and "adopt" not in inputs:
        yield f"give the parameters of one way to authenticate: {_choices(known)}"
    if now is None:
        return
    for param in now.params:
        if not param.is_required or param.name in inputs:
            continue
        if not param.is_secret:
            yield f"{in_words([param.name])} is missing"
        elif "adopt" not in inputs and (not olds or param.name in olds):
            yield f"{in_words([param.name])} is missing (it may be left out only when a connection is adopted)"
    secrets = [param.name for param in now.params if param.is_secret]
    if "credentialsVersion" in inputs and not any(name in inputs for name in secrets):
        needed = ("one of " if len(secrets) > 1 else "") + in_words(secrets)
        yield f"`credentials_version` has an effect only with {needed}: add {needed}, or remove `credentials_version`"


def _choices(known: Authentications) -> str:
    return "; ".join(f"{each.spec_name!r} ({in_words([*each.required])})" for each in known)
