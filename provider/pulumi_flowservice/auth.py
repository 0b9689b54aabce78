"""The access token: got once for all threads, renewed early, and renewed when the API refuses it.

Source: Adobe's server-to-server guide: `POST /ims/token/v3`, form-encoded, scopes separated by commas; a token lives
24 hours.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from .clock import Clock
from .envelopes import read_refusal
from .errors import AnswerError, MalformedAnswerError, TokenRefusedError
from .redaction import Redactor
from .settings import Settings
from .transport import Answer, Request, Transport

# The deprecated JWT flow answered milliseconds; no token lives for thirty days, so a larger number is not seconds.
_LARGEST_SECONDS = 30 * 24 * 3600
_RENEW_EARLY_SECONDS = 300.0

_REASONS = (
    ("client_secret", "the client secret is wrong", "Copy it anew from the project in Adobe Developer Console."),
    ("client_id", "the client id is unknown", "Compare it with the project in Adobe Developer Console."),
    ("scope", "a scope is missing or not allowed", "Set flowservice:scopes to the list that the project shows."),
    ("org", "the organization is disabled or unknown", "Ask an administrator of the organization."),
)


@dataclass(frozen=True)
class Token:
    """An access token and the moment, by the monotonic clock, at which to replace it."""

    value: str = field(repr=False)
    renew_at: float


class TokenSource(Protocol):
    """Where the bearer token comes from."""

    def token(self) -> str:
        """A token that should be accepted now."""

    def renew(self, refused: str) -> str:
        """Another token than the one that was refused. Raises: TokenRefusedError when there is none."""


class AccessToken:
    """A ready-made token from the configuration; it cannot be renewed."""

    def __init__(self, value: str) -> None:
        self._value = value

    def token(self) -> str:
        """The configured token."""
        return self._value

    def renew(self, refused: str) -> str:
        """Raises: TokenRefusedError, always."""
        raise TokenRefusedError(
            "the configured access token was refused",
            status=401,
            remedy="Access tokens live for 24 hours at most: set a new flowservice:accessToken "
            "(FLOWSERVICE_ACCESS_TOKEN), or configure client id and secret, which renew themselves.",
        )


class ClientCredentials:
    """Tokens by OAuth server-to-server. One call serves all threads; expiry is counted by the monotonic clock."""

    def __init__(self, settings: Settings, transport: Transport, redactor: Redactor, clock: Clock) -> None:
        self._settings = settings
        self._transport = transport
        self._redactor = redactor
        self._clock = clock
        self._lock = threading.Lock()
        self._current: Token | None = None

    def token(self) -> str:
        """A token with some minutes left, from memory or from the token service. Raises: AnswerError, NoAnswerError."""
        with self._lock:
            if self._current is None or self._clock.monotonic() >= self._current.renew_at:
                self._current = self._fetch()
            return self._current.value

    def renew(self, refused: str) -> str:
        """A new token, unless another thread has replaced the refused one already."""
        with self._lock:
            if self._current is None or self._current.value == refused:
                self._current = self._fetch()
            return self._current.value

    def _fetch(self) -> Token:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id or "",
            "client_secret": self._settings.client_secret or "",
            "scope": self._settings.scopes,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url = f"{self._settings.ims_endpoint}/ims/token/v3"
        # Asking twice gives two tokens, which harms nobody.
        answer = self._transport.send(Request("POST", url, True, headers, body=urlencode(form).encode()))
        if answer.status != 200:
            raise _refused(answer, self._redactor)
        return self._read(answer)

    def _read(self, answer: Answer) -> Token:
        document = answer.json()
        value = document.get("access_token") if isinstance(document, dict) else None
        lifetime = document.get("expires_in") if isinstance(document, dict) else None
        if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
            raise MalformedAnswerError("the token service answered without an access token")
        self._redactor.learn(value)
        seconds = float(lifetime) if isinstance(lifetime, (int, float, str)) and _is_number(lifetime) else 3600.0
        seconds = seconds / 1000 if seconds > _LARGEST_SECONDS else seconds
        # Jitter keeps many pipelines that started together from renewing together.
        early = min(_RENEW_EARLY_SECONDS * (1 + self._clock.chance()), seconds / 4)
        return Token(value, self._clock.monotonic() + max(seconds - early, 0.0))


def _is_number(value: float | str) -> bool:
    try:
        return 0 <= float(value) < 1e15
    except ValueError:
        return False


def _refused(answer: Answer, redactor: Redactor) -> AnswerError:
    refusal = read_refusal(answer.body, answer.headers.get("Content-Type", ""))
    said = redactor.redact(refusal.text)
    kind, remedy = f"the token service answered {answer.status}", "Try again later, or run `pulumi-flowservice doctor`."
    for word, reason, advice in _REASONS if answer.status in (400, 401, 403) else ():
        if word in refusal.text.lower() or word in refusal.code.lower():
            kind, remedy = f"the token service refused the credentials: {reason}", advice
            break
    return AnswerError(
        f"{kind} ({said}; request {answer.request_id})", status=answer.status, code=refusal.code, remedy=remedy
    )
