"""The one door for HTTP: timeouts, retries, size limits, no redirects, TLS always verified."""

from __future__ import annotations

import email.utils
import json
import logging
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError
from urllib3.util.retry import Retry

from .clock import Clock, Deadline, current_deadline
from .errors import MalformedAnswerError, NoAnswerError, UnreachableError
from .version import __version__

log = logging.getLogger("pulumi_flowservice")

CONNECT_TIMEOUT = 10.0
LARGEST_BODY = 16 * 2**20
LONGEST_RETRY_AFTER = 120.0
_TROUBLE = frozenset({429, 500, 502, 503, 504})
_NOTHING_DONE = frozenset({429})
# Pulumi's dynamic provider host calls a provider from four threads.
_THREADS = 4


@dataclass(frozen=True)
class Request:
    """One request. `repeatable` says that sending it twice does no more than sending it once."""

    method: str
    url: str
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    retries: int = 7


@dataclass(frozen=True)
class Answer:
    """One answer, its body read whole and at most 16 MiB long."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    request_id: str

    def json(self) -> object:
        """The body as JSON. Raises: MalformedAnswerError."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            what = "no body" if not self.body.strip() else "a body that is not JSON (a proxy's page, perhaps)"
            raise MalformedAnswerError(f"status {self.status} came with {what}") from None


class Transport:
    """Sends requests, from several threads, over kept connections."""

    def __init__(self, *, request_timeout: float, requests_per_second: float | None = None, clock: Clock) -> None:
        self.clock = clock
        self._request_timeout = request_timeout
        self._pace = Pace(requests_per_second, clock)
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=_THREADS))

    def send(self, request: Request) -> Answer:
        """The answer, whatever its status, after the retries that this request allows.

        Raises: UnreachableError when nothing was sent, NoAnswerError when it is unknown what happened.
        """
        deadline = current_deadline(self.clock, self._request_timeout)
        # An address that cannot be reached is rarely a hiccup: say so after some 7 seconds of pauses.
        retry = Retry(total=request.retries, connect=4, backoff_factor=0.5, backoff_max=20, backoff_jitter=0.5)
        while True:
            answer, error = self._attempt(request, deadline)
            if not _may_repeat(request, answer, error):
                break
            try:
                kind = ConnectTimeoutError() if isinstance(error, UnreachableError) else HTTPError()
                retry = retry.increment(request.method, request.url, error=kind)
            except MaxRetryError:
                break
            pause = max(retry.get_backoff_time(), _retry_after(answer, self.clock) if answer else 0.0)
            if not deadline.allows(pause):
                break
            log.debug("%s %s: again in %.1f s", request.method, urlsplit(request.url).path, pause)
            self.clock.sleep(pause)
        if error is not None:
            raise error from None
        assert answer is not None  # noqa: S101 - An attempt ends with one or the other.
        return answer

    def _attempt(self, request: Request, deadline: Deadline) -> tuple[Answer | None, NoAnswerError | None]:
        self._pace.wait()
        started = self.clock.monotonic()
        request_id = str(uuid.uuid4())
        answer, error = None, None
        try:
            answer = self._exchange(request, request_id, deadline)
        except (requests.RequestException, HTTPError, OSError) as cause:
            error = _no_answer(cause, request, request_id)
        milliseconds = 1000 * (self.clock.monotonic() - started)
        outcome = f"status {answer.status}" if answer else error.message if error else ""
        path = urlsplit(request.url).path
        log.debug("%s %s: %s, %.0f ms, request %s", request.method, path, outcome, milliseconds, request_id)
        return answer, error

    def _exchange(self, request: Request, request_id: str, deadline: Deadline) -> Answer:
        patience = max(1.0, min(self._request_timeout, deadline.remaining()))
        response = self._session.request(
            request.method,
            request.url,
            params=request.params or None,
            data=request.body,
            headers={**request.headers, "x-request-id": request_id, "User-Agent": f"pulumi-flowservice/{__version__}"},
            auth=_keep_headers,
            timeout=(CONNECT_TIMEOUT, patience),
            # A 307 would send the password again, to whoever it names.
            allow_redirects=False,
            stream=True,
        )
        with response:
            body = _read_bounded(response, Deadline(self.clock, self.clock.monotonic() + patience))
        return Answer(response.status_code, response.headers, body, request_id)


class Pace:
    """An optional limit of requests per second, shared by all threads."""

    def __init__(self, requests_per_second: float | None, clock: Clock) -> None:
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when this thread's turn has come."""
        if not self._interval:
            return
        with self._lock:
            turn = max(self._next, self._clock.monotonic())
            self._next = turn + self._interval
        if (pause := turn - self._clock.monotonic()) > 0:
            self._clock.sleep(pause)


def _may_repeat(request: Request, answer: Answer | None, error: NoAnswerError | None) -> bool:
    if isinstance(error, UnreachableError):
        return not error.is_final
    if error is not None:
        return request.repeatable
    return answer is not None and answer.status in (_TROUBLE if request.repeatable else _NOTHING_DONE)


def _keep_headers(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """Given as `auth`, this keeps requests from replacing the bearer token by a login from `~/.netrc`."""
    return prepared


def _read_bounded(response: requests.Response, deadline: Deadline) -> bytes:
    """Read chunk by chunk: a timeout per chunk alone would let a slow drip go on for ever."""
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise MalformedAnswerError(f"status {response.status_code} came with more than 16 MiB")
        if not deadline.remaining():
            raise requests.ReadTimeout
    return bytes(body)


def _retry_after(answer: Answer, clock: Clock) -> float:
    """Seconds to wait, from either form of `Retry-After`; a date is measured by the server's own clock."""
    value = answer.headers.get("Retry-After", "")
    if value.strip().isdigit():
        return min(float(value), LONGEST_RETRY_AFTER)
    until, now = _timestamp(value), server_time(answer, clock)
    return min(max(0.0, until - now), LONGEST_RETRY_AFTER) if until else 0.0


def server_time(answer: Answer, clock: Clock) -> float:
    """The moment of the answer in epoch seconds, by the server's clock where it says it."""
    return _timestamp(answer.headers.get("Date", "")) or clock.wall()


def _timestamp(http_date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(http_date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _no_answer(cause: Exception, request: Request, request_id: str) -> NoAnswerError:
    """What happened, in our words: the libraries' own texts hold addresses, and proxies' passwords."""
    host = urlsplit(request.url).netloc.rpartition("@")[2]
    reason = getattr(cause.args[0] if cause.args else None, "reason", None)
    if isinstance(cause, requests.exceptions.SSLError):
        return UnreachableError(
            f"the TLS certificate of {host} was refused",
            remedy="Behind a company proxy, set REQUESTS_CA_BUNDLE to its CA bundle; verification is never off.",
            is_final=True,
        )
    if isinstance(cause, requests.exceptions.ProxyError):
        return UnreachableError("the proxy did not answer", remedy="Check HTTPS_PROXY and NO_PROXY.")
    if isinstance(cause, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return UnreachableError(f"{host} cannot be reached", remedy="Check the endpoint, the network and the proxy.")
    if isinstance(cause, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)):
        return UnreachableError("the request cannot be written", remedy="Check the settings.", is_final=True)
    if isinstance(cause, requests.Timeout) or "timed out" in str(cause):
        return NoAnswerError(f"{host} did not answer in time (request {request_id})", timed_out=True)
    return NoAnswerError(f"{host} closed the connection without an answer (request {request_id})")
