"""Read JSON strictly: refuse what cannot be stored, searched and written out again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object; all other modules take it from here."""

MOST_DEPTH = 32
MOST_VALUES = 20_000
_LARGEST_INTEGER = 2**63 - 1


class InvalidJsonError(ValueError):
    """The text is not JSON, or holds what no answer of ours could hold; the message says which."""


def strict_json(raw: bytes) -> object:
    """Return the value of a JSON text in UTF-8.

    Python's reader takes more than JSON allows (NaN, lone surrogates) and more than SQLite and other stores can take
    back (NUL characters, numbers without end, nesting without end).

    Raises:
        InvalidJsonError: the text is refused.
    """
    try:
        value: object = json.loads(
            raw.decode("utf-8"), parse_constant=_no_constant, parse_int=_integer, parse_float=_finite
        )
    except RecursionError:
        raise InvalidJsonError(f"it is nested deeper than {MOST_DEPTH} levels") from None
    except InvalidJsonError:
        raise
    except ValueError:
        raise InvalidJsonError("it is not valid JSON in UTF-8") from None
    _check(value)
    return value


def _check(value: object) -> None:
    """Refuse values that are nested too deeply, too many, or hold half of a surrogate pair or a NUL."""
    # A stack instead of recursion: the depth is the sender's choice.
    pending, count = [(value, 1)], 0
    while pending:
        each, depth = pending.pop()
        count += 1
        if depth > MOST_DEPTH:
            raise InvalidJsonError(f"it is nested deeper than {MOST_DEPTH} levels")
        if count > MOST_VALUES:
            raise InvalidJsonError(f"it holds more than {MOST_VALUES} values")
        if isinstance(each, str):
            _check_text(each)
        elif isinstance(each, (dict, list)):
            pending.extend((inner, depth + 1) for inner in _inner(each))


def _inner(container: Json | list[object]) -> Iterator[object]:
    """Return what an object or array holds, keys included."""
    if isinstance(container, dict):
        yield from container
        yield from container.values()
    else:
        yield from container


def _check_text(text: str) -> None:
    # PostgreSQL's text and jsonb hold none either; SQLite stores it, but its functions see the end of the text there.
    if "\0" in text:
        raise InvalidJsonError("it holds a NUL character")
    # UTF-8 has no form for half of a pair, so no answer could hold it.
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidJsonError("it holds half of a surrogate pair") from None


def _no_constant(name: str) -> object:
    raise InvalidJsonError(f"{name} is not a JSON value")


def _integer(text: str) -> int:
    # The length first: Python needs quadratic time for long ones, and refuses those of 4,300 digits.
    if len(text) > 20 or abs(int(text)) > _LARGEST_INTEGER:
        raise InvalidJsonError("it holds an integer of more than 64 bits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidJsonError("it holds a number that is too large")
    return number
