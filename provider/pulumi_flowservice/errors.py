"""All errors of this package, as one tree. docs/errors.md explains each code.

FlowServiceError
 +- SettingsError              the configuration is not valid; no request was made
 +- NoAnswerError              the request was sent and got no answer; whether it was applied is unknown
 |   +- UnreachableError       the request was never sent, so it was not applied
 +- AnswerError                the API refused the request: status, code, title, request id
 |   +- NotFoundError          this connection (not its sandbox, not the gateway) does not exist
 |   +- VersionConflictError   the etag in `If-Match` is no longer the connection's
 |   +- InUseError             dataflows use the connection
 |   +- TransitionError        the connection is initializing or between two states
 |   +- PatchPathError         this path cannot be patched
 |   +- TokenRefusedError      the access token is missing, expired or wrong
 |   +- DatabaseRefusedError   the connector reports that the database refused the request
 +- MalformedAnswerError       the answer does not have the documented form
 +- LifecycleError             the API answered as documented, but this provider must not continue
     +- ConnectionTestError    the database refused the credentials
     +- ConcurrentChangeError  somebody changed a field that this stack manages
     +- LeftoverError          the connection to create may exist already
     +- OutcomeUnknownError    whether a write was applied is unknown
     +- OwnershipError         the connection belongs to another organization, sandbox or kind
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

Error = TypeVar("Error", bound="FlowServiceError")


class Code:
    """Codes of errors and warnings. They never change, because programs rely on them; the texts may change."""

    # Configuration and inputs: nothing was sent.
    INPUTS = "FS1001"
    SETTINGS = "FS1002"
    OTHER_ORGANIZATION = "FS1003"
    NOT_OURS = "FS1004"
    OTHER_ADOPTION = "FS1005"
    MANIFEST = "FS1006"
    # Requests.
    UNREACHABLE = "FS2001"
    NO_ANSWER = "FS2002"
    MALFORMED = "FS2003"
    REFUSED = "FS2004"
    NOT_FOUND = "FS2005"
    CONFLICT = "FS2006"
    TOKEN_REFUSED = "FS2007"  # noqa: S105 - A code, not a token.
    AMBIGUOUS = "FS2008"
    CANCELLED = "FS2009"
    # Writes.
    CREATION_UNKNOWN = "FS3001"
    LEFTOVER = "FS3002"
    SEVERAL_CANDIDATES = "FS3003"
    CHANGE_UNKNOWN = "FS3004"
    CONCURRENT_CHANGE = "FS3005"
    CREATION_UNDONE = "FS3006"
    CREATION_NOT_UNDONE = "FS3007"
    CHANGE_UNDONE = "FS3008"
    CHANGE_NOT_UNDONE = "FS3009"
    DELETION_UNKNOWN = "FS3010"
    IN_USE = "FS3011"
    IN_TRANSITION = "FS3012"
    REPLACEMENT_FAILED = "FS3013"
    # Warnings.
    NO_TEST_RESULT = "FS4001"
    REFUSED_BUT_KEPT = "FS4002"
    DOUBT_INTERRUPTED = "FS4003"
    DOUBT_FOREIGN = "FS4004"
    FOREIGN_CHANGE = "FS4005"
    POSSIBLE_DUPLICATE = "FS4006"
    MAYBE_HIDDEN = "FS4007"
    SENT_OVER_THEIRS = "FS4008"
    KEPT_FOR_ADOPTER = "FS4009"
    SECRETS_MISSING = "FS4010"
    # The command `pulumi-flowservice`.
    PULUMI_FAILED = "FS5001"
    FILE = "FS5002"
    CHOICE = "FS5003"
    UNEXPECTED = "FS9001"


class FlowServiceError(Exception):
    """The base of all errors. Its text is one paragraph: the activity, what happened, what to do next.

    `earlier` describes an earlier attempt whose outcome is unknown.
    """

    code = Code.UNEXPECTED

    def __init__(self, message: str, *, code: str = "", remedy: str = "", earlier: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.earlier = earlier
        self.during = ""
        self.code = code or self.code

    def __str__(self) -> str:
        subject = ": ".join(part for part in (self.code, self.during, self.message) if part)
        subject = f"{subject}; {self.earlier}" if self.earlier else subject
        return " ".join(part for part in (_sentence(subject), self.remedy) if part)

    def copy(self: Error, **changed: str) -> Error:
        """Return a copy with some attributes changed. Each thread needs a copy, because it adds its own activity."""
        twin = type(self).__new__(type(self), *self.args)
        twin.__dict__.update(self.__dict__, **changed)
        twin.args = (twin.message,)
        return twin


class SettingsError(FlowServiceError):
    """The configuration is not valid; raised before any request."""

    code = Code.SETTINGS


class NoAnswerError(FlowServiceError):
    """The request got no answer or a 5xx. `timed_out`: the client stopped waiting. `is_final`: no retry can succeed."""

    code = Code.NO_ANSWER

    def __init__(self, message: str, *, timed_out: bool = False, is_final: bool = False, **told: str) -> None:
        super().__init__(message, **told)
        self.timed_out = timed_out
        self.is_final = is_final


class UnreachableError(NoAnswerError):
    """The last attempt was never sent, so it was not applied."""

    code = Code.UNREACHABLE


class AnswerError(FlowServiceError):
    """The API refused the request. `status` is HTTP's, `api_code` is Adobe's code such as `1418-400`, or empty."""

    code = Code.REFUSED

    def __init__(self, message: str, *, status: int, api_code: str = "", request_id: str = "", **told: str) -> None:
        super().__init__(message, **told)
        self.status = status
        self.api_code = api_code
        self.request_id = request_id

    @property
    def is_about_permission(self) -> bool:
        """Whether these credentials lack a permission."""
        return self.status in (401, 403)


class NotFoundError(AnswerError):
    """This connection does not exist. Never raised for a missing sandbox, or for a 404 of the gateway."""

    code = Code.NOT_FOUND


class VersionConflictError(AnswerError):
    """412: the etag in `If-Match` is no longer the connection's."""

    code = Code.CONFLICT


class InUseError(AnswerError):
    """1418-400: one or more dataflows use the connection."""

    code = Code.IN_USE


class TransitionError(AnswerError):
    """The connection is `initializing` or between two states; the same request may succeed later."""

    code = Code.IN_TRANSITION


class PatchPathError(AnswerError):
    """1455-400: this path cannot be patched."""


class TokenRefusedError(AnswerError):
    """401, or an access token that the API calls empty or invalid."""

    code = Code.TOKEN_REFUSED


class DatabaseRefusedError(AnswerError):
    """1308-400: the connector reports that the database refused the request."""


class MalformedAnswerError(FlowServiceError):
    """The body of the answer does not have the documented form."""

    code = Code.MALFORMED


class LifecycleError(FlowServiceError):
    """The API answered as documented, but continuing would break a promise of this provider."""

    left: tuple[str, dict[str, object]] | None = None  # Id and outputs to record although the call failed.


class ConnectionTestError(LifecycleError):
    """The API's connection test reports that the database refused the credentials."""

    code = Code.CREATION_UNDONE


class ConcurrentChangeError(LifecycleError):
    """Somebody else changed a field that this stack manages."""

    code = Code.CONCURRENT_CHANGE


class LeftoverError(LifecycleError):
    """The connection to create may exist already."""

    code = Code.LEFTOVER


class OutcomeUnknownError(LifecycleError):
    """Whether a write was applied is unknown; the text says how to find out and what to run."""

    code = Code.CHANGE_UNKNOWN


class OwnershipError(LifecycleError):
    """The connection belongs to another organization, sandbox or kind."""

    code = Code.NOT_OURS


@contextmanager
def during(activity: str) -> Iterator[None]:
    """Add the activity to errors raised inside, and drop chained errors, whose texts may hold a request's values."""
    try:
        yield
    except FlowServiceError as error:
        error.during = error.during or activity
        raise error from None


def notice(code: str, text: str) -> str:
    """Return the text of a warning: its code, then what happened."""
    return f"{code}: {_sentence(text)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
