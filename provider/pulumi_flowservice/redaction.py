"""Keep secrets out of every string that leaves this process, in one place.

By structure first: what follows a key such as `password`, or the word `Bearer`, is masked whatever it is. By value only
for secrets of `SHORTEST_BY_VALUE` characters or more: masking each `dev` because a password is `dev` would hide the
database's name and betray the password by the gaps. All of it takes time in proportion to the text, whoever wrote it.
"""

from __future__ import annotations

import html
import json
import logging
import re
import threading
from urllib.parse import quote, quote_plus

SHORTEST_BY_VALUE = 6
MASK = "[redacted]"

_WORDS = "password|passwd|pwd|secret|token|authorization|credential|passphrase|private_?key|api_?key"
# A key, its closing quote if it has one (escaped any number of times, as in JSON within JSON), and what separates it
# from its value. Every repetition is bounded, so that no text makes the search slow.
_KEY = re.compile(rf"(?:{_WORDS})[\w.-]{{0,40}}(?:\\{{0,15}}[\"'])?\s{{0,8}}(?:=>|[:=])\s{{0,8}}", re.I)
_OPENING = re.compile(r"(\\{0,15})([\"'])")
_QUOTE = re.compile(r"(\\*)([\"'])")
_BARE = re.compile(r"(?:(?:Bearer|Basic) )?[^\s,;&}]*", re.I)
_BEARER = re.compile(r"(\bBearer\s{1,8})[\w.~+/=-]+", re.I)
# A password in a JSON Patch, which is what this provider sends, stands behind the key `value`.
_PATCHED = re.compile(r"(?:\\{0,15}[\"'])value(?:\\{0,15}[\"'])\s{0,8}:\s{0,8}")
_PATCH_PATH = "/auth/params"
_USERINFO = re.compile(r"(://)[^/\s:@]{0,256}:[^/\s@]{0,256}(?=@)")


class Redactor:
    """Knows secrets by value; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._inputs: set[str] = set()
        self._spellings: list[str] = []

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._secrets)} secrets>"

    def learn(self, *secrets: object) -> None:
        """Remember secrets by value; what is not a string, or too short, is left to the structure."""
        found = {secret for secret in secrets if isinstance(secret, str) and len(secret) >= SHORTEST_BY_VALUE}
        with self._lock:
            if not found <= self._secrets:
                self._secrets |= found
                self._spellings = []

    def learn_inputs(self, *values: object) -> None:
        """Remember values that may be secret without this side knowing; they are masked in texts from outside only."""
        with self._lock:
            self._inputs |= {value for value in values if isinstance(value, str) and len(value) >= SHORTEST_BY_VALUE}

    def redact(self, text: str) -> str:
        """Mask each secret in a text from outside that its structure or its value gives away, and values of inputs."""
        text = _by_structure(self.hide(text), _KEY)
        text = _by_structure(text, _PATCHED) if _PATCH_PATH in text else text
        with self._lock:
            inputs = sorted(self._inputs, key=len, reverse=True)
        for value in inputs:
            text = text.replace(value, MASK)
        text = _BEARER.sub(lambda match: match[1] + MASK, text)
        return _USERINFO.sub(lambda match: match[1] + MASK, text)

    def hide(self, text: str) -> str:
        """Mask each secret in a text of our own that its value gives away."""
        for spelling in self._known():
            text = text.replace(spelling, MASK)
        return text

    def _known(self) -> list[str]:
        """Return all spellings, the longest first; made when first needed, because most runs redact nothing."""
        with self._lock:
            if not self._spellings:
                found = {spelling for secret in self._secrets for spelling in _spellings(secret)}
                self._spellings = sorted(found, key=lambda spelling: (-len(spelling), spelling))
            return self._spellings


# The secrets of this process: one provider process serves one stack.
SECRETS = Redactor()


class RedactingFormatter(logging.Formatter):
    """Formats log records, tracebacks included, without the secrets of this process."""

    def format(self, record: logging.LogRecord) -> str:
        """Format the record and redact the result."""
        return printable(SECRETS.redact(super().format(record)))


def printable(text: str) -> str:
    """Return the text with control characters, but newlines, as Python's escapes: they must not steer a terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


def presentable(text: str, redactor: Redactor) -> str:
    """Return a text of our own fit for a terminal: without known secrets and without control characters."""
    return printable(redactor.hide(text))


def _by_structure(text: str, keys: re.Pattern[str]) -> str:
    """Mask what follows each key that tells of a secret; one pass, from left to right."""
    parts, position = [], 0
    while key := keys.search(text, position):
        end = _end_of_value(text, key.end())
        parts += [text[position : key.end()], MASK]
        position = end
    return "".join(parts) + text[position:]


def _end_of_value(text: str, start: int) -> int:
    """Return where the value that starts there ends: a quoted string, or a word; of a list, all the rest goes."""
    if text[start : start + 1] in ("[", "{"):
        return len(text)
    opening = _OPENING.match(text, start)
    if opening is None:
        return _BARE.match(text, start).end()  # type: ignore[union-attr]  # It matches nothing at worst.
    depth, quote_mark = len(opening[1]), opening[2]
    for closing in _QUOTE.finditer(text, opening.end()):
        # Each level of JSON doubles the backslashes: within `\"..\"` an escaped quote is `\\\"`, and `\\\\\"` is two
        # backslashes before the end.
        if closing[2] == quote_mark and len(closing[1]) % (2 * (depth + 1)) == depth:
            return closing.end()
    return len(text)


def _spellings(secret: str) -> set[str]:
    """Return the secret as an answer may echo it: as it is, in JSON, in JSON within JSON, in a URL and in HTML."""
    # Some libraries write JSON in ASCII only, others do not.
    once = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    nested = {json.dumps(spelling)[1:-1] for spelling in once}
    return once | nested | {html.escape(spelling) for spelling in once} | {quote(secret, safe=""), quote_plus(secret)}
