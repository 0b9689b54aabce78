"""Seal secrets in the emulator's database: not readable in a dump, nor found by a search for them.

The emulator must know a password to try it, so it cannot hash it. The key lies in a file beside the
database, readable by its owner only. This keeps canaries out of dumps; it is no vault.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path

_KEY_BYTES = 32


class Seal:
    """Turns values into opaque text and back, with one key per database."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def passing(cls) -> Seal:
        """Return a seal for a database in memory, which ends with it."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def of(cls, key_file: Path) -> Seal:
        """Return the seal whose key is in a file, made at its first use.

        Raises:
            ValueError: the file holds something else.
        """
        if not key_file.exists():
            with open(os.open(key_file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(secrets.token_bytes(_KEY_BYTES))
        key = key_file.read_bytes()
        if len(key) != _KEY_BYTES:
            raise ValueError(f"{key_file} does not hold a key of the emulator")
        return cls(key)

    def close(self, value: object) -> str:
        """Return opaque text that holds a JSON value."""
        clear = json.dumps(value).encode()
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + self._mask(nonce, clear)).decode()

    def open(self, sealed: str) -> object:
        """Return the value of a sealed text."""
        raw = base64.b64decode(sealed)
        return json.loads(self._mask(raw[:12], raw[12:]))

    def signature(self, message: bytes) -> str:
        """Return what proves that a message was written by the holder of this key."""
        return hashlib.blake2b(message, key=self._key, digest_size=32).hexdigest()

    def _mask(self, nonce: bytes, text: bytes) -> bytes:
        """Combine a text with a stream that key and nonce determine; done twice, the text is back."""
        stream = hashlib.shake_256(self._key + nonce).digest(len(text))
        return bytes(left ^ right for left, right in zip(text, stream, strict=True))
