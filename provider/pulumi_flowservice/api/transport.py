"""Send requests, with time limits, retries and a log. All requests go through this module."""

from __future__ import annotations

import email.utils
import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from ..errors import Code, MalformedAnswerError, NoAnswerError, UnreachableError
from ..version import __version__
from .clock import Clock, Deadline, RateLimit, current_deadline, pauses
from .session import Session

log = logging.getLogger("pulumi_flowservice")

LONGEST_RETRY_AFTER = 120.0
# After the deadline of an operation, its last requests, such as an undo, may still begin within this time.
GRACE_SECONDS = 60.0
# An unreachable address is rarely temporary, so the retries end after about 8 seconds of pauses.
_MOST_UNREACHABLE = 4
EARLIER = "an earlier attempt of the same request got no answer, and may have been applied"
_MORE_TIME = "Raise flowservice:operationTimeout, or customTimeouts if set, or find out why the API is slow."


@dataclass(frozen=True)
class Request:
    """A request. `repeatable`: sending it twice has the same effect as sending it once.

    `is_sign_in`: it asks for a token, for all operations.
    """

    method: str
    url: str
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    retries: int = 8
    is_sign_in: bool = False


@dataclass(frozen=True)
class Answer:
    """An answer with its whole body, at most 8 MiB.

    `follows_unanswered`: an earlier attempt of the same request got no answer or a 5xx, and may have been applied.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    request_id: str
    attempts: int = 1
    follows_unanswered: bool = False

    @property
    def history(self) -> str:
        """The request's id and the number of attempts, for error messages."""
        return f"request {self.request_id}" + (f", tried {self.attempts} times" if self.attempts > 1 else "")

    @property
    def is_trouble(self) -> bool:
        """Whether the server failed, so that the request may have been applied or not; 501 means not applied."""
        return self.status == 408 or (self.status >= 500 and self.status != 501)

    def json(self) -> object:
        """Read the body as JSON. Raises: MalformedAnswerError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            what = "has no body" if not self.body.strip() else "is not JSON (it may be a page of a proxy)"
            raise MalformedAnswerError(f"the answer with status {self.status} {what} ({self.history})") from None


class Transport:
    """Sends requests, from several threads, over reused connections."""

    def __init__(self, *, request_timeout: float, requests_per_second: float | None = None, clock: Clock) -> None:
        self.clock = clock
        self._request_timeout = request_timeout
        self._rate_limit = RateLimit(requests_per_second, clock)
        self._session = Session()

    def send(self, request: Request) -> Answer:
        """Return the answer, with any status, after the retries that this request allows.

        Raises: UnreachableError when the last attempt certainly was not sent, NoAnswerError when it is unknown whether
        it was applied, MalformedAnswerError when the answer is too large.
        """
        deadline = current_deadline(self.clock, self._request_timeout)
        started, attempts, unreachable, follows_unanswered = self.clock.monotonic(), 0, 0, False
        if started > deadline.at + GRACE_SECONDS:
            raise UnreachableError("the deadline of this operation has passed", remedy=_MORE_TIME, is_final=True)
        answer: Answer | None = None
        error: NoAnswerError | None = None
        for backoff in pauses(self.clock, factor=2.0, longest=20.0):
            self._rate_limit.wait()
            if deadline.forbids_requests and not request.is_sign_in:
                # What an earlier attempt was told says more.
                error = error or (None if answer else _cancelled())
                break
            answer, error = self._attempt(request, deadline)
            attempts += 1
            if request.method != "GET" and not request.is_sign_in:
                deadline.may_have_written |= _may_be_applied(answer, error)
            unreachable += isinstance(error, UnreachableError)
            is_last = attempts > request.retries or unreachable > _MOST_UNREACHABLE
            if is_last or not _may_repeat(request, answer, error):
                break
            pause = max(backoff, _retry_after(answer, self.clock) * (1 + 0.1 * self.clock.chance()))
            if not deadline.allows(pause):
                break
            follows_unanswered |= answer.is_trouble if answer else not isinstance(error, UnreachableError)
            log.debug("%s %s: again in %.1f s", request.method, urlsplit(request.url).path, pause)
            self.clock.sleep(pause)
        if answer is not None:
            return replace(answer, attempts=attempts, follows_unanswered=follows_unanswered)
        assert error is not None  # noqa: S101 - An attempt ends with one or the other.
        if attempts > 1:
            error.message += f", tried {attempts} times in {self.clock.monotonic() - started:.0f} s"
        error.earlier = EARLIER if follows_unanswered and request.method != "GET" else ""
        raise error from None

    def _attempt(self, request: Request, deadline: Deadline) -> tuple[Answer | None, NoAnswerError | None]:
        path = urlsplit(request.url).path
        started, request_id = self.clock.monotonic(), str(uuid.uuid4())
        answer, error, outcome = None, None, ""
        try:
            answer = self._exchange(request, request_id, deadline)
            outcome = f"status {answer.status}"
        except NoAnswerError as failure:
            error, outcome = failure, f"{failure.message} ({failure.__cause__!r})"
            error.message += f" (request {request_id})"
        except MalformedAnswerError as failure:
            raise MalformedAnswerError(f"{failure.message} (request {request_id})") from None
        milliseconds = 1000 * (self.clock.monotonic() - started)
        log.debug("%s %s: %s, %.0f ms, request %s", request.method, path, outcome, milliseconds, request_id)
        return answer, error

    def _exchange(self, request: Request, request_id: str, deadline: Deadline) -> Answer:
        # An undo that begins after the deadline gets its time too, and at least one second.
        left = deadline.at + GRACE_SECONDS - self.clock.monotonic()
        # Each attempt has its own id, so that the API's logs distinguish the attempts.
        own = {"x-request-id": request_id, "User-Agent": f"pulumi-flowservice/{__version__}"}
        status, headers, body = self._session.exchange(
            request.method,
            request.url,
            params=request.params,
            headers={**request.headers, **own},
            body=request.body,
            timeout=max(1.0, min(self._request_timeout, left)),
        )
        return Answer(status, headers, body, request_id)


def _cancelled() -> UnreachableError:
    """Return the error of an operation that was cancelled before its write."""
    message = "the run was cancelled before anything was written; nothing was changed"
    return UnreachableError(message, code=Code.CANCELLED, remedy="Run the command again.", is_final=True)


def _may_be_applied(answer: Answer | None, error: NoAnswerError | None) -> bool:
    """Return whether a write was applied, or may have been."""
    if answer is None:
        return not isinstance(error, UnreachableError)
    return answer.status < 300 or answer.is_trouble


def _may_repeat(request: Request, answer: Answer | None, error: NoAnswerError | None) -> bool:
    """Return whether a retry is safe and could succeed."""
    if isinstance(error, UnreachableError):
        return not error.is_final
    if answer is None:
        return request.repeatable
    # 429 means that the request was not processed, so even a POST may be repeated.
    return answer.status == 429 or (answer.is_trouble and request.repeatable)


def _retry_after(answer: Answer | None, clock: Clock) -> float:
    """Return the seconds to wait, from either form of `Retry-After`; a date is compared with the server's own clock."""
    if answer is None:
        return 0.0
    value = answer.headers.get("Retry-After", "")
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return min(float(value), LONGEST_RETRY_AFTER)
    until, now = _timestamp(value), server_time(answer, clock)
    return min(max(0.0, until - now), LONGEST_RETRY_AFTER) if until else 0.0


def server_time(answer: Answer, clock: Clock) -> float:
    """Return the time of the answer in epoch seconds, by the server's clock if the answer has a `Date`."""
    return _timestamp(answer.headers.get("Date", "")) or clock.wall()


def _timestamp(http_date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(http_date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
