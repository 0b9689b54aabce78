"""The HTTP session: TLS is verified, redirects and cookies are ignored, time and size of answers are limited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
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


class Session(requests.Session):
    """A session that reuses connections and takes only proxies and CA bundles from the environment."""

    def __init__(self) -> None:
        super().__init__()
        self._surroundings: dict[tuple[str, str], Any] = {}
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(max_retries=0, pool_maxsize=_MOST_CONNECTIONS))

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
            response = self.request(
                method,
                url,
                params=params or None,
                data=body,
                headers=headers,
                auth=_keep_headers,
                timeout=(min(CONNECT_TIMEOUT, timeout), timeout),
                # A 307 would send the request, with its password, to the host that the redirect names.
                allow_redirects=False,
                # The body is read by `_read_bounded` instead of by requests, which reads bodies of any size.
                stream=True,
            )
            with response:
                return response.status_code, response.headers, _read_bounded(response)
        except (requests.RequestException, HTTPError, UnicodeError) as failure:
            raise no_answer(failure, urlsplit(url).netloc, may_be_sent=progress.may_be_sent) from failure
        except OSError as failure:
            if progress.may_be_sent:
                raise no_answer(failure, urlsplit(url).netloc, may_be_sent=True) from failure
            # requests wraps all other OSErrors; this one it raises itself, before it connects.
            remedy = "Check the file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names."
            raise UnreachableError("the CA bundle cannot be read", remedy=remedy, is_final=True) from failure

    def merge_environment_settings(self, url: Any, *args: Any) -> Any:
        """Use no proxy for this machine: the proxy could not reach it, and would see the client secret.

        The environment is read at the first request to a server: each time, it would take as long as the request.
        """
        parts = urlsplit(url)
        server = parts.scheme, parts.netloc
        if server not in self._surroundings:
            merged = super().merge_environment_settings(url, *args)
            # Texts of libraries may have the address of a proxy with its password.
            for proxy in (merged["proxies"] or {}).values():
                password = proxy.partition("://")[2].rpartition("@")[0].partition(":")[2]
                # Of a password that is not percent-encoded, they may take a piece for the port.
                pieces = (piece for piece in re.split("[/?#@:]", password) if len(piece) > 2)
                PROCESS.learn(password, unquote(password), *pieces)
            is_local = is_loopback(parts.hostname or "")
            self._surroundings[server] = {**merged, "proxies": {}} if is_local else merged
        return self._surroundings[server]

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return None: for a redirect that is not followed, requests would still read the whole body of any length."""
        return None


class _Adapter(HTTPAdapter):
    """An adapter whose connections read answers strictly, with and without a proxy."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        # Read once: another thread may be replacing it.
        kind = pool.ConnectionCls
        if not issubclass(kind, StrictConnection):
            pool.ConnectionCls = type("OurConnection", (StrictConnection, kind), {})
        return pool


def _keep_headers(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return the request unchanged: without an `auth`, requests would replace the token with a login of `~/.netrc`."""
    return prepared


def _read_bounded(response: requests.Response) -> bytes:
    """Read the body in chunks, so that neither a long nor a highly compressed one fills the memory."""
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise MalformedAnswerError(f"the answer with status {response.status_code} is larger than 8 MiB")
    return bytes(body)
