"""What the API says when it says no: six shapes of error body, none of them certain to come.

Source: the shapes that Adobe's swagger files, tutorials and troubleshooting page show for Flow Service and its gateway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_LONGEST_TEXT = 400
_CODE = re.compile(r"(\d{4}-\d{3})\b")


@dataclass(frozen=True)
class Refusal:
    """An error body, read: a code (`1418-400`, `403003` or empty) and the API's words, at most 400 characters."""

    code: str
    text: str


def read_refusal(body: bytes, content_type: str) -> Refusal:
    """Read an error body of any shape; never raises, because the body of an error can be anything."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text:
        return Refusal("", "the answer has no body")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return Refusal("", _not_json(text, content_type))
    if not isinstance(document, Mapping):
        return Refusal("", _short(text))
    return Refusal(_code(document), _short(_words(document) or text))


def _words(document: Mapping[str, object]) -> str:
    report = document.get("report")
    detailed = report.get("detailed-message") if isinstance(report, Mapping) else None
    keys = ("title", "errorMessage", "message", "error_description", "detail")
    parts = [*(document.get(key) for key in keys), detailed, *_nested(document)]
    said: list[str] = []
    for part in parts:
        if isinstance(part, str) and part.strip() and not any(part.strip() in earlier for earlier in said):
            said.append(part.strip().rstrip("."))
    return ": ".join(said)


def _nested(document: Mapping[str, object]) -> list[object]:
    errors = document.get("errors") or []
    return [entry.get("message") for entry in errors if isinstance(entry, Mapping)] if isinstance(errors, list) else []


def _code(document: Mapping[str, object]) -> str:
    """The most specific code: the last part of the type, the gateway's `error_code`, the error chain's."""
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
    return error if isinstance(error, str) else ""


def _not_json(text: str, content_type: str) -> str:
    if "<html" in text[:1000].lower() or "html" in content_type:
        title = re.search(r"<title[^>]*>([^<]{1,120})", text, re.I)
        return "an HTML page, not the API" + (f', titled "{_short(title[1])}"' if title else "")
    return _short(text)


def _short(text: str) -> str:
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text[:4000]).split())
    return words if len(words) <= _LONGEST_TEXT else words[: _LONGEST_TEXT - 1] + "…"
