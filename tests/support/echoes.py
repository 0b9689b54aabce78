"""Echoes of passwords, in the spellings in which services, proxies and libraries write what they were sent."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import html5
from urllib.parse import quote, quote_plus

from pulumi_flowservice.redaction import Secrets

Encoder = Callable[[str], str]
# All lower case, so that also `&EQUALS;` can be read.
_NAMES = {
    text: name for name, text in sorted(html5.items()) if name.endswith(";") and name[:-1].isalpha() and name.islower()
}
# Where a word ends and another one begins, so that the words of a short password can be found.
BORDERS = (
    ("", ""),
    (" ", " "),
    ('"', '"'),
    ("password=", ";"),
    ("('", "')"),
    (">", "<"),
    ("for user 'a': ", ". Try again"),
)
GLUED = (("", ""), ("pre", "post"), ("0xA", "F0"), ("Basic", "=="), ("/data/", "/x"), ("a", "1"))


def _each(pattern: str, escape: Encoder) -> Encoder:
    return lambda text: re.sub(pattern, lambda match: escape(match[0]), text)


def _octets(form: str) -> Encoder:
    return lambda text: "".join(form.format(octet) for octet in text.encode())


def _base64_at(offset: int) -> Encoder:
    """Return base64 of the text behind so many other bytes."""
    return lambda text: base64.b64encode(b"user:"[:offset] + text.encode()).decode()


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def _wrapped(mark: str, length: int) -> Encoder:
    return lambda text: mark.join(text[at : at + length] for at in range(0, len(text), length))


_SIGN = r"[^\w\s]"
_ODD = r"[^A-Za-z0-9 ]"
ENCODERS: dict[str, Encoder] = {
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json ascii": lambda text: json.dumps(text)[1:-1],
    "json slash": lambda text: json.dumps(text)[1:-1].replace("/", r"\/"),
    "json signs": _each(r"[<>&='\"\\]", lambda sign: f"\\u{ord(sign):04x}"),
    "python": lambda text: repr(text)[1:-1],
    "percent": lambda text: quote(text, safe=""),
    "percent lower": lambda text: re.sub("%..", lambda match: match[0].lower(), quote(text, safe="")),
    "percent all": _octets("%{:02X}"),
    "percent u": _each("[\u0080-\uffff=/+%]", lambda letter: f"%u{ord(letter):04x}"),
    "quote_plus": quote_plus,
    "html": html.escape,
    "html named": _each(_ODD, lambda sign: "&" + _NAMES.get(sign, f"#{ord(sign)};")),
    "html decimal": _each(_ODD, lambda sign: f"&#{ord(sign)};"),
    "html hex": _each(_ODD, lambda sign: f"&#x{ord(sign):x};"),
    "html hex all": _each(r"[\s\S]", lambda sign: f"&#x{ord(sign):X};"),
    "sql": lambda text: text.replace("'", "''").replace('"', '""').replace("]", "]]"),
    "backslashes": _each(_SIGN, lambda sign: "\\" + sign),
    "hex escapes": _each(_ODD, _octets("\\x{:02x}")),
    "octal": _each(_ODD, _octets("\\{:03o}")),
    "braced": _each(_ODD, lambda sign: f"\\u{{{ord(sign):x}}}"),
    "quoted printable": _each(r"[^A-Za-z0-9 ,.]", _octets("={:02X}")),
    "upper": str.upper,
    "lower": str.lower,
    "nfc": lambda text: unicodedata.normalize("NFC", text),
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "full width": _full_width,
    "wrapped": _wrapped("\n", 7),
    "wrapped, indented": _wrapped("\r\n\t", 5),
    "wrapped, soft": _wrapped("=\r\n", 9),
    "wbr": _wrapped("<wbr>", 4),
    "soft hyphens": _wrapped("\u00ad", 3),
    "without width": _wrapped("\u200b", 2),
    "hex": _octets("{:02x}"),
    "base64": _base64_at(0),
    "base64 at 1": _base64_at(1),
    "base64 at 2": _base64_at(2),
    "base64 url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 utf-16": lambda text: base64.b64encode(text.encode("utf-16-le" if text.isascii() else "utf-8")).decode(),
    "base64 lines": lambda text: base64.encodebytes(text.encode()).decode(),
}
# What a program has instead of a password alone, with whatever quoting its grammar asks for.
STRINGS: dict[str, Encoder] = {
    "alone": str,
    "braces": lambda text: (
        f"Server=db.example.com;Database=dev;UID=loader;PWD={{{text.replace('}', '}}')}}};Encrypt=True"
    ),
    "quotes": lambda text: 'Data Source=db.example.com;Initial Catalog=dev;Password="{}"'.format(
        text.replace('"', '""')
    ),
    "apostrophes": lambda text: "host=db.example.com dbname=dev password='{}' user=loader".format(
        text.replace("'", "''")
    ),
    "login": lambda text: f"postgresql://loader:{quote(text, safe='')}@db.example.com:5432/dev?sslmode=require",
    "raw login": lambda text: f"jdbc:oracle:thin:loader/{text}@//db.example.com:1521/dev",
    "query": lambda text: f"jdbc:snowflake://a.example.com/?user=me@example.com&password={quote(text, safe='')}&db=dev",
    "options": lambda text: (
        "jdbc:sqlserver://db.example.com:1433;database=dev;user=loader@db;encrypt=true;password="
        + ("{{{}}}".format(text.replace("}", "}}")) if set(text) & set(";{}") else text)
    ),
}
# Only secrets of eight letters and digits are looked for in these.
PACKED = frozenset(name for name in ENCODERS if name.startswith(("hex", "base64")) and name != "hex escapes")
CASES = frozenset(("upper", "lower"))


@dataclass(frozen=True)
class Echo:
    """A password and a text that has it, in the spelling that the names tell; `secret` is what the program has."""

    password: str
    text: str
    spelling: str
    secret: str


def letters(text: str) -> str:
    """The letters and digits of a text, in the one form that all spellings share."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).upper().casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def readable(password: str, names: list[str]) -> list[str]:
    """Leave out encoders that a reader could not undo, or that are not looked for in so short a password."""
    kept: list[str] = []
    for name in names:
        is_short = len(letters(password)) < 8
        # Base64 in another case is no base64, unless it is that of the password; and nobody knows which tags were there
        # before.
        is_lost = name in CASES and (
            any(each.startswith("base64") for each in kept[1:]) or kept[:1] == ["base64 utf-16"]
        )
        is_lost |= name == "wbr" and "<" in password and len(letters(re.sub("<.*>", "", password))) < 8
        # Lines wrapped twice in different ways; what short passwords end with could be a part of the wrap.
        is_lost |= is_short and "wrapped" in name and any("wrapped" in each for each in kept)
        if not (is_lost or (is_short and name in PACKED)):
            kept.append(name)
    return kept


def echo(password: str, names: list[str], around: list[tuple[str, str]], string: str = "alone") -> Echo:
    """Write a password with one encoder after the other, each time with something around it."""
    kept = readable(password, names)
    before, after = around[0]
    text = before + password + after
    for name, (before, after) in zip(kept, around[1:], strict=False):
        text = before + ENCODERS[name](text) + after
    return Echo(password, text, " > ".join(["plain", *kept]), STRINGS[string](password))


def surroundings(password: str) -> tuple[tuple[str, str], ...]:
    """What may stand around a password: letters only around a long one."""
    return (*BORDERS, *GLUED) if len(letters(password)) >= 8 else BORDERS


def is_printed(found: Echo, secrets: Secrets | None = None) -> bool:
    """Whether the echo would be shown."""
    return (secrets or Secrets([found.secret])).quote(found.text) is not None
