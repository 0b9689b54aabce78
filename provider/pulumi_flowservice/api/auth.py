"""Access tokens: one for all threads, renewed before it expires and when the API refuses it.

Source: Adobe's server-to-server guide: `POST /ims/token/v3`, form-encoded, scopes separated by commas; a token lives
24 hours.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlencode

from ..errors import AnswerError, FlowServiceError, MalformedAnswerError, NoAnswerError, Reason, UnreachableError
from ..redaction import PROCESS, Secrets
from ..settings import Settings
from .answers import Answer, is_credentials_refusal, said
from .clock import Deadline
from .envelopes import read_refusal
from .transport import Request, Transport

# The guide gives `expires_in` in seconds, the page on the older JWT flow in milliseconds, and both let a token live for
# 24 hours: a larger number is milliseconds. A mistake is cheap: a token that is renewed too early costs one request,
# and one that is used for too long is renewed when the API refuses it.
_LARGEST_SECONDS = 24 * 3600
_RENEW_EARLY_SECONDS = 300.0

_REASONS = (
    ("client_secret", "the client secret is wrong", "Copy it again from the project in Adobe Developer Console."),
    ("client_id", "the client id is unknown", "Compare it with the project in Adobe Developer Console."),
    ("scope", "a scope is missing or not allowed", "Set flowservice:scopes to the list that the project shows."),
    ("org", "the organization is disabled or unknown", "Ask an administrator of the organization."),
    ("invalid_client", "the client id or the client secret is wrong", "Copy both again from Adobe Developer Console."),
)
_TRY_LATER = "Try again later, or run `pulumi-flowservice doctor`."


@dataclass(frozen=True)
class Token:
    """An access token and the moment, by the monotonic clock, at which to renew it."""

    value: str = field(repr=False)
    renew_at: float


class AccessToken:
    """An access token from the configuration, which cannot be renewed.

    Its expiry is not known: the content of a token is not documented, so only a refusal by the API shows it.
    """

    def __init__(self, value: str) -> None:
        self._value = value

    def token(self, deadline: Deadline) -> str:
        """Return the configured token."""
        return self._value

    def renew(self, refused: str, refusal: AnswerError, deadline: Deadline) -> str:
        """Raise an AnswerError, always."""
        raise AnswerError(
            f"the configured access token was refused ({refusal.message})",
            status=refusal.status,
            request_id=refusal.request_id,
            reason=Reason.TOKEN,
            remedy="Access tokens live for 24 hours at most: set a new flowservice:accessToken "
            "(FLOWSERVICE_ACCESS_TOKEN), or configure client id and secret, which renew themselves.",
        )


class ClientCredentials:
    """Tokens by OAuth server-to-server, shared by all threads. Expiry is counted by the monotonic clock."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = transport.clock
        self._lock = threading.Lock()
        self._current: Token | None = None
        self._calls = 0
        self._failure: FlowServiceError | None = None

    def token(self, deadline: Deadline) -> str:
        """Return a token with some minutes left, from memory or from the token service.

        Raises: AnswerError when the token service refuses, UnreachableError when it does not answer: the request to
        Flow Service was not sent then.
        """
        calls = self._calls
        with self._lock:
            if self._current is None or self._clock.monotonic() >= self._current.renew_at:
                self._current = self._fetch_once(calls, deadline)
            return self._current.value

    def renew(self, refused: str, refusal: AnswerError, deadline: Deadline) -> str:
        """Return a new token, or the one with which another thread has already replaced the refused one."""
        calls = self._calls
        with self._lock:
            if self._current is None or self._current.value == refused:
                self._current = self._fetch_once(calls, deadline)
            return self._current.value

    def _fetch_once(self, calls_before: int, deadline: Deadline) -> Token:
        """Request a token. Threads that wait for a failed request get the same error instead of each retrying."""
        if self._failure and self._calls != calls_before:
            raise self._failure.replace()
        self._calls += 1
        try:
            token = self._fetch(deadline)
        except FlowServiceError as error:
            self._failure = error
            raise
        self._failure = None
        return token

    def _fetch(self, deadline: Deadline) -> Token:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id or "",
            "client_secret": self._settings.client_secret or "",
            "scope": self._settings.scopes,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url = f"{self._settings.ims_endpoint}/ims/token/v3"
        # Repeatable although it is a POST: two requests give two valid tokens.
        request = Request("POST", url, True, headers, body=urlencode(form).encode(), is_sign_in=True)
        try:
            answer = self._transport.send(request, deadline)
            return self._read(answer) if answer.is_success else self._refuse(answer)
        except (NoAnswerError, MalformedAnswerError) as error:
            message = f"no access token: {error.message}"
            raise UnreachableError(message, remedy=error.remedy or _TRY_LATER, is_final=True) from None

    def _read(self, answer: Answer) -> Token:
        document = answer.json()
        document = document if isinstance(document, dict) else {}
        value = document.get("access_token")
        if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
            raise MalformedAnswerError(f"the answer of the token service has no valid one ({answer.history})")
        PROCESS.learn(value)
        seconds = _lifetime(document.get("expires_in"))
        # Jitter keeps many pipelines that started together from renewing together.
        early = min(_RENEW_EARLY_SECONDS * (1 + self._clock.chance()), seconds / 4)
        return Token(value, self._clock.monotonic() + seconds - early)

    def _refuse(self, answer: Answer) -> NoReturn:
        """Raise the error for a refusal, and name the setting that is wrong.

        The form of the body, `error` and `error_description`, is known from other clients of the token service; the
        words for a disabled organization are not documented.
        """
        refusal = read_refusal(answer)
        shown = said(refusal, Secrets([self._settings.client_secret]).quote)
        message, remedy = f"the token service answered {answer.status}", _TRY_LATER
        for word, reason, advice in _REASONS if is_credentials_refusal(answer) else ():
            if word in refusal.text.lower() or word in refusal.code:
                message, remedy = f"the token service refused the credentials: {reason}", advice
                break
        raise AnswerError(
            f"{message} ({shown}; {answer.history})",
            status=answer.status,
            api_code=refusal.code,
            request_id=answer.request_id,
            remedy=remedy,
        )


TokenSource = AccessToken | ClientCredentials


def _lifetime(expires_in: object) -> float:
    """Return the lifetime in seconds, given in seconds or milliseconds; one hour if it is not a valid number."""
    try:
        seconds = float(expires_in) if isinstance(expires_in, (int, float, str)) else 0.0
    except (ValueError, OverflowError):
        seconds = 0.0
    if not 1 <= seconds < 1e15:
        return 3600.0
    return seconds / 1000 if seconds > _LARGEST_SECONDS else seconds
