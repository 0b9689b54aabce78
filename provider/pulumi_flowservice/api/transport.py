"""The one door for HTTP: timeouts, retries, size limits, no redirects, TLS always verified."""

from __future__ import annotations

import email.utils
import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError
from urllib3.util.retry import RequestHistory, Retry

from ..clock import Clock, Deadline, Pace, current_deadline
from ..errors import MalformedAnswerError, NoAnswerError, UnreachableError
from ..version import __version__
from . import wire

log = logging.getLogger("pulumi_flowservice")

CONNECT_TIMEOUT = 10.0
LARGEST_BODY = 8 * 2**20
LONGEST_RETRY_AFTER = 120.0
# How long after an operation's deadline its last requests, such as an undo, may still begin.
GRACE_SECONDS = 60.0
# Pulumi's dynamic provider host calls a provider from four threads.
_THREADS = 4
_MORE_TIME = "Raise flowservice:operationTimeout, or find out why the API is slow."
# urllib3 pauses from the second failure on; this one stands for a first, so that every repetition is preceded by one.
_FIRST = (RequestHistory(None, None, None, None, None),)


@dataclass(frozen=True)
class Request:
    """One request. `repeatable` says that sending it twice does no more than sending it once."""

    method: str
    url: str
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    retries: int = 8


@dataclass(frozen=True)
class Answer:
    """One answer, its body read whole and at most 8 MiB long."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    request_id: str
    attempts: int = 1

    @property
    def history(self) -> str:
        """How it was come by, for an error: the request's id, and how often it was sent."""
        return f"request {self.request_id}" + (f", tried {self.attempts} times" if self.attempts > 1 else "")

    def json(self) -> object:
        """The body as JSON. Raises: MalformedAnswerError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            what = "no body" if not self.body.strip() else "a body that is not JSON (a proxy's page, perhaps)"
            raise MalformedAnswerError(f"status {self.status} came with {what} ({self.history})") from None


class Transport:
    """Sends requests, from several threads, over kept connections."""

    def __init__(self, *, request_timeout: float, requests_per_second: float | None = None, clock: Clock) -> None:
        self.clock = clock
        self._request_timeout = request_timeout
        self._pace = Pace(requests_per_second, clock)
        self._session = _Session()

    def send(self, request: Request) -> Answer:
        """The answer, whatever its status, after the retries that this request allows.

        Raises: UnreachableError when nothing was sent, NoAnswerError when it is unknown what happened,
        MalformedAnswerError when the answer is too large.
        """
        deadline = current_deadline(self.clock, self._request_timeout)
        if self.clock.monotonic() > deadline.at + GRACE_SECONDS:
            raise UnreachableError("the time for this operation is used up", remedy=_MORE_TIME, is_final=True)
        # An address that cannot be reached is rarely a hiccup: say so after some 8 seconds of pauses.
        retry = Retry(request.retries, connect=4, backoff_factor=0.25, backoff_max=20, history=_FIRST)
        started = self.clock.monotonic()
        while True:
            answer, error = self._attempt(request, deadline)
            following = _following(retry, request, answer, error)
            if following is None:
                break
            # Jitter keeps threads that failed together from coming back together.
            backoff = following.get_backoff_time() * (0.75 + 0.5 * self.clock.chance())
            pause = max(backoff, _retry_after(answer, self.clock) * (1 + 0.1 * self.clock.chance()))
            if not deadline.allows(pause):
                break
            retry = following
            log.debug("%s %s: again in %.1f s", request.method, urlsplit(request.url).path, pause)
            self.clock.sleep(pause)
        attempts = request.retries - int(retry.total or 0) + 1
        if answer is not None:
            return replace(answer, attempts=attempts)
        assert error is not None  # noqa: S101 - An attempt ends with one or the other.
        if attempts > 1:
            error.message += f", tried {attempts} times in {self.clock.monotonic() - started:.0f} s"
        raise error from None

    def _attempt(self, request: Request, deadline: Deadline) -> tuple[Answer | None, NoAnswerError | None]:
        self._pace.wait()
        parts = urlsplit(request.url)
        started, request_id = self.clock.monotonic(), str(uuid.uuid4())
        answer, error, cause = None, None, ""
        try:
            answer = self._exchange(request, request_id, deadline)
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as failure:
            error, cause = _failure(failure, parts.netloc, request_id), f" ({failure!r})"
        milliseconds = 1000 * (self.clock.monotonic() - started)
        outcome = f"status {answer.status}" if answer else error.message if error else ""
        message = "%s %s: %s, %.0f ms, request %s%s"
        log.debug(message, request.method, parts.path, outcome, milliseconds, request_id, cause)
        return answer, error

    def _exchange(self, request: Request, request_id: str, deadline: Deadline) -> Answer:
        # An undo that begins at the very end gets its time too, and never less than a second.
        left = deadline.at + GRACE_SECONDS - self.clock.monotonic()
        patience = max(1.0, min(self._request_timeout, left))
        response = self._session.request(
            request.method,
            request.url,
            params=request.params or None,
            data=request.body,
            headers={**request.headers, "x-request-id": request_id, "User-Agent": f"pulumi-flowservice/{__version__}"},
            auth=_keep_headers,
            timeout=(min(CONNECT_TIMEOUT, patience), patience),
            # A 307 would send the password again, to whoever it names.
            allow_redirects=False,
            stream=True,
        )
        with response:
            return Answer(response.status_code, response.headers, _read_bounded(response, request_id), request_id)


class _Session(requests.Session):
    """Keeps connections, takes proxies and CA bundles from the environment, and nothing else from anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(max_retries=0, pool_maxsize=_THREADS))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: for a redirect that is not followed, requests would still read the whole body, however long."""
        return None


class _Adapter(HTTPAdapter):
    """Hands out connections whose answers are bounded in time, directly and through proxies."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = wire.POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = wire.POOLS
        return manager


def _following(retry: Retry, request: Request, answer: Answer | None, error: NoAnswerError | None) -> Retry | None:
    """The count after one more failure, or None when this was the last attempt."""
    if not _may_repeat(request, answer, error):
        return None
    try:
        kind = ConnectTimeoutError() if isinstance(error, UnreachableError) else HTTPError()
        return retry.increment(request.method, request.url, error=kind)
    except MaxRetryError:
        return None


def _may_repeat(request: Request, answer: Answer | None, error: NoAnswerError | None) -> bool:
    if isinstance(error, UnreachableError):
        return not error.is_final
    if answer is None:
        return request.repeatable
    # 429 says that nothing was done; after any 5xx (501 aside, which stays) something may have been.
    is_trouble = answer.status == 408 or (answer.status >= 500 and answer.status != 501)
    return answer.status == 429 or (is_trouble and request.repeatable)


def _keep_headers(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """Given as `auth`, this keeps requests from replacing the bearer token by a login from `~/.netrc`."""
    return prepared


def _read_bounded(response: requests.Response, request_id: str) -> bytes:
    """Read chunk by chunk, so that neither a long body nor a well compressed one fills the memory."""
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise MalformedAnswerError(f"status {response.status_code} came with over 8 MiB (request {request_id})")
    return bytes(body)


def _failure(cause: Exception, host: str, request_id: str) -> NoAnswerError:
    if isinstance(cause, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError)):
        remedy = "Check the endpoints, the sandbox, the organization and the proxy for characters that do not belong."
        return UnreachableError("the request cannot be written", remedy=remedy, is_final=True)
    if not isinstance(cause, (requests.RequestException, HTTPError)):
        remedy = "Check the file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names."
        return UnreachableError("the CA bundle cannot be read", remedy=remedy, is_final=True)
    error = wire.no_answer(cause, host)
    error.message += f" (request {request_id})"
    return error


def _retry_after(answer: Answer | None, clock: Clock) -> float:
    """Seconds to wait, from either form of `Retry-After`; a date is measured by the server's own clock."""
    if answer is None:
        return 0.0
    value = answer.headers.get("Retry-After", "")
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
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
