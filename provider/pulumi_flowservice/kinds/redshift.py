"""What is Amazon Redshift's own: the connection specification, the auth params and what their values must look like.

Source: Adobe's Redshift tutorial and the connection specification in its older edition.
"""

from __future__ import annotations

import re

from .kind import ConnectionType, Param, text

LARGEST_PORT = 65535
# Letters of any script: the name may be internationalized. A zone such as `%eth0` belongs to IPv6.
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+(%\w+)?")


def server(value: object) -> str:
    """A host name or IP address, and nothing else. Raises: ValueError, which says what to write instead."""
    host = text(value)
    if any(letter.isspace() for letter in host):
        raise ValueError("has white space in it: write the host name only")
    if "://" in host or host.lower().startswith("jdbc:"):
        raise ValueError("is a URL: write the host name only, and use `port` and `database` for the rest")
    if "/" in host or "?" in host:
        raise ValueError("has a path in it: write the host name only, and use `database` for the rest")
    if "@" in host:
        raise ValueError("has an @ in it: write the host name only, and use `username` for the rest")
    if host.startswith("[") or host.count(":") == 1:
        raise ValueError("has a port or brackets in it: write the host name only, and use `port`")
    if not _HOST.fullmatch(host):
        raise ValueError("is no host name or IP address: letters, digits, '-', '_', '.' and, in IPv6, ':' only")
    return host


def port(value: object) -> int:
    """A TCP port as an integer, from 5439 or "5439". Raises: ValueError."""
    digits = value if isinstance(value, str) else str(value)
    if isinstance(value, float) and value.is_integer():
        digits = str(int(value))
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()):
        raise ValueError("is no whole number: write 5439, for example")
    if not 1 <= len(digits.lstrip("0")) <= len(str(LARGEST_PORT)) or int(digits) > LARGEST_PORT:
        raise ValueError(f"is out of range: 1 to {LARGEST_PORT}")
    return int(digits)


def port_shown(value: object) -> object:
    """The port as the API shows it (a text) as the state keeps it; anything else is kept, so that it shows as drift."""
    try:
        return port(value)
    except ValueError:
        return value


REDSHIFT = ConnectionType(
    title="Amazon Redshift",
    spec_id="3416976c-a9ca-4bba-901a-1f08f66978ff",
    auth_spec="Basic Authentication",
    params=(
        Param("server", parse=server),
        Param("port", is_required=False, parse=port, from_wire=port_shown),
        Param("database"),
        Param("username"),
        Param("password", is_secret=True),
        # Documented for Experience Platform on AWS only.
        Param("schema", is_required=False),
    ),
)
