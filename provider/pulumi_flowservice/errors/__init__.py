"""All errors of this package, as values: made once, and changed by `replace`.

There are classes only where code must tell errors apart; everything else is a code or a reason.

FlowServiceError
 +- SettingsError              the configuration or an argument is not valid; no request was made
 +- NoAnswerError              the request was sent and got no usable answer; whether it was applied is unknown
 |   +- UnreachableError       the request was never sent, so it was not applied
 +- AnswerError                the API refused the request: status, code, reason, request id
 +- MalformedAnswerError       the answer does not have the documented form
 +- LifecycleError             the API answered as documented, but this provider must not continue
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from .codes import Code as Code

Error = TypeVar("Error", bound="FlowServiceError")


class Reason(Enum):
    """Why the API refused a request, as far as code must know; `api.answers` finds it."""

    GONE = "this very object does not exist"
    CONFLICT = "the etag in `If-Match` is no longer the object's"
    IN_USE = "something uses the object"
    IN_TRANSITION = "the object is initializing or between two states; the same request may succeed later"
    PATH = "this path cannot be patched"
    TOKEN = "the access token is missing, expired or wrong"  # noqa: S105 - A sentence, not a token.
    PERMISSION = "these credentials lack a permission"
    DATABASE = "the connector reports that the database refused the request"
    MALFORMED = "the answer does not have the documented form"


_CODES = {
    Reason.GONE: Code.NOT_FOUND,
    Reason.CONFLICT: Code.CONFLICT,
    Reason.IN_USE: Code.IN_USE,
    Reason.IN_TRANSITION: Code.IN_TRANSITION,
    Reason.TOKEN: Code.TOKEN_REFUSED,
}


class FlowServiceError(Exception):
    """The base of all errors. Its text is one paragraph: the activity, what happened, what to do next.

    Args:
        message: What happened.
        code: A code of `Code`; by default that of the class.
        remedy: What to do next, in whole sentences.
        earlier: What happened before and may matter, such as an attempt whose outcome is unknown.
        during: What was being done.
        may_be_applied: Whether the write that failed, or an earlier attempt of it, may have been applied.
    """

    code = Code.UNEXPECTED
    may_be_applied = False
    message: str
    remedy: str
    earlier: str
    during: str

    def __init__(self, message: str, **told: Any) -> None:
        super().__init__(message)
        values = {"remedy": "", "earlier": "", "during": "", **told, "message": message}
        self.__dict__.update({name: value for name, value in values.items() if name != "code" or value})

    def __setattr__(self, name: str, value: object) -> None:
        # Python itself sets the traceback and the notes.
        if not name.startswith("__"):
            raise AttributeError(f"an error is a value: use `replace({name}=…)`")
        super().__setattr__(name, value)

    def __str__(self) -> str:
        subject = ": ".join(part for part in (self.code, self.during, self.message) if part)
        subject = f"{subject}; {self.earlier}" if self.earlier else subject
        return " ".join(part for part in (_sentence(subject), self.remedy) if part)

    @property
    def refusal(self) -> Reason | None:
        """Why the API refused the request; None if that is of no matter, or if it did not answer."""
        return None

    def replace(self: Error, **changed: Any) -> Error:
        """Return another error of the same class with some attributes changed; without chained errors."""
        told = {**self.__dict__, **changed}
        twin = type(self).__new__(type(self), told["message"])
        twin.__dict__.update(told)
        return twin

    def after(self: Error, *events: str) -> Error:
        """Return the error with what else happened before, after what it says of that; empty texts are left out."""
        return self.replace(earlier="; ".join(text for text in (self.earlier, *events) if text))


class SettingsError(FlowServiceError):
    """The configuration is not valid; raised before any request."""

    code = Code.SETTINGS


class NoAnswerError(FlowServiceError):
    """The request got no answer or a 5xx. `timed_out`: the client stopped waiting. `is_final`: no retry can succeed."""

    code = Code.NO_ANSWER
    may_be_applied = True
    timed_out = False
    is_final = False


class UnreachableError(NoAnswerError):
    """The last attempt was never sent, so it was not applied."""

    code = Code.UNREACHABLE
    may_be_applied = False


class AnswerError(FlowServiceError):
    """The API refused the request. `status` is HTTP's, `api_code` is Adobe's code such as `1418-400`, or empty."""

    code = Code.REFUSED
    status: int
    api_code: str
    request_id: str
    _reason: Reason | None

    def __init__(
        self,
        message: str,
        *,
        status: int,
        api_code: str = "",
        request_id: str = "",
        reason: Reason | None = None,
        **told: Any,
    ) -> None:
        code = told.pop("code", "") or (_CODES.get(reason, "") if reason else "")
        known = {"status": status, "api_code": api_code, "request_id": request_id, "_reason": reason}
        super().__init__(message, code=code, **known, **told)

    @property
    def refusal(self) -> Reason | None:
        return self._reason


class MalformedAnswerError(FlowServiceError):
    """The body of the answer does not have the documented form; it may come from a proxy instead of the API."""

    code = Code.MALFORMED
    may_be_applied = True

    @property
    def refusal(self) -> Reason:
        return Reason.MALFORMED


@dataclass(frozen=True)
class Left:
    """What a failed call has left at the server, for an engine that records it."""

    id: str
    outputs: Mapping[str, Any]


class LifecycleError(FlowServiceError):
    """The API answered as documented, but continuing would break a promise of this provider."""

    left: Left | None = None


@contextmanager
def during(activity: str) -> Iterator[None]:
    """Add the activity to errors raised inside, and drop chained errors, whose texts may hold a request's values."""
    try:
        yield
    except FlowServiceError as error:
        raise error.replace(during=error.during or activity).with_traceback(error.__traceback__) from None


def notice(code: str, text: str) -> str:
    """Return the text of a warning: its code, then what happened."""
    return f"{code}: {_sentence(text)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
