"""Tell network failures apart: the request was never sent, or it was sent and may have been applied."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator

from urllib3.exceptions import ConnectTimeoutError, DecodeError, NewConnectionError, ProxyError, ReadTimeoutError

from ..errors import NoAnswerError, UnreachableError
from .wire import BrokenAnswerError

_CA_BUNDLE = "set REQUESTS_CA_BUNDLE to the file of its CA; verification cannot be switched off"
# The text of http.client's error; it has no attribute with the status.
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")


def no_answer(cause: Exception, host: str, *, may_be_sent: bool) -> NoAnswerError:
    """Return the error in our own words: the libraries' texts hold addresses, and perhaps a proxy's password.

    It is an UnreachableError only if the request certainly was not sent. The kinds of errors alone do not tell: urllib3
    calls some of those that come after the request errors of the proxy, or of the header.
    """
    chain = list(_causes(cause))
    unsent = None if may_be_sent else _unsent(cause, chain, host)
    if unsent:
        return unsent
    broken = next((error for error in chain if isinstance(error, BrokenAnswerError)), None)
    if broken:
        return NoAnswerError(
            f"the answer of {host} breaks HTTP ({broken})",
            remedy="A proxy or gateway on the way may have changed it.",
        )
    # Not an UnreachableError: the TLS alert may come after the request, for example about a client certificate.
    alert = next((error for error in chain if isinstance(error, ssl.SSLError)), None)
    if alert:
        return NoAnswerError(
            f"TLS with {host} failed ({alert.reason or 'no reason given'})",
            remedy=f"Check that the server accepts https on this port; behind a company proxy, {_CA_BUNDLE}.",
        )
    if any(isinstance(error, (ReadTimeoutError, TimeoutError)) for error in chain):
        return NoAnswerError(f"{host} did not answer in time", timed_out=True)
    if any(isinstance(error, DecodeError) for error in chain):
        return NoAnswerError(f"the body of the answer of {host} cannot be unpacked")
    return NoAnswerError(f"{host} closed the connection before its answer was complete")


def _unsent(cause: Exception, chain: list[BaseException], host: str) -> UnreachableError | None:
    """Return the error of a request that failed before it was sent, or None if it is none of the known ones."""
    if isinstance(cause, ValueError):
        # requests and http.client raise it for an address or a header that is not valid, before they connect.
        remedy = "Check the endpoints, the sandbox, the organization and the proxy for characters that are not valid."
        return UnreachableError("the request is not valid", remedy=remedy, is_final=True)
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
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it wraps; urllib3 and requests keep them in `args` or in `reason`."""
    for _ in range(8):
        if error is None:
            return
        yield error
        inner = [getattr(error, "reason", None), *reversed(error.args), error.__cause__, error.__context__]
        error = next((candidate for candidate in inner if isinstance(candidate, BaseException)), None)
