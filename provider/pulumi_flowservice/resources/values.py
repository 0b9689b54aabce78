"""The types of input values: how each is parsed, how the API spells it, and its form in the schema.

A parser returns the state's value, or raises a ValueError whose text never holds the value: any input may be a secret.
"""

from __future__ import annotations

import binascii
import json
import re

from ..lifecycle.properties import Type

LARGEST_PORT = 65535
# Several times what the longest keys in use have.
LONGEST_KEY = 16384
# Letters of any script: the name may be internationalized. A zone such as `%eth0` belongs to IPv6.
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+(%\w+)?")
# Compiled when first needed: most programs have no such key.
_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_PEM = r"(?s)-----BEGIN ((?:ENCRYPTED )?)PRIVATE KEY-----(.*)-----END \1PRIVATE KEY-----"


def string(value: object) -> str:
    """Return a non-empty string without white space at its ends."""
    if not isinstance(value, str):
        raise ValueError("must be a string: put it in quotes")
    if not value:
        raise ValueError("is empty")
    if value != value.strip():
        raise ValueError("begins or ends with white space: remove it (perhaps a newline from `echo`)")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("contains a NUL character or half of a surrogate pair: remove it")
    return value


def host(value: object) -> str:
    """Return a host name or IP address."""
    name = string(value)
    if any(letter.isspace() for letter in name):
        raise ValueError("contains white space: write the host name only")
    if "://" in name or name.lower().startswith("jdbc:"):
        raise ValueError("is a URL: write the host name only, and use `port` and `database` for the rest")
    if "/" in name or "?" in name:
        raise ValueError("contains a path: write the host name only, and use `database` for the rest")
    if "@" in name:
        raise ValueError("contains an @: write the host name only, and use `username` for the rest")
    if name.startswith("[") or name.count(":") == 1:
        raise ValueError("contains a port or brackets: write the host name only, and use `port`")
    if not _HOST.fullmatch(name):
        raise ValueError(
            "is not a valid host name or IP address: letters, digits, '-', '_', '.' and, in IPv6, ':' only"
        )
    return name


def port(value: object) -> int:
    """Return a TCP port, given as an integer or as digits: 5439 or "5439"."""
    digits = str(value)
    if isinstance(value, float) and value.is_integer():
        digits = str(int(value))
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()):
        raise ValueError("is not a whole number: write 5439, for example")
    if len(digits) > 1 and digits.startswith("0"):
        raise ValueError("begins with a zero: write 5439, for example")
    if len(digits) > len(str(LARGEST_PORT)) or not 1 <= int(digits) <= LARGEST_PORT:
        raise ValueError(f"is out of range: 1 to {LARGEST_PORT}")
    return int(digits)


def port_from_wire(value: object) -> object:
    """Convert the API's port, a string, to an integer. Any other value is kept, so that it shows as drift."""
    try:
        return port(value.lstrip("0") if isinstance(value, str) else value)
    except ValueError:
        return value


def host_alone(value: object) -> str:
    """Accept what `host` accepts, for connectors that document no param for a port."""
    try:
        return host(value)
    except ValueError as problem:
        if ": write the host name only" not in str(problem):
            raise
    raise ValueError("is more than a host name or IP address: leave out scheme, user, port and path")


def flag(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false: write it without quotes")
    return value


def private_key(value: object) -> str:
    """Accept a private key of PKCS#8 in PEM form, or ready for the API; return it ready for the API.

    Ready is base64 of what stands between the first and the last line, without line breaks. White space at the ends
    does not count: a file in PEM form ends with a newline. Source: Adobe's overview of Snowflake.
    """
    text = _key_text(value)
    if "-----" not in text:
        return _base64(text, "is neither a private key in PEM form nor base64")
    if r"\n" in text:
        raise ValueError(r"has line breaks that are written as \n: keep them as they are in the file")
    found = re.fullmatch(_PEM, text)
    if found is None:
        raise ValueError(
            "is not a complete PKCS#8 private key, whose first line has BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE "
            "KEY: convert an older format with `openssl pkcs8 -topk8`"
        )
    return _encoded(_base64(found[2], "has characters between the first and the last line that are not base64"))


def key_file(value: object) -> str:
    """Accept the JSON key file of a service account, or its base64; return the base64.

    White space at the ends does not count: a file may end with a newline. Source: Adobe's tutorial on BigQuery.
    """
    text = _key_text(value)
    if not text.startswith("{"):
        return _base64(text, "is neither the JSON of a key file nor base64")
    try:
        json.loads(text)
    except ValueError:
        # Its own text could quote the key.
        raise ValueError("is no valid JSON: give the whole key file, with its line breaks as they are") from None
    return _encoded(text)


def _key_text(value: object) -> str:
    if isinstance(value, str):
        value = value.strip()
        if len(value) > LONGEST_KEY:
            raise ValueError(f"is longer than {LONGEST_KEY} characters: give one key, and nothing else")
    return string(value)


def _base64(text: str, complaint: str) -> str:
    """Return base64 without line breaks."""
    found = "".join(text.split())
    if not re.fullmatch(_BASE64, found):
        raise ValueError(complaint)
    return found


def _encoded(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode()


STRING = Type(string)
HOST = Type(host)
HOST_ALONE = Type(host_alone)
# The API has it as a string.
PORT_NUMBER = Type(port, "integer", port_from_wire)
FLAG = Type(flag, "boolean", to_wire=bool)
PRIVATE_KEY = Type(private_key)
KEY_FILE = Type(key_file)
