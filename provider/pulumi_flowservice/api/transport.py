"""Send requests, with time limits, retries and a log. All requests go through this module."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from ..errors import Code, MalformedAnswerError, NoAnswerError, UnreachableError
from ..version import __version__
from .answers import EARLIER, Answer
from .clock import Clock, Deadline, RateLimit, pauses
from .session import Session

log = logging.getLogger("pulumi_flowservice")

# Of one request; its deadline may come first.
MOST_RETRIES = 8
# After the deadline of an operation, its last requests, such as an undo, may still begin within this time.
GRACE_SECONDS = 60.0
# An unreachable address is rarely temporary, so the retries end after about 8 seconds of pauses.
_MOST_UNREACHABLE = 4
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
    retries: int = MOST_RETRIES
    is_sign_in: bool = False


class Transport:
    """Sends requests, from several threads, over reused connections."""

    def __init__(self, *, request_timeout: float, requests_per_second: float | None = None, clock: Clock) -> None:
        self.clock = clock
        self._request_timeout = request_timeout
        self._rate_limit = RateLimit(requests_per_second, clock)
        self._session = Session()

    def send(self, request: Request, deadline: Deadline) -> Answer:
        """Return the answer, with any status, after the retries that this request allows until the deadline.

        Raises: UnreachableError when the last attempt certainly was not sent, NoAnswerError when it is unknown whether
        it was applied, MalformedAnswerError when the answer is too large.
        """
        started, attempts, unreachable, follows_unanswered = self.clock.monotonic(), 0, 0, False
        if started > deadline.at + GRACE_SECONDS:
            raise UnreachableError("the deadline of this operation has passed", remedy=_MORE_TIME, is_final=True)
        result: Answer | NoAnswerError | None = None
        for backoff in pauses(self.clock, factor=2.0, longest=20.0):
            self._rate_limit.wait()
            if deadline.forbids_requests and not request.is_sign_in:
                # What an earlier attempt was told says more.
                result = result or _cancelled()
                break
            result = self._attempt(request, deadline)
            attempts += 1
            unreachable += isinstance(result, UnreachableError)
            is_last = attempts > request.retries or unreachable > _MOST_UNREACHABLE
            if is_last or not _may_repeat(request, result):
                break
            wished = result.retry_after(self.clock.wall()) if isinstance(result, Answer) else 0.0
            pause = max(backoff, wished * (1 + 0.1 * self.clock.chance()))
            if not deadline.allows(pause):
                break
            follows_unanswered |= result.is_trouble if isinstance(result, Answer) else result.may_be_applied
            log.debug("%s %s: again in %.1f s", request.method, urlsplit(request.url).path, pause)
            self.clock.sleep(pause)
        assert result is not None  # noqa: S101 - There is at least one attempt.
        if isinstance(result, Answer):
            return replace(result, attempts=attempts, follows_unanswered=follows_unanswered)
        message = result.message
        if attempts > 1:
            message += f", tried {attempts} times in {self.clock.monotonic() - started:.0f} s"
        if follows_unanswered and request.method != "GET":
            raise result.replace(message=message, earlier=EARLIER, may_be_applied=True)
        raise result.replace(message=message)

    def _attempt(self, request: Request, deadline: Deadline) -> Answer | NoAnswerError:
        path = urlsplit(request.url).path
        started, request_id = self.clock.monotonic(), str(uuid.uuid4())
        result: Answer | NoAnswerError
        try:
            result = self._exchange(request, request_id, deadline)
            outcome = f"status {result.status}"
        except NoAnswerError as failure:
            outcome = f"{failure.message} ({failure.__cause__!r})"
            result = failure.replace(message=f"{failure.message} (request {request_id})")
        except MalformedAnswerError as failure:
            raise failure.replace(message=f"{failure.message} (request {request_id})") from None
        milliseconds = 1000 * (self.clock.monotonic() - started)
        log.debug("%s %s: %s, %.0f ms, request %s", request.method, path, outcome, milliseconds, request_id)
        return result

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
    message = "the run was cancelled before this was done"
    return UnreachableError(message, code=Code.CANCELLED, remedy="Run the command again.", is_final=True)


def _may_repeat(request: Request, result: Answer | NoAnswerError) -> bool:
    """Return whether a retry is safe and could succeed."""
    if isinstance(result, UnreachableError):
        return not result.is_final
    if isinstance(result, NoAnswerError):
        return request.repeatable
    return result.is_unprocessed or (result.is_trouble and request.repeatable)
