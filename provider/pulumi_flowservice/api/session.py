"""The HTTP session: TLS is verified, redirects and cookies are ignored, time and size of answers are limited.

It uses the adapters of requests without their `Session`, which would follow redirects, keep cookies, take logins from
`~/.netrc`, and needs a tenth of the time of a request for that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from ..errors import MalformedAnswerError, UnreachableError
from ..redaction import PROCESS
from ..settings.problems import is_loopback
from .network_failures import no_answer
from .wire import StrictConnection, progress

CONNECT_TIMEOUT = 10.0
LARGEST_BODY = 8 * 2**20
# More than the calls that an engine makes at once. The pool keeps those that were needed.
_MOST_CONNECTIONS = 256


class Session:
    """A session that reuses connections and takes only proxies and CA bundles from the environment."""

    def __init__(self) -> None:
        self._adapter = _Adapter(max_retries=0, pool_maxsize=_MOST_CONNECTIONS)
        self._headers = requests.utils.default_headers()
        self._surroundings: dict[tuple[str, str], Any] = {}

    def exchange(
        self,
        method: str,
        url: str,
        *,
        params: tuple[tuple[str, str], ...],
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: float,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request once; return the status, the headers and the whole body of its answer.

        Raises: UnreachableError when certainly nothing was sent, NoAnswerError when that is unknown,
        MalformedAnswerError when the body is larger than 8 MiB.
        """
        progress.may_be_sent = False
        try:
            request = requests.Request(method, url, {**self._headers, **headers}, data=body, params=params).prepare()
            timeouts = (min(CONNECT_TIMEOUT, timeout), timeout)
            # A 307 is an answer like others: it would send the request, with its password, to the host that it names.
            # The body is read by `_read_bounded` instead of by requests, which reads bodies of any size.
            with self._adapter.send(request, stream=True, timeout=timeouts, **self._around(url)) as response:
                return response.status_code, response.headers, _read_bounded(response)
        except (requests.RequestException, HTTPError, UnicodeError) as failure:
            raise no_answer(failure, urlsplit(url).netloc, may_be_sent=progress.may_be_sent) from failure
        except OSError as failure:
            if progress.may_be_sent:
                raise no_answer(failure, urlsplit(url).netloc, may_be_sent=True) from failure
            # requests wraps all other OSErrors; this one it raises itself, before it connects.
            remedy = "Check the file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names."
            raise UnreachableError("the CA bundle cannot be read", remedy=remedy, is_final=True) from failure

    def _around(self, url: str) -> Any:
        """Return proxies and CA bundle; no proxy for this machine: it could not reach it, and would see the secret.

        The environment is read at the first request to a server: each time, it would take as long as the request.
        """
        parts = urlsplit(url)
        server = parts.scheme, parts.netloc
        if server not in self._surroundings:
            found = requests.Session().merge_environment_settings(url, {}, None, None, None)
            # Texts of libraries may have the address of a proxy with its password.
            for proxy in found["proxies"].values():
                password = proxy.partition("://")[2].rpartition("@")[0].partition(":")[2]
                # Of a password that is not percent-encoded, they may take a piece for the port.
                pieces = (piece for piece in re.split("[/?#@:]", password) if len(piece) > 2)
                PROCESS.learn(password, unquote(password), *pieces)
            proxies = {} if is_loopback(parts.hostname or "") else found["proxies"]
            self._surroundings[server] = {"proxies": proxies, "verify": found["verify"]}
        return self._surroundings[server]


class _Adapter(HTTPAdapter):
    """An adapter whose connections read answers strictly, with and without a proxy."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        # Read once: another thread may be replacing it.
        kind = pool.ConnectionCls
        if not issubclass(kind, StrictConnection):
            pool.ConnectionCls = type("OurConnection", (StrictConnection, kind), {})
        return pool


def _read_bounded(response: requests.Response) -> bytes:
    """Read the body in chunks, so that neither a long nor a highly compressed one fills the memory."""
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise MalformedAnswerError(f"the answer with status {response.status_code} is larger than 8 MiB")
    return bytes(body)
