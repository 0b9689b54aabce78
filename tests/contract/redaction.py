"""What may leave the house of an answer: its shape, and of errors the words that are public anyway.

Nothing is removed by pattern; what is not known to be harmless is left out. A body that succeeded is shown as its
fields and types. Of an error's texts those words stay that Adobe's published messages have too, as the emulator
quotes them, and codes.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path

import flowservice_emulator

from tests.contract.api import Answer

_WORD = re.compile(r"[A-Za-z]+")
_TOKEN = re.compile(r"FLOW-[0-9]{4}-[0-9]{3}|[A-Za-z0-9_@.:/-]+|\s+|.", re.DOTALL)
_CODE = re.compile(r"(?:https?://ns\.adobe\.com/aep/errors/)?(?:FLOW-)?[0-9]{4}-[0-9]{3}\.?")
_FIELD = re.compile(r"[A-Za-z@_-]{1,30}(:[A-Za-z]{1,30})?")
_PUBLIC_FIELDS = ("error_code", "status", "type", "title")
_GATEWAY_CODE = re.compile(r"[0-9]{6}")


@functools.cache
def vocabulary() -> frozenset[str]:
    """Return the words that may be shown: those of the emulator's own sources, where every message is quoted."""
    folder = Path(flowservice_emulator.__file__).parent
    names = {
        "http": ("errors", "error_codes", "callers"),
        "resources": ("connections", "actions", "filters", "listing", "patch"),
    }
    paths = [folder / layer / f"{name}.py" for layer, modules in names.items() for name in modules]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))


def redacted(answer: Answer, private: Iterable[str] = ()) -> str:
    """Return an answer without ids, names, addresses and secrets; `private` values never stay, whatever they are."""
    hidden = frozenset(each.lower() for each in private if each)
    kind = answer.headers.get("content-type", "no content type").partition(";")[0]
    shown_kind = kind if kind in ("application/json", "text/html", "text/plain") else "another content type"
    try:
        body: object = json.loads(answer.text) if answer.text else None
    except ValueError:
        return f"{answer.status}, {shown_kind}, {len(answer.text)} characters that are not JSON"
    if body is None:
        return f"{answer.status}, no body"
    return f"{answer.status} {json.dumps(_shape(body, '', answer.status >= 400, hidden), ensure_ascii=False)}"


def _shape(value: object, name: str, is_error: bool, hidden: frozenset[str]) -> object:
    """Return a JSON value with everything replaced that is not known to be public."""
    if isinstance(value, dict):
        return {_field(key, hidden): _shape(each, key, is_error, hidden) for key, each in value.items()}
    if isinstance(value, list):
        # One element tells the shape of all.
        return [_shape(each, name, is_error, hidden) for each in value[:1]]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value if is_error and name in _PUBLIC_FIELDS and 100 <= value < 1_000_000 else "(number)"
    if not is_error:
        return "(text)"
    return _words(str(value), hidden)


def _field(key: str, hidden: frozenset[str]) -> str:
    """Return the name of a field, unless it looks like data."""
    return key if _FIELD.fullmatch(key) and key.lower() not in hidden else "(field)"


def _words(text: str, hidden: frozenset[str]) -> str:
    """Return an error's text with every word that is not public left out."""
    kept = [token if _is_public(token, hidden) else "…" for token in _TOKEN.findall(text)]
    return re.sub(r"…(\s*…)*", "…", "".join(kept))


def _is_public(token: str, hidden: frozenset[str]) -> bool:
    bare = token.rstrip(".:")
    if bare.lower() in hidden:
        return False
    if not token.isalnum() and not re.search(r"[A-Za-z0-9]", token):
        return token.isascii()
    return bool(_CODE.fullmatch(token) or _GATEWAY_CODE.fullmatch(token)) or bare.lower() in vocabulary()
