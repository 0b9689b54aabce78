"""Redact secrets in every string that leaves this process.

First by structure: the value after a key such as `password`, or after the word `Bearer`, is always masked. Then by
value, only for secrets of `SHORTEST_BY_VALUE` characters or more: masking each `dev` because a password is `dev` would
hide the name of the database, and the mask would reveal the password. The time is linear in the length of any input.
"""

from __future__ import annotations

import html
import json
import logging
import re
import threading
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

SHORTEST_BY_VALUE = 6
MASK = "[redacted]"
_LONGEST_QUOTE = 400

_WORDS = "password|passwd|pwd|secret|token|authorization|credential|passphrase|private_?key|api_?key"
# A key, its closing quote if it has one (escaped any number of times, as in JSON within JSON), and the separator before
# its value. Every repetition is bounded, so that no input makes the search slow.
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
    """The known secrets of a process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._inputs: set[str] = set()
        self._unspelled: set[str] = set()
        self._spellings: list[str] = []

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._secrets)} secrets>"

    def learn(self, *secrets: object) -> None:
        """Remember secrets by value. Other types and short strings are redacted by structure only."""
        found = {secret for secret in secrets if isinstance(secret, str) and len(secret) >= SHORTEST_BY_VALUE}
        with self._lock:
            self._unspelled |= found - self._secrets
            self._secrets |= found

    def learn_inputs(self, *values: object) -> None:
        """Remember values that may be secret without this side knowing; they are masked in texts from outside only."""
        with self._lock:
            self._inputs |= {value for value in values if isinstance(value, str) and len(value) >= SHORTEST_BY_VALUE}

    def redact(self, text: str) -> str:
        """Mask secrets in a string from outside, by structure and by value; and the values of inputs."""
        text = _by_structure(self.hide(text), _KEY)
        text = _by_structure(text, _PATCHED) if _PATCH_PATH in text else text
        with self._lock:
            inputs = sorted(self._inputs, key=len, reverse=True)
        for value in inputs:
            text = text.replace(value, MASK)
        text = _BEARER.sub(lambda match: match[1] + MASK, text)
        return _USERINFO.sub(lambda match: match[1] + MASK, text)

    def hide(self, text: str) -> str:
        """Mask secrets in a string of our own, by value only."""
        for spelling in self._known():
            text = text.replace(spelling, MASK)
        return text

    def _known(self) -> list[str]:
        """Return all spellings, the longest first. They are made on first use, because most runs redact nothing."""
        with self._lock:
            if self._unspelled:
                found = {spelling for secret in self._unspelled for spelling in _spellings(secret)}
                self._spellings = sorted({*self._spellings, *found}, key=lambda spelling: (-len(spelling), spelling))
                self._unspelled = set()
            return self._spellings


# The secrets of this process: one provider process serves one stack.
SECRETS = Redactor()


class CallSecrets:
    """What texts from outside must not show in one call of the engine.

    `secrets` are values that are secret; `inputs` are values that may be, without this side knowing.
    """

    def __init__(self, secrets: Iterable[object] = (), inputs: Iterable[object] = ()) -> None:
        known = list(secrets)
        SECRETS.learn(*known)
        SECRETS.learn_inputs(*inputs)
        texts = {str(value) for value in known if isinstance(value, (str, int)) and not isinstance(value, bool)}
        self._short = {text for text in texts if 0 < len(text) < SHORTEST_BY_VALUE}

    def quote(self, text: str) -> str:
        """Return a text from outside for a message: one line of at most 400 characters, without secrets."""
        shown = SECRETS.redact(text)
        shown = printable(" ".join(shown[:4000].split()))
        if any(re.search(_as_word(secret), shown, re.I) for secret in self._short):
            return "its text is not shown, because a secret of the program is in it"
        return shown if len(shown) <= _LONGEST_QUOTE else shown[: _LONGEST_QUOTE - 1] + "…"


def _as_word(secret: str) -> str:
    """Return a pattern that finds a secret, but no longer word that contains it."""
    before, after = (r"(?<![^\W_])", r"(?![^\W_])")
    return (before if secret[0].isalnum() else "") + re.escape(secret) + (after if secret[-1].isalnum() else "")


class RedactingFormatter(logging.Formatter):
    """A formatter of log records, including tracebacks, that redacts the secrets of this process."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(SECRETS.redact(super().format(record)))


def printable(text: str) -> str:
    """Escape control characters except newlines, as Python does: they could control the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


def one_line(text: str) -> str:
    """Escape control characters and line breaks: a name from outside stays within its line of a table or a log."""
    return printable(text).replace("\n", "\\n")


def presentable(text: str) -> str:
    """Return a string of our own without known secrets and control characters, ready for a terminal."""
    return printable(SECRETS.hide(text))


def _by_structure(text: str, keys: re.Pattern[str]) -> str:
    """Mask the value after each key that names a secret, in one pass from left to right."""
    parts, position = [], 0
    while key := keys.search(text, position):
        end = _end_of_value(text, key.end())
        parts += [text[position : key.end()], MASK]
        position = end
    return "".join(parts) + text[position:]


def _end_of_value(text: str, start: int) -> int:
    """Return the end of the value that begins at `start`: a quoted string or a word. A list masks all the rest."""
    if text[start : start + 1] in ("[", "{"):
        return len(text)
    opening = _OPENING.match(text, start)
    if opening is None:
        return _BARE.match(text, start).end()  # type: ignore[union-attr]  # It always matches, at least the empty string.
    depth, quote_mark = len(opening[1]), opening[2]
    for closing in _QUOTE.finditer(text, opening.end()):
        # Each level of JSON doubles the backslashes: within `\"..\"` an escaped quote is `\\\"`, and `\\\\\"` is two
        # backslashes before the end.
        if closing[2] == quote_mark and len(closing[1]) % (2 * (depth + 1)) == depth:
            return closing.end()
    return len(text)


def _spellings(secret: str) -> set[str]:
    """Return all forms in which a text may have the secret: plain, in Python, JSON, nested JSON, a URL and HTML."""
    # Some libraries write JSON in ASCII only, others do not.
    once = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    nested = {json.dumps(spelling)[1:-1] for spelling in once}
    # Our own texts quote names as Python does.
    return (
        {repr(secret)[1:-1]}
        | once
        | nested
        | {html.escape(spelling) for spelling in once}
        | {quote(secret, safe=""), quote_plus(secret)}
    )
