"""The outcome of a write as a value: applied, not applied, or unknown.

A request that got no answer or a 5xx may have been applied. So may its first attempt if a second one was refused or
could not be sent. Values instead of exceptions make each caller handle all three outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FlowServiceError, MalformedAnswerError, NoAnswerError, NotFoundError, UnreachableError


@dataclass(frozen=True)
class Applied:
    """The write was applied. `id` is empty and `etag` is None if the answer did not contain them."""

    id: str
    etag: str | None = None


@dataclass(frozen=True)
class NotApplied:
    """The write certainly was not applied; `error` says why."""

    error: FlowServiceError


@dataclass(frozen=True)
class Unknown:
    """The write may have been applied, or may be applied soon; `error` says what is known.

    `timed_out`: the client stopped waiting for the last attempt, so the server may still be working on it.
    """

    error: FlowServiceError
    timed_out: bool = False


Outcome = Applied | NotApplied | Unknown


@dataclass(frozen=True)
class Gone:
    """The API says that the connection does not exist; `error` is its refusal.

    `may_be_hidden`: Adobe documents the same refusal for a resource that is hidden by an access label.
    """

    error: NotFoundError
    may_be_hidden: bool = False


def outcome_of(error: FlowServiceError) -> NotApplied | Unknown:
    """Return the outcome of a write that ended with an error."""
    # A malformed answer is one of more than 8 MiB: it may come from a proxy instead of the API.
    may_be_applied = isinstance(error, (NoAnswerError, MalformedAnswerError))
    if (may_be_applied and not isinstance(error, UnreachableError)) or error.earlier:
        return Unknown(error, isinstance(error, NoAnswerError) and error.timed_out)
    return NotApplied(error)
