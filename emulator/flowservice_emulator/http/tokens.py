"""Write and read access tokens, and decide which are accepted.

Tokens carry their own content, signed, as those of the real service do; they survive a restart.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import asdict, dataclass

from ..clock import Clock


@dataclass(frozen=True)
class Token:
    """What an access token says.

    The real ones are JSON Web Tokens. Clients must not look inside, so these have another form.
    """

    client: str
    user: str
    expires_at: float
    generation: int
    number: str

    @property
    def is_technical(self) -> bool:
        """Return whether it stands for a client and not for a person."""
        return self.user == technical_account(self.client)


def technical_account(client_id: str) -> str:
    """Return the user that stands for a client in `createdBy` and `updatedBy`; the form is assumed."""
    return f"{client_id}@techacct.adobe.com"


class Tokens:
    """Issues access tokens and recognises them."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self._generation = 0
        self._revoked: set[str] = set()

    def issue(self, client: str, user: str, lifetime_seconds: float) -> str:
        """Return a new access token."""
        token = Token(client, user, self._clock.now() + lifetime_seconds, self._generation, secrets.token_hex(8))
        payload = base64.urlsafe_b64encode(json.dumps(asdict(token)).encode()).decode().rstrip("=")
        return f"{payload}.{self._signature(payload)}"

    def read(self, text: str) -> Token | None:
        """Return what a token says, or None where it is forged, expired or refused by now."""
        payload, _, signature = text.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(payload).encode()):
            return None
        token = Token(**json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
        # Older generations were revoked together, single tokens by their number.
        stale = token.expires_at <= self._clock.now() or token.generation < self._generation
        return None if stale or token.number in self._revoked else token

    def revoke(self, text: str) -> None:
        """Refuse one token from now on."""
        if token := self.read(text):
            self._revoked.add(token.number)

    def revoke_all(self) -> None:
        """Refuse every token issued until now."""
        self._generation += 1

    def _signature(self, payload: str) -> str:
        """Return what proves that a token was issued here."""
        return hmac.digest(self._key, payload.encode(), "sha256").hex()
