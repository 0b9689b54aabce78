"""Parsers of input values. Each returns the state's value, or raises a ValueError.

The text of an error never holds the value, because any input may be a secret.
"""

from __future__ import annotations

import re

LARGEST_PORT = 65535
# Letters of any script: the name may be internationalized. A zone such as `%eth0` belongs to IPv6.
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+(%\w+)?")


def string(value: object) -> str:
    """Return a non-empty string without white space at its ends."""
    if not isinstance(value, str):
        raise ValueError("must be a string: put it in quotes")
    if not value:
        raise ValueError("is empty")
    if value != value.strip():
        raise ValueError("begins or ends with white space: remove it (perhaps a newline from `echo`)")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("contains a NUL character or half of a surrogate pair: remove it")
    return value


def host(value: object) -> str:
    """Return a host name or IP address."""
    name = string(value)
    if any(letter.isspace() for letter in name):
        raise ValueError("contains white space: write the host name only")
    if "://" in name or name.lower().startswith("jdbc:"):
        raise ValueError("is a URL: write the host name only, and use `port` and `database` for the rest")
    if "/" in name or "?" in name:
        raise ValueError("contains a path: write the host name only, and use `database` for the rest")
    if "@" in name:
        raise ValueError("contains an @: write the host name only, and use `username` for the rest")
    if name.startswith("[") or name.count(":") == 1:
        raise ValueError("contains a port or brackets: write the host name only, and use `port`")
    if not _HOST.fullmatch(name):
        raise ValueError(
            "is not a valid host name or IP address: letters, digits, '-', '_', '.' and, in IPv6, ':' only"
        )
    return name


def port(value: object) -> int:
    """Return a TCP port, given as an integer or as digits: 5439 or "5439"."""
    digits = value if isinstance(value, str) else str(value)
    if isinstance(value, float) and value.is_integer():
        digits = str(int(value))
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()):
        raise ValueError("is not a whole number: write 5439, for example")
    if not 1 <= len(digits.lstrip("0")) <= len(str(LARGEST_PORT)) or int(digits) > LARGEST_PORT:
        raise ValueError(f"is out of range: 1 to {LARGEST_PORT}")
    return int(digits)


def port_from_wire(value: object) -> object:
    """Convert the API's port, a string, to an integer. Any other value is kept, so that it shows as drift."""
    try:
        return port(value)
    except ValueError:
        return value
