"""Read error bodies of the API: seven shapes, any of which may come, or none.

Source: the shapes that Adobe's swagger files, tutorials and troubleshooting page show for Flow Service and its gateway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..redaction import Redactor, printable

_LONGEST_TEXT = 400
_CODE = re.compile(r"(?<!\d)(\d{4}-\d{3})(?!\d)")
# The token service's codes are words, such as `invalid_client`; anything longer may be an echo.
_WORD = re.compile(r"[a-z_]{3,40}")


@dataclass(frozen=True)
class Refusal:
    """An error body: a code (`1418-400`, `403003`, `invalid_client` or empty) and the API's text.

    The text is redacted, and at most 400 characters long. `resource_id` is `report.id`, where the body has one.
    """

    code: str
    text: str
    resource_id: str = ""

    @property
    def words(self) -> list[str]:
        """The text as words without punctuation, to look for an id in it."""
        return [word.strip("[](){}<>\"'`.,;:=") for word in self.text.split()]


def read_refusal(body: bytes, content_type: str, redactor: Redactor) -> Refusal:
    """Read an error body of any shape; never raises, because the body of an error can be anything."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text:
        return Refusal("", "the answer has no body")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return Refusal("", _not_json(redactor.redact(text), content_type))
    if not isinstance(document, Mapping):
        return Refusal("", _short(redactor.redact(text)))
    # Redacted whole and shortened then: half of a secret would not be known by its value.
    return Refusal(_code(document), _short(redactor.redact(_words(document) or text)), _resource_id(document))


def _words(document: Mapping[str, object]) -> str:
    """Join the sentences of all shapes, from the general to the special; what only repeats another is left out."""
    report = document.get("report")
    detailed = report.get("detailed-message") if isinstance(report, Mapping) else None
    keys = ("title", "errorMessage", "message", "error_description", "detail")
    parts = [*(document.get(key) for key in keys), detailed, *_nested(document)]
    said: list[str] = []
    for part in parts:
        words = part.strip().rstrip(".") if isinstance(part, str) else ""
        if words and not any(words in earlier for earlier in said):
            said.append(words)
    return ": ".join(said)


def _nested(document: Mapping[str, object]) -> list[object]:
    errors = document.get("errors") or []
    return [entry.get("message") for entry in errors if isinstance(entry, Mapping)] if isinstance(errors, list) else []


def _resource_id(document: Mapping[str, object]) -> str:
    report = document.get("report")
    found = report.get("id") if isinstance(report, Mapping) else None
    return found if isinstance(found, str) else ""


def _code(document: Mapping[str, object]) -> str:
    """Find the most specific code: the last part of the type, the gateway's `error_code`, the error chain's."""
    chain = document.get("error-chain")
    links = [link.get("errorCode") for link in chain if isinstance(link, Mapping)] if isinstance(chain, list) else []
    for candidate in (document.get("type"), document.get("error_code"), document.get("errorCode"), *links):
        if isinstance(candidate, (str, int)) and not isinstance(candidate, bool):
            match = _CODE.search(str(candidate))
            if match:
                return match[1]
            if re.fullmatch(r"\d{6}", str(candidate)):
                return str(candidate)
    error = document.get("error")
    return error if isinstance(error, str) and _WORD.fullmatch(error) else ""


def _not_json(text: str, content_type: str) -> str:
    """Keep of a page only its title: the rest is markup, and the title is where proxies say what is wrong."""
    if "<html" in text[:1000].lower() or "html" in content_type:
        title = re.search(r"<title[^>]*>([^<]{1,120})", text, re.I)
        return "an HTML page, not the API" + (f', titled "{_short(title[1])}"' if title else "")
    return _short(text)


def _short(text: str) -> str:
    """Shorten to one line of at most 400 characters: an error is one paragraph, however much the API has to say."""
    words = printable(" ".join(text[:4000].split()))
    return words if len(words) <= _LONGEST_TEXT else words[: _LONGEST_TEXT - 1] + "…"
