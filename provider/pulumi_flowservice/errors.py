"""Everything that can go wrong, as one tree:

FlowServiceError
 +- SettingsError              what is configured cannot be used; no request was made
 +- NoAnswerError              the request got no answer, and may or may not have been applied
 |   +- UnreachableError       it never left this machine: surely not applied
 +- AnswerError                the answer was no: status, code, title, request id
 |   +- NotFoundError          this connection (not its sandbox, not the gateway) does not exist
 |   +- VersionConflictError   the etag moved: somebody else wrote
 |   +- InUseError             flows use the connection
 |   +- TransitionError        the connection is initializing or between two states
 |   +- PatchPathError         this path cannot be patched
 |   +- TokenRefusedError      the access token is missing, expired or wrong
 +- MalformedAnswerError       an answer that is not what the API documents
 +- LifecycleError             the API did its part; a promise of this provider says stop
     +- ConnectionTestError    the database refused the credentials
     +- ConcurrentChangeError  somebody changed a field that this stack manages
     +- LeftoverError          an earlier run left a connection, or several answer the description
     +- OwnershipError         the connection belongs to another organization, sandbox or specification
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

Error = TypeVar("Error", bound="FlowServiceError")


class FlowServiceError(Exception):
    """One paragraph for a person: what was being done, what came back, what to do next."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.during = ""

    def __str__(self) -> str:
        subject = f"{self.during}: {self.message}" if self.during else self.message
        return " ".join(part for part in (_sentence(subject), self.remedy) if part)

    def copy(self: Error) -> Error:
        """The same error for another thread, which names its own activity in it."""
        twin = type(self).__new__(type(self), *self.args)
        twin.__dict__.update(self.__dict__)
        return twin


class SettingsError(FlowServiceError):
    """What is configured cannot be used; raised before any request."""


class NoAnswerError(FlowServiceError):
    """The request was sent and got no answer; whether it was applied is unknown."""

    def __init__(self, message: str, *, remedy: str = "", timed_out: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.timed_out = timed_out


class UnreachableError(NoAnswerError):
    """The request never left this machine (no route, refused, TLS), so nothing was applied."""

    def __init__(self, message: str, *, remedy: str = "", is_final: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.is_final = is_final


class AnswerError(FlowServiceError):
    """The answer was no. `status` is HTTP's, `code` Adobe's (such as `1418-400`, or empty)."""

    def __init__(
        self, message: str, *, status: int, code: str = "", title: str = "", request_id: str = "", remedy: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.code = code
        self.title = title
        self.request_id = request_id


class NotFoundError(AnswerError):
    """This connection does not exist; its sandbox and the gateway are fine."""


class VersionConflictError(AnswerError):
    """412: the etag in `If-Match` is no longer the connection's."""


class InUseError(AnswerError):
    """1418-400: one or more flows use the connection."""


class TransitionError(AnswerError):
    """The connection is `initializing` or between two states; the same request may pass later."""


class PatchPathError(AnswerError):
    """1455-400: this path cannot be patched."""


class TokenRefusedError(AnswerError):
    """401, or an access token that the API calls empty or invalid."""


class MalformedAnswerError(FlowServiceError):
    """The answer's body is not what the API documents."""


class LifecycleError(FlowServiceError):
    """The API did its part, and a promise of this provider says stop."""


class ConnectionTestError(LifecycleError):
    """The database refused the credentials, by the API's own connection test."""


class ConcurrentChangeError(LifecycleError):
    """Somebody else changed a field that this stack manages; nothing was overwritten."""


class LeftoverError(LifecycleError):
    """Connections exist that an earlier or a lost request may have made."""


class OwnershipError(LifecycleError):
    """The connection belongs to another organization, sandbox or connection specification."""


@contextmanager
def during(activity: str) -> Iterator[None]:
    """Name the activity in every error that passes, and cut its chain: chained texts may hold a request's values."""
    try:
        yield
    except FlowServiceError as error:
        error.during = error.during or activity
        raise error from None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
