"""Below requests: connections whose answers have one time limit in all, and what their failures mean.

A socket's timeout starts anew with every byte, so a server that drips a header or a body could hold a thread for hours.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
import time
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, ReadTimeoutError

from ..errors import NoAnswerError, UnreachableError

_CA_BUNDLE = "set REQUESTS_CA_BUNDLE to the file of its CA; verification is never off"
# As http.client words it.
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")


class _TimedReader(io.RawIOBase):
    """A socket's reading end which gives up once the socket's timeout has passed since it was made."""

    def __init__(self, sock: socket.socket, reader: io.RawIOBase) -> None:
        self._socket = sock
        self._reader = reader
        self._timeout = sock.gettimeout() or 0.0
        self._end = time.monotonic() + self._timeout

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """As of a socket. Raises: TimeoutError."""
        remaining = self._end - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(remaining)
        try:
            return self._reader.readinto(buffer)
        finally:
            self._socket.settimeout(self._timeout)

    def close(self) -> None:
        """Let the socket go."""
        self._reader.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """Reads status, headers and body through one `_TimedReader`.

    urllib3 has set the socket's timeout to the read timeout right before it makes this object.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    """urllib3's, with answers that are timed as a whole."""

    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    """The same over TLS."""

    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    """Kept connections of that kind."""

    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    """Kept connections of that kind, over TLS."""

    ConnectionCls = _SecureConnection


# For `pool_classes_by_scheme` of a urllib3 pool manager.
POOLS = {"http": _Pool, "https": _SecurePool}


def no_answer(cause: Exception, host: str) -> NoAnswerError:
    """What happened, in our words: the libraries' own texts hold addresses, and perhaps a proxy's password.

    `UnreachableError` only where the request surely was not sent; a broken TLS connection may have carried it.
    """
    chain = list(_causes(cause))
    refused = next((error for error in chain if isinstance(error, ssl.SSLCertVerificationError)), None)
    if refused:
        return UnreachableError(
            f"the TLS certificate of {host} was refused ({refused.verify_message})",
            remedy=f"Behind a company proxy, or with a private certificate, {_CA_BUNDLE}.",
            is_final=True,
        )
    tunnel = next((found for error in chain if (found := _TUNNEL.search(str(error)))), None)
    if tunnel or any(isinstance(error, ProxyError) for error in chain):
        why = f"refused (status {tunnel[1]})" if tunnel else "cannot be reached"
        return UnreachableError(f"the proxy on the way to {host} {why}", remedy="Check HTTPS_PROXY and NO_PROXY.")
    if any(isinstance(error, (NewConnectionError, ConnectTimeoutError)) for error in chain):
        return UnreachableError(f"{host} cannot be reached", remedy="Check the endpoint, the network and the proxy.")
    # Not "surely not sent": an alert may come after the request, for example when a client certificate is wanted.
    broken = next((error for error in chain if isinstance(error, ssl.SSLError)), None)
    if broken:
        return NoAnswerError(
            f"TLS with {host} failed ({broken.reason or 'no reason given'})",
            remedy=f"Check that the address speaks https; behind a company proxy, {_CA_BUNDLE}.",
        )
    if any(isinstance(error, (ReadTimeoutError, TimeoutError)) for error in chain):
        return NoAnswerError(f"{host} did not answer in time", timed_out=True)
    return NoAnswerError(f"{host} closed the connection before its answer was complete")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that it wraps, as urllib3 and requests do that: as an argument, or as `reason`."""
    for _ in range(8):
        if error is None:
            return
        yield error
        inner = [getattr(error, "reason", None), *reversed(error.args), error.__cause__, error.__context__]
        error = next((candidate for candidate in inner if isinstance(candidate, BaseException)), None)
