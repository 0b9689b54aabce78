"""Keeping secrets out of every text that leaves this process, in one place.

By structure first: what stands behind a key such as `password`, or behind `Bearer`, goes whatever it is. By value only
for secrets of `SHORTEST_BY_VALUE` characters or more: blanking each `dev` because a password is `dev` would hide the
database's name and betray the password by the gaps.
"""

from __future__ import annotations

import json
import re
import threading
from urllib.parse import quote, quote_plus

SHORTEST_BY_VALUE = 6
MASK = "[redacted]"

_KEYS = r"[\w.-]*(?:password|passwd|pwd|secret|token|authorization|credential|passphrase|private_?key|api_?key)[\w.-]*"
# `"password": "x\"y"`, `'password': 'x'`, with the quotes escaped any number of times, as in JSON within JSON.
_QUOTED = re.compile(rf"""({_KEYS}\\*["']\s*[:=]\s*(\\*)(["']))(?:(?!\2\3).|(?<!\\)\\.)*?(?=\2\3|$)""", re.I | re.S)
_BARE = re.compile(rf"(\b{_KEYS}\s*[:=]\s*)(?![\"'\\\[{{])[^\s,;&}}]+", re.I)
_BEARER = re.compile(r"(\bBearer\s+)[\w.~+/=-]+", re.I)
_USERINFO = re.compile(r"(://)[^/\s:@]+:[^/\s@]+(?=@)")


class Redactor:
    """Knows the secrets of this process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: set[str] = set()

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._values)} secrets>"

    def learn(self, *secrets: object) -> None:
        """Remember secrets by value, in each of the spellings in which an answer may echo them."""
        spellings = {
            spelling
            for secret in secrets
            if isinstance(secret, str) and len(secret) >= SHORTEST_BY_VALUE
            for spelling in _spellings(secret)
        }
        with self._lock:
            self._values |= spellings

    def redact(self, text: str) -> str:
        """The text without any secret that its structure or its value gives away."""
        with self._lock:
            values = sorted(self._values, key=len, reverse=True)
        for value in values:
            text = text.replace(value, MASK)
        text = _QUOTED.sub(lambda match: match[1] + MASK, text)
        text = _BEARER.sub(lambda match: match[1] + MASK, text)
        text = _USERINFO.sub(lambda match: match[1] + MASK, text)
        return _BARE.sub(lambda match: match[1] + MASK, text)


def _spellings(secret: str) -> set[str]:
    in_json = json.dumps(secret)[1:-1]
    plain_json = json.dumps(secret, ensure_ascii=False)[1:-1]
    twice = json.dumps(in_json)[1:-1]
    return {secret, in_json, plain_json, twice, repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}
