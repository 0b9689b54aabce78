"""What every answer of the API means: no other module looks at a status or at a code.

The remedies, by code, are in `remedies`.
"""

from __future__ import annotations

import email.utils
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import AnswerError, FlowServiceError, MalformedAnswerError, NoAnswerError, Reason
from ..redaction import LEFT_OUT
from .envelopes import Refusal, read_refusal
from .remedies import MEANINGS, TRANSITIONS, remedy

EARLIER = "an earlier attempt of the same request got no answer, and may have been applied"
LONGEST_RETRY_AFTER = 120.0
_TOKEN_CODES = frozenset({"2114-400", "2115-400", "401013", "403010"})
_BY_CODE = {
    "1404-412": Reason.CONFLICT,
    "1418-400": Reason.IN_USE,
    "1447-400": Reason.IN_USE,
    "1455-400": Reason.PATH,
    # The database's message follows this code. That `/test` answers it for a refused login is assumed.
    "1308-400": Reason.DATABASE,
    **dict.fromkeys(TRANSITIONS, Reason.IN_TRANSITION),
}
Quote = Callable[[str], str | None]
"""Returns a text from outside as one line for a message; None if it may hold a secret."""
GoneRule = Callable[[int, Refusal], bool]
"""Whether a refusal, by its status and body, says that the object in the path does not exist; asked of JSON only."""


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
    def is_success(self) -> bool:
        """Whether the request was done."""
        return 200 <= self.status < 300

    @property
    def is_redirect(self) -> bool:
        """Whether the answer names another address."""
        return 300 <= self.status < 400

    @property
    def is_trouble(self) -> bool:
        """Whether the server failed, so that the request may have been applied or not; 501 means not applied."""
        return self.status == 408 or (self.status >= 500 and self.status != 501)

    @property
    def is_unprocessed(self) -> bool:
        """Whether the server had no time for the request, so that even a POST may be repeated."""
        return self.status == 429

    @property
    def may_be_applied(self) -> bool:
        """Whether a write that was answered so was applied, or may have been."""
        return self.status < 300 or self.is_trouble

    @property
    def server_time(self) -> float | None:
        """The server's time in epoch seconds, from `Date`."""
        return _timestamp(self.headers.get("Date", ""))

    def retry_after(self, now: float) -> float:
        """Return the seconds to wait, from either form of `Retry-After`; `now` counts if the answer has no `Date`."""
        value = self.headers.get("Retry-After", "")
        if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
            return min(float(value), LONGEST_RETRY_AFTER)
        until = _timestamp(value)
        return min(max(0.0, until - (self.server_time or now)), LONGEST_RETRY_AFTER) if until else 0.0

    def json(self) -> object:
        """Read the body as JSON. Raises: MalformedAnswerError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            what = "has no body" if not self.body.strip() else "is not JSON (it may be a page of a proxy)"
            raise MalformedAnswerError(f"the answer with status {self.status} {what} ({self.history})") from None


def refusal_error(answer: Answer, quote: Quote, *, is_write: bool, is_gone: GoneRule | None = None) -> FlowServiceError:
    """Return the error for an answer other than 2xx: with status, code, message and request id.

    A 5xx to a write becomes a NoAnswerError, because the write may have been applied.
    """
    told: dict[str, Any] = {"status": answer.status, "request_id": answer.request_id}
    if answer.follows_unanswered and is_write:
        told |= {"earlier": EARLIER, "may_be_applied": True}
    if answer.is_redirect:
        return AnswerError(
            f"the endpoint answered with a redirect (status {answer.status}), which is never followed "
            f"({answer.history})",
            remedy="Check flowservice:endpoint and the proxy.",
            **told,
        )
    refusal = read_refusal(answer)
    api_code = f" {refusal.code}" if refusal.code else ""
    message = f"the API answered {answer.status}{api_code}: {said(refusal, quote)} ({answer.history})"
    advice = remedy(answer.status, refusal.code)
    if answer.is_trouble and is_write:
        return NoAnswerError(message, remedy=advice)
    reason = _reason(answer.status, refusal, is_gone)
    return AnswerError(message, api_code=refusal.code, reason=reason, remedy=advice, **told)


def said(refusal: Refusal, quote: Quote) -> str:
    """Return what a refusal says, or if its text may hold a secret, what its code means."""
    if refusal.kind and not refusal.text:
        return refusal.kind
    shown = quote(refusal.text)
    if shown is not None:
        return f'{refusal.kind}, titled "{shown}"' if refusal.kind else shown.rstrip(".")
    return f"{refusal.kind or MEANINGS.get(refusal.code, '')}; {LEFT_OUT}".removeprefix("; ")


def is_credentials_refusal(answer: Answer) -> bool:
    """Return whether the token service says that the credentials are wrong, and not that it failed."""
    return answer.status in (400, 401, 403)


def is_about_caller(error: AnswerError) -> bool:
    """Return whether a refusal is about these credentials or their quota, and not about what was asked for."""
    return error.status in (401, 403, 429)


def is_passing(error: AnswerError) -> bool:
    """Return whether the server failed or had no time, so that its answer says nothing of what was asked for."""
    return error.status in (408, 429) or error.status >= 500


def gone_rule(plural: str, object_id: str) -> GoneRule:
    """Return the rule for an object of Flow Service. If wrongly true, the engine would create a second one.

    404 also means "no such sandbox" (2100 to 2103), or comes from a gateway or proxy. Code 1439, "resource not found",
    may be about any resource: `report.id` or the text must name the id.
    """
    # Paths have names of two words as one; how messages have them is not documented.
    plural = plural.replace(" ", " ?")
    # Matches a message of the API, at the beginning or after a title, and no page of a proxy.
    not_found = re.compile(rf"(?:^|: ){plural} not found", re.IGNORECASE)

    def is_gone(status: int, refusal: Refusal) -> bool:
        is_said = not refusal.kind and not_found.search(refusal.text)
        if status == 404 and (refusal.code == "1101-404" or is_said):
            return True
        if status not in (400, 404) or refusal.code not in ("1439-400", "1439-404"):
            return False
        return refusal.resource_id == object_id if refusal.resource_id else object_id in refusal.words

    return is_gone


def _reason(status: int, refusal: Refusal, is_gone: GoneRule | None) -> Reason | None:
    """Return why the API refused; the code is more precise than the status, which is often 400."""
    # A code `…-401` is about permissions or the organization: a new token would not help.
    if refusal.code.endswith("-401"):
        return Reason.PERMISSION
    if status == 401 or refusal.code in _TOKEN_CODES:
        return Reason.TOKEN
    # Whatever the title of a proxy's page says, it knows nothing of the object.
    if is_gone is not None and refusal.is_json and is_gone(status, refusal):
        return Reason.GONE
    by_status = {403: Reason.PERMISSION, 412: Reason.CONFLICT}.get(status)
    return _BY_CODE.get(refusal.code) or by_status


def _timestamp(http_date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(http_date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
