"""Everything that can go wrong, as one tree; docs/errors.md explains each code.

FlowServiceError
 +- SettingsError              what is configured cannot be used; no request was made
 +- NoAnswerError              the request was sent and got no answer; whether it was applied is unknown
 |   +- UnreachableError       the request never left this machine: surely not applied
 +- AnswerError                the API refused: status, code, title, request id
 |   +- NotFoundError          this connection (not its sandbox, not the gateway) does not exist
 |   +- VersionConflictError   the etag in `If-Match` is no longer the connection's
 |   +- InUseError             dataflows use the connection
 |   +- TransitionError        the connection is initializing or between two states
 |   +- PatchPathError         this path cannot be patched
 |   +- TokenRefusedError      the access token is missing, expired or wrong
 |   +- DatabaseRefusedError   the connector reports that the database refused the request
 +- MalformedAnswerError       an answer that is not what the API documents
 +- LifecycleError             the API did its part; a promise of this provider says stop
     +- ConnectionTestError    the database refused the credentials
     +- ConcurrentChangeError  somebody changed a field that this stack manages
     +- LeftoverError          a connection exists already that may be this one
     +- OutcomeUnknownError    whether a write was applied is unknown
     +- OwnershipError         the connection belongs to another organization, sandbox or kind
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

Error = TypeVar("Error", bound="FlowServiceError")


class Code:
    """Stable codes of errors and warnings: programs and documentation rely on them, sentences may change."""

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
    # Warnings.
    NO_VERDICT = "FS4001"
    REFUSED_BUT_KEPT = "FS4002"
    DOUBT_INTERRUPTED = "FS4003"
    DOUBT_FOREIGN = "FS4004"
    FOREIGN_CHANGE = "FS4005"
    POSSIBLE_TWIN = "FS4006"
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
    """One paragraph for a person: what was being done, what came back, what to do next.

    `earlier` tells of an earlier attempt whose outcome is unknown.
    """

    code = Code.UNEXPECTED

    def __init__(self, message: str, *, code: str = "", remedy: str = "", earlier: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.earlier = earlier
        self.during = ""
        if code:
            self.code = code

    def __str__(self) -> str:
        subject = ": ".join(part for part in (self.code, self.during, self.message) if part)
        subject = f"{subject}; {self.earlier}" if self.earlier else subject
        return " ".join(part for part in (_sentence(subject), self.remedy) if part)

    def copy(self: Error) -> Error:
        """Return the same error for another thread, which names its own activity in it."""
        twin = type(self).__new__(type(self), *self.args)
        twin.__dict__.update(self.__dict__)
        return twin


class SettingsError(FlowServiceError):
    """What is configured cannot be used; raised before any request."""

    code = Code.SETTINGS


class NoAnswerError(FlowServiceError):
    """The request was sent and got no answer or a 5xx; `timed_out`: this side stopped waiting for it."""

    code = Code.NO_ANSWER

    def __init__(self, message: str, *, remedy: str = "", timed_out: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.timed_out = timed_out


class UnreachableError(NoAnswerError):
    """The last attempt never left this machine, so it was not applied. `is_final`: trying again would not help."""

    code = Code.UNREACHABLE

    def __init__(self, message: str, *, remedy: str = "", is_final: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.is_final = is_final


class AnswerError(FlowServiceError):
    """The API refused. `status` is HTTP's, `api_code` Adobe's (such as `1418-400`, or empty)."""

    code = Code.REFUSED

    def __init__(self, message: str, *, status: int, api_code: str = "", request_id: str = "", **told: str) -> None:
        super().__init__(message, **told)
        self.status = status
        self.api_code = api_code
        self.request_id = request_id

    @property
    def is_about_permission(self) -> bool:
        """Whether this credential may not do what it asked for."""
        return self.status in (401, 403)


class NotFoundError(AnswerError):
    """This connection does not exist; its sandbox and the gateway are fine."""

    code = Code.NOT_FOUND


class VersionConflictError(AnswerError):
    """412: the etag in `If-Match` is no longer the connection's."""

    code = Code.CONFLICT


class InUseError(AnswerError):
    """1418-400: one or more dataflows use the connection."""

    code = Code.IN_USE


class TransitionError(AnswerError):
    """The connection is `initializing` or between two states; the same request may pass later."""

    code = Code.IN_TRANSITION


class PatchPathError(AnswerError):
    """1455-400: this path cannot be patched."""


class TokenRefusedError(AnswerError):
    """401, or an access token that the API calls empty or invalid."""

    code = Code.TOKEN_REFUSED


class DatabaseRefusedError(AnswerError):
    """1308-400: the connector's own text follows, so the database was asked and refused."""


class MalformedAnswerError(FlowServiceError):
    """The answer's body is not what the API documents."""

    code = Code.MALFORMED


class LifecycleError(FlowServiceError):
    """The API did its part, and a promise of this provider says stop."""


class ConnectionTestError(LifecycleError):
    """The database refused the credentials, by the API's own connection test."""

    code = Code.CREATION_UNDONE


class ConcurrentChangeError(LifecycleError):
    """Somebody else changed a field that this stack manages; nothing was overwritten."""

    code = Code.CONCURRENT_CHANGE


class LeftoverError(LifecycleError):
    """A connection exists already that may be the one to make."""

    code = Code.LEFTOVER


class OutcomeUnknownError(LifecycleError):
    """Whether a write was applied is unknown; the text says what to look for and what to run."""

    code = Code.CHANGE_UNKNOWN


class OwnershipError(LifecycleError):
    """The connection belongs to another organization, sandbox or kind."""

    code = Code.NOT_OURS


@contextmanager
def during(activity: str) -> Iterator[None]:
    """Name the activity in every error that passes, and cut its chain: chained texts may hold a request's values."""
    try:
        yield
    except FlowServiceError as error:
        error.during = error.during or activity
        raise error from None


def notice(code: str, text: str) -> str:
    """Return a warning as users read it: its code, then what happened."""
    return f"{code}: {_sentence(text)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
