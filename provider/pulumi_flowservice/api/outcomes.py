"""The outcome of a write as a value: applied, not applied, or unknown.

A request that got no answer or a 5xx may have been applied. So may its first attempt if a second one was refused or
could not be sent. Values instead of exceptions make each caller handle all three outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import AnswerError, FlowServiceError, NoAnswerError, Reason


@dataclass(frozen=True)
class Applied:
    """The write was applied. `id` is empty and the others are None if the answer did not contain them."""

    id: str
    etag: str | None = None
    version: int | str | None = None


@dataclass(frozen=True)
class NotApplied:
    """The write certainly was not applied; `error` says why."""

    error: FlowServiceError

    @property
    def reason(self) -> Reason | None:
        """Why it was refused, as far as code must know."""
        return self.error.refusal


@dataclass(frozen=True)
class Unknown:
    """The write may have been applied, or may be applied soon; `error` says what is known."""

    error: FlowServiceError

    @property
    def reason(self) -> Reason | None:
        """Why the last attempt was refused; an earlier one may have been applied."""
        return self.error.refusal

    @property
    def timed_out(self) -> bool:
        """Whether the client stopped waiting for the last attempt, so that the server may still be working on it."""
        return isinstance(self.error, NoAnswerError) and self.error.timed_out


Outcome = Applied | NotApplied | Unknown


@dataclass(frozen=True)
class Gone:
    """The API says that the object does not exist; `error` is its refusal.

    `may_be_hidden`: Adobe documents the same refusal for a resource that is hidden by an access label.
    """

    error: AnswerError

    @property
    def reason(self) -> Reason:
        """Always GONE."""
        return Reason.GONE

    @property
    def may_be_hidden(self) -> bool:
        """Whether the refusal is one that Adobe documents for a dataflow that an access label hides, too."""
        return self.error.api_code == "1439-404"


def outcome_of(error: FlowServiceError) -> NotApplied | Unknown:
    """Return the outcome of a write that ended with an error."""
    return Unknown(error) if error.may_be_applied else NotApplied(error)
