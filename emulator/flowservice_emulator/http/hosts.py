"""Refuse what a web page could send: requests to another host name, and requests that name another origin.

A page in a browser on this machine can send requests to the emulator, too. With a name of its own that leads to
127.0.0.1 (DNS rebinding) it could read the answers, secrets among them; without that it could still send
`POST /emulator/reset`. Browsers state the name in `Host` and the page in `Origin`, so both are checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.datastructures import Headers

from .errors import GatewayError

_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:/@\[\]]+)(:\d*)?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?P<authority>.*)", re.IGNORECASE)


class Hosts:
    """The host names that requests may be sent to: those of this machine, and others that are allowed."""

    def __init__(self, others: Iterable[str]) -> None:
        """Allow further names or addresses, without ports.

        Raises:
            ValueError: one of them is something else.
        """
        self._others = {_plain(each) for each in others}

    def check(self, headers: Headers) -> None:
        """Refuse a request to another host, or from a page of another host.

        Raises:
            GatewayError: 421 for the host, 403 for the origin.
        """
        named = headers.getlist("host")
        if len(named) != 1 or not self._allows(named[0]):
            shown = ", ".join(named)[:80] or "none"
            raise GatewayError(
                421,
                "421000",
                f"The Host of the request ({shown}) is not this machine. To allow another name, start the emulator "
                "with --allow-host NAME.",
            )
        for origin in headers.getlist("origin"):
            match = _ORIGIN.fullmatch(origin)
            if match is None or not self._allows(match["authority"]):
                raise GatewayError(403, "403001", f"The Origin of the request ({origin[:80]}) is not this machine.")

    def _allows(self, authority: str) -> bool:
        """Return whether a name or address, with any port, is of this machine or among the others."""
        match = _AUTHORITY.fullmatch(authority)
        if match is None:
            return False
        name = match["name"].lower().strip("[]")
        address = _address(name)
        return name == "localhost" or name in self._others or (address is not None and address.is_loopback)


def _plain(host: str) -> str:
    """Return a host as it is compared: in lower case, an IPv6 address without brackets."""
    name = host.lower().strip("[]")
    is_address = ":" in name and _address(name) is not None
    if not is_address and (":" in name or not _AUTHORITY.fullmatch(name)):
        raise ValueError(f"--allow-host takes a name or an address without a port, not {host!r}")
    return name


def _address(name: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address, or None for a name."""
    try:
        return ip_address(name)
    except ValueError:
        return None
