"""What a write did, as a value: applied, not applied, or unknown.

A request that was sent and got no answer, or a 5xx, may have been applied. So may its first attempt when a second one
was refused or could not be sent. Whoever writes gets one of three values and has to decide about each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FlowServiceError, MalformedAnswerError, NoAnswerError, NotFoundError, UnreachableError


@dataclass(frozen=True)
class Applied:
    """The write is in force. `id` is empty and `etag` None where the answer named none or could not be read."""

    id: str
    etag: str | None = None


@dataclass(frozen=True)
class NotApplied:
    """The write is surely not in force; `error` says why."""

    error: FlowServiceError


@dataclass(frozen=True)
class Unknown:
    """The write may be in force, now or in a moment; `error` says what is known.

    `timed_out`: this side stopped waiting for the last attempt, so the server may still be at work.
    """

    error: FlowServiceError
    timed_out: bool = False


Outcome = Applied | NotApplied | Unknown


@dataclass(frozen=True)
class Gone:
    """The API says that the connection does not exist; `error` is its refusal.

    `may_be_hidden`: the refusal is the one that Adobe also publishes for a resource hidden by an access label.
    """

    error: NotFoundError
    may_be_hidden: bool = False


def outcome_of(error: FlowServiceError) -> NotApplied | Unknown:
    """Decide, here and nowhere else, what a write did that ended with an error."""
    if isinstance(error, UnreachableError):
        is_unknown = False
    else:
        # A malformed answer is longer than any that the API documents, so whoever sent it may not be the API.
        is_unknown = isinstance(error, (NoAnswerError, MalformedAnswerError))
    if is_unknown or error.earlier:
        return Unknown(error, isinstance(error, NoAnswerError) and error.timed_out)
    return NotApplied(error)
