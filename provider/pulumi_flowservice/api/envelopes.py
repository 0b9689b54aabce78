"""Read error bodies of the API. They come in seven forms, or in none of them.

Source: the forms that Adobe's swagger files, tutorials and troubleshooting page show for Flow Service and its gateway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .parsing import member

_CODE = re.compile(r"(?<!\d)(\d{4}-\d{3})(?!\d)")
# The token service's codes are words, such as `invalid_client`; a longer string may echo a part of the request.
_WORD = re.compile(r"[a-z_]{3,40}")
# Bounded, so that no page makes the search slow; but the title is whole, so that a secret in it is found.
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]+)", re.I)


@dataclass(frozen=True)
class Refusal:
    """An error body: a code (`1418-400`, `403003`, `invalid_client` or empty) and the API's message.

    `text` is as it came, of any length: whoever shows it asks first whether it may hold a secret. `resource_id` is
    `report.id`, if the body has one. `kind` says in our own words what a body is that is not the API's. `is_json`: the
    body is a JSON object, so that it is no page of a proxy.
    """

    code: str
    text: str
    resource_id: str = ""
    kind: str = ""
    is_json: bool = field(default=False, compare=False)

    @property
    def words(self) -> list[str]:
        """The words of the text without punctuation, to find an id among them."""
        return [word.strip("[](){}<>\"'`.,;:=") for word in self.text.split()]


def read_refusal(answer: Any) -> Refusal:
    """Return the error body of an answer, in any form. Never raises, because the body of an error can be anything."""
    text = answer.body.decode("utf-8", errors="replace").strip()
    if not text:
        return Refusal("", "", kind="the answer has no body")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return _not_json(text, answer.headers.get("Content-Type", ""))
    if not isinstance(document, Mapping):
        return Refusal("", text)
    return Refusal(_code(document), _words(document) or text, _resource_id(document), is_json=True)


def _words(document: Mapping[str, object]) -> str:
    """Join the messages of all forms, from the general to the specific, without repetitions."""
    keys = ("title", "errorMessage", "message", "error_description", "detail")
    parts = [*map(document.get, keys), member(document.get("report"), "detailed-message"), *_nested(document)]
    said: list[str] = []
    for part in parts:
        words = part.strip().rstrip(".") if isinstance(part, str) else ""
        if words and not any(words in earlier for earlier in said):
            said.append(words)
    return ": ".join(said)


def _nested(document: Mapping[str, object]) -> list[object]:
    errors = document.get("errors")
    return [member(entry, "message") for entry in errors] if isinstance(errors, list) else []


def _resource_id(document: Mapping[str, object]) -> str:
    found = member(document.get("report"), "id")
    return found if isinstance(found, str) else ""


def _code(document: Mapping[str, object]) -> str:
    """Return the most specific code: from the end of `type`, the gateway's `error_code`, or the error chain."""
    chain = document.get("error-chain")
    links = [member(link, "errorCode") for link in chain] if isinstance(chain, list) else []
    for candidate in (document.get("type"), document.get("error_code"), document.get("errorCode"), *links):
        if isinstance(candidate, (str, int)):
            match = _CODE.search(str(candidate))
            if match:
                return match[1]
            if re.fullmatch(r"\d{6}", str(candidate)):
                return str(candidate)
    error = document.get("error")
    return error if isinstance(error, str) and _WORD.fullmatch(error) else ""


def _not_json(text: str, content_type: str) -> Refusal:
    """Take only the title of an HTML page: there, proxies say what is wrong."""
    if "<html" in text[:1000].lower() or "html" in content_type:
        title = _TITLE.search(text)
        return Refusal("", title[1].strip() if title else "", kind="an HTML page, perhaps of a proxy")
    return Refusal("", text)
