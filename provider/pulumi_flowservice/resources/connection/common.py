"""The inputs and outputs that every kind of connection has, beside its params."""

from __future__ import annotations

from ...lifecycle.properties import Choices, Field, Type
from ...settings import CONNECTION_TESTS, SETTINGS
from ..properties import DESCRIPTION as DESCRIPTION_INPUT
from ..properties import NAME as NAME_INPUT
from ..properties import Property
from ..values import FLAG

# A JSON number is exact up to here: the engine would cut the last digits of a larger one.
LARGEST_EXACT_NUMBER = 2**53
CONNECTION_TEST = Choices(
    "ConnectionTest",
    "What happens if the database refuses the login of the connection test.",
    dict(zip(CONNECTION_TESTS, ("The write is undone.", "The write is kept.", "There is no test."), strict=True)),
)


def connection_test(value: object) -> str:
    """Return a valid policy of the connection test. Raises: ValueError."""
    if value not in CONNECTION_TESTS:
        raise ValueError("must be one of " + ", ".join(f'"{policy}"' for policy in CONNECTION_TESTS))
    return str(value)


def credentials_version(value: object) -> object:
    """Return a valid version: a string, or a whole number that the engine keeps exactly. Raises: ValueError."""
    # In Python, a bool is an int too.
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("must be a string or a whole number")
    if isinstance(value, int) and abs(value) > LARGEST_EXACT_NUMBER:
        raise ValueError("is a number of too many digits, of which the last ones would be lost: put it in quotes")
    return value


_INPUTS = (
    NAME_INPUT,
    DESCRIPTION_INPUT,
    Property(
        "sandbox",
        "Name of the sandbox. Default: the provider's `sandbox`, or `flowservice:sandbox`. A change replaces the "
        "connection.",
        is_always_set=True,
        replaces=True,
    ),
    Property(
        "connectionTest",
        f"{SETTINGS['connectionTest'].description} Default: the provider's `connectionTest`, or "
        "`flowservice:connectionTest`.",
        Type(connection_test),
        choices=CONNECTION_TEST,
    ),
    Property(
        "credentialsVersion",
        "Any change of this string or whole number sends the secrets again.",
        Type(credentials_version, "string or integer"),
    ),
    Property(
        "adopt",
        "Id of an existing connection to take over instead of creating one; its secrets may be left out. If another "
        "resource of this state has it, give this one an alias instead, or take that one out of the state first "
        "(`pulumi state delete`).",
    ),
)
_OUTPUTS = (
    Property("etag", "Etag of the connection; each change at the server gives it a new one."),
    Property("imsOrg", "Organization of the connection.", is_always_set=True),
    Property("state", "State as of the last read: `enabled`, `disabled` or a temporary one; none before the first."),
    Property(
        "credentialsInDoubt",
        "Set if the secrets at the server may differ from those of this stack: `interrupted` (changed with this "
        "stack's client id, but no run recorded it) or `foreign` (somebody else changed the connection, and no visible "
        "property differs).",
    ),
    Property(
        "testRefused",
        "True if the database refused the login of a new connection and the connection could not be removed, until a "
        "test passes; with the native provider only.",
        FLAG,
    ),
)
INPUTS: dict[str, Property] = {each.name: each for each in _INPUTS}
"""The inputs by name."""
OUTPUTS: dict[str, Property] = {each.name: each for each in _OUTPUTS}
"""The outputs that are no inputs, by name."""

# These two the API keeps; they have one place in its documents. The server may lack a description.
NAME = Field("name", "/name", NAME_INPUT.type)
DESCRIPTION = Field("description", "/description", DESCRIPTION_INPUT.type, is_required=False, is_added=True)
OPTIONS = {each.name: each.type.parse for each in _INPUTS if each.name not in (NAME.name, DESCRIPTION.name)}
"""The parsers of the inputs that the API does not keep."""
COMPUTED = tuple(OUTPUTS)
"""The names of the outputs that are no inputs."""
