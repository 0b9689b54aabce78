"""The inputs and outputs that every kind of connection has beside its params."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...lifecycle.properties import Field, Type
from ...lifecycle.state import TEST_REFUSED
from ...settings import CONNECTION_TESTS
from ..values import STRING, string

LONGEST_NAME = 255
# A JSON number is exact up to here: the engine would cut the last digits of a larger one.
LARGEST_EXACT_NUMBER = 2**53


def name(value: object) -> str:
    """Return a valid name. Raises: ValueError."""
    if len(found := string(value)) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return found


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


NAME = Field("name", "/name", Type(name), description="Name shown in the UI.")
DESCRIPTION = Field(
    "description", "/description", STRING, is_required=False, is_added=True, description="Description shown in the UI."
)
OPTIONS: Mapping[str, Callable[[object], object]] = {
    "sandbox": string,
    "connectionTest": connection_test,
    "credentialsVersion": credentials_version,
    "adopt": string,
}
COMPUTED = ("etag", "imsOrg", "state", "credentialsInDoubt", TEST_REFUSED)
