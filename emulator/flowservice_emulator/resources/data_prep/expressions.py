"""Read and evaluate calculated fields: a small part of Data Prep's expression language.

Understood are names of columns (`city`, `${a name with blanks}`, `a\\.b` for a period in a name), texts in quotes,
numbers, `true`, `false`, `null`, and the functions of `FUNCTIONS`. Operators and all else are not, and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

MOST_CHARACTERS = 4_096
"""The longest calculated field, by the troubleshooting guide of Data Prep."""
_MOST_DEPTH = 20
Row = Mapping[str, object]
Value = Callable[[Row, float], object]
"""What an expression is for a row at a time, in seconds since the epoch."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
        |(?P<number>-?[0-9]{1,18}(?:\.[0-9]{1,18})?)(?![\w.])
        |(?P<escaped>\$\{(?:[^}\\]|\\.)+\})
        |(?P<name>[A-Za-z_](?:\w|\\\.|\.(?=[A-Za-z_]))*)
        |(?P<mark>[(),])
    )""",
    re.VERBOSE,
)
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


class ExpressionError(ValueError):
    """An expression is not understood; the message says where."""


@dataclass(frozen=True)
class Function:
    """A function: how many arguments it takes, and its result for their values and a time."""

    least: int
    most: int
    apply: Callable[[list[object], float], object]


def text_of(value: object) -> str:
    """Return a value as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _of_text(change: Callable[[str], object]) -> Function:
    """Return a function of one text; of null it makes null."""
    return Function(1, 1, lambda values, now: None if values[0] is None else change(text_of(values[0])))


FUNCTIONS: Mapping[str, Function] = {
    "upper": _of_text(str.upper),
    "lower": _of_text(str.lower),
    "trim": _of_text(str.strip),
    "length": _of_text(len),
    "concat": Function(1, 100, lambda values, now: "".join(text_of(each) for each in values if each is not None)),
    "coalesce": Function(1, 100, lambda values, now: next((each for each in values if each is not None), None)),
    "now": Function(0, 0, lambda values, now: datetime.fromtimestamp(now, timezone.utc)),
}


def parse(source: str) -> Value:
    """Return what an expression stands for.

    Raises:
        ExpressionError: it is too long, or not understood.
    """
    if len(source) > MOST_CHARACTERS:
        raise ExpressionError(f"a calculated field has at most {MOST_CHARACTERS} characters")
    tokens = [*_tokens(source), ("end", "")]
    value, rest = _expression(tokens, 0, 0)
    if tokens[rest][0] != "end":
        raise ExpressionError(f"what follows is not understood here: {tokens[rest][1][:40]}")
    return value


def column(source: str) -> str:
    """Return the name of the column that an attribute names.

    Raises:
        ExpressionError: it is no name; special characters need `${…}`.
    """
    tokens = list(_tokens(source))
    if len(tokens) != 1 or tokens[0][0] not in ("name", "escaped"):
        raise ExpressionError(f"{source[:80]} is no attribute; a name with special characters is written ${{name}}")
    return _name(tokens[0])


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Return kind and text of each part of an expression."""
    position, end = 0, len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"this is not understood: {source[position : position + 40].strip()}")
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()


def _expression(tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Value, int]:
    """Return the value that begins at a token, and the position behind it."""
    if depth > _MOST_DEPTH:
        raise ExpressionError(f"functions are nested deeper than {_MOST_DEPTH} levels")
    kind, text = tokens[position]
    if kind == "text":
        return _constant(re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)), position + 1
    if kind == "number":
        return _constant(float(text) if "." in text else int(text)), position + 1
    if kind == "name" and tokens[position + 1] == ("mark", "("):
        return _call(text, tokens, position + 2, depth)
    if kind == "name" and text in _CONSTANTS:
        return _constant(_CONSTANTS[text]), position + 1
    if kind in ("name", "escaped"):
        name = _name((kind, text))
        return (lambda row, now: row.get(name)), position + 1
    raise ExpressionError(f"a value is missing before {text[:40]}" if text else "a value is missing at the end")


def _call(name: str, tokens: list[tuple[str, str]], position: int, depth: int) -> tuple[Value, int]:
    """Return the call of a function whose arguments begin at a token."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"the function {name[:40]} is not known; known here are {', '.join(FUNCTIONS)}")
    arguments: list[Value] = []
    while tokens[position] != ("mark", ")"):
        if arguments:
            if tokens[position] != ("mark", ","):
                raise ExpressionError(f"a comma or closing bracket is missing in {name}")
            position += 1
        value, position = _expression(tokens, position, depth + 1)
        arguments.append(value)
    if not function.least <= len(arguments) <= function.most:
        raise ExpressionError(f"{name} does not take {len(arguments)} arguments")
    return (lambda row, now: function.apply([each(row, now) for each in arguments], now)), position + 1


def _constant(value: object) -> Value:
    return lambda row, now: value


def _name(token: tuple[str, str]) -> str:
    """Return the name of a column without its escapes."""
    kind, text = token
    bare = text[2:-1] if kind == "escaped" else text
    return re.sub(r"\\(.)", r"\1", bare)
