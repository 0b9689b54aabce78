"""Take connection strings apart: which values in them are secret, and which have a name that may stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

# Keys without spaces and signs, in lower case; and the word that stands for their values.
_HOSTS = "server host hostname servername datasource addr address networkaddress hostaddr dbcname"
_DATABASES = "database initialcatalog databasename dbname db sid servicename service"
_USERS = "user userid uid username login clientemail"
_PLACES = {
    **dict.fromkeys(_HOSTS.split(), "host"),
    **dict.fromkeys(_DATABASES.split(), "database"),
    **dict.fromkeys(_USERS.split(), "user"),
    "port": "port",
    "projectid": "project",
}
_PASSWORDS = frozenset(("password", "pwd"))
_SECRET_KEY = re.compile("pass|pwd|secret|token|credential|(key|pin|sig|signature)$")
# Keys whose values are no secret: options, and what all key files have in common.
_OPTIONS = (
    "driver provider encrypt trustservercertificate integratedsecurity trustedconnection persistsecurityinfo pooling "
    "multipleactiveresultsets applicationname app language charset encoding protocol role warehouse schema type "
    "authentication authenticator authuri tokenuri authproviderx509certurl clientx509certurl universedomain "
    "hostnameincertificate"
)
# Values of other keys that are no secret: switches, modes and short numbers, such as of timeouts.
_OPTION = re.compile(
    r"|true|false|yes|no|on|off|sspi|none|disable|prefer|require|required|verify-?(ca|full)|\d{1,5}", re.I
)
_VALUE = r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|\{(?:[^}]|\}\})*\}|%s)"""
_BY_SEMICOLON = re.compile(r"\s*(?:([\w .-]{1,60}?)\s*=\s*)?" + _VALUE % "[^;]*?" + r"\s*(?:;|$)")
_BY_SPACE = re.compile(r"\s*(\w{1,60})\s*=\s*" + _VALUE % r"\S*" + r"(?:\s|$)")
# The scheme, with the driver of some JDBC URLs; a login, which Oracle writes with a slash; host, port and the rest.
_URL = (
    r"((?:jdbc:)?[a-z][a-z0-9+.-]*(?::(?:thin|oci8?|iam|replication|loadbalance))?):(?://|(?=.*@))"
    r"(?:([^:/?;=@\s]*)(?:[:/](%s))?@)?(?://)?"
    r"(\[[0-9a-f:]+\]|[^:/?;,\s@]+)(?:[:,](\d{1,5}))?([:/][^?;@]*)?(?:([?;])(.*))?"
)
# Options may have an at sign, such as a user of Azure; a password that is not encoded may have any sign.
_STRICT_URL, _ODD_URL = (re.compile(_URL % password, re.I | re.S) for password in ("[^@?;]*", ".*"))
_DATABASE_SCHEME = re.compile("jdbc|sql|postgres|oracle|redshift|snowflake|maria|mongo|db2|bigquery", re.I)
_AT_HOST = re.compile(r"(?:tcp:|np:|lpc:)?(\[[0-9a-f:]+\]|[^,:\\]+)(?:\\[^,:]*)?(?:[,:]\s*(\d{1,5}))?", re.I)


@dataclass(frozen=True, repr=False)
class Parts:
    """The secret values of a connection string, and those with a name: pairs of value and name."""

    secrets: tuple[str, ...]
    places: tuple[tuple[str, str], ...]


def parts(text: str) -> Parts | None:
    """Return the parts of a connection string or the JSON of a key file; None for anything else."""
    pairs = _json(text) or _url(text) or _known(_pairs(text, _BY_SEMICOLON)) or _known(_pairs(text, _BY_SPACE))
    if not pairs:
        return None
    secrets: list[str] = []
    places: list[tuple[str, str]] = []
    for key, value in pairs:
        name = _PLACES.get(key)
        if name == "host" and (found := _AT_HOST.fullmatch(value)):
            places += [(found[1], "host"), *([(found[2], "port")] if found[2] else [])]
        elif name:
            places.append((value, name))
        elif _is_secret(key, value):
            # In a URL it may be percent-encoded; the database's own texts have it decoded.
            secrets += {value, unquote(value)}
    return Parts(tuple(secrets), tuple((value, name) for value, name in places if value))


def _is_secret(key: str, value: str) -> bool:
    # A value without a key is a login's password, or a piece of one that holds a separator.
    return not key or (key not in _OPTIONS.split() and bool(_SECRET_KEY.search(key) or not _OPTION.fullmatch(value)))


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _pairs(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return the pairs of keys and values; none if it is not all pairs.

    What follows a password and has no key is a piece of it: the separator should have been quoted.
    """
    found: list[tuple[str, str]] = []
    position = password = 0
    text = text.strip()
    while position < len(text):
        match = pattern.match(text, position)
        if not match or match.end() == position:
            return []
        key, value = _key(match[1] or ""), _unquoted(match[2])
        if key in _PASSWORDS:
            password = match.start(2)
        elif value and not key:
            if not password:
                return []
            found.append(("", text[password : match.end(2)]))
        found += [(key, value)] if key or value else []
        position = match.end()
    return found


def _known(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pairs if two of their keys are well known: a password that looks like pairs must stay one secret."""
    return pairs if len({key for key, _ in pairs if key in _PLACES or key in _PASSWORDS}) >= 2 else []


def _unquoted(value: str) -> str:
    # Two quotes alone may be a password where the grammar has none.
    if len(value) > 2 and value[0] + value[-1] in ('""', "''", "{}"):
        return value[1:-1].replace(value[-1] * 2, value[-1])
    return value


def _url(text: str) -> list[tuple[str, str]]:
    """Return the parts of a database's URL, or of another one with a password, whose path counts as secret too."""
    text = text.strip()
    strict = _url_parts(_STRICT_URL.fullmatch(text), text)
    # Where no option is the password, any at sign may be the end of one.
    is_sure = any(_SECRET_KEY.search(key) for key, _ in strict)
    return strict if is_sure else [*strict, *_url_parts(_ODD_URL.fullmatch(text), text)]


def _url_parts(match: re.Match[str] | None, text: str) -> list[tuple[str, str]]:
    if not match:
        return []
    scheme, user, password, host, port, path, sign, rest = (group or "" for group in match.groups())
    is_database = _DATABASE_SCHEME.search(scheme)
    # Many passwords are like a URL without the slashes, which only JDBC has.
    is_url = scheme.lower().startswith("jdbc:") or text.startswith("://", len(scheme))
    if not is_url or not (is_database or password):
        return []
    found = [("user", unquote(user)), ("server", host), ("port", port)]
    found += [("", password)] if password else []
    # Teradata's options are in the path.
    found += _pieces(path[1:], ",") if "=" in path else [("database" if is_database else "path", path.lstrip(":/"))]
    if sign == ";" and (pairs := _pairs(rest, _BY_SEMICOLON)):
        return [*found, *pairs]
    # A password may have a sign that separates options elsewhere.
    return [*found, *_pieces(rest, "[;&]"), *_pieces(rest, "&")]


def _pieces(text: str, separator: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of keys and values; a piece of a password that holds a separator is a value without a key."""
    for piece in re.split(separator, text):
        key, sign, value = piece.partition("=")
        if piece:
            yield (_key(key), _unquoted(value)) if sign else ("", piece)


def _json(text: str) -> list[tuple[str, str]]:
    """Return the members of a key file of a service account: its JSON, or the base64 of that."""
    import json
    from binascii import a2b_base64

    content = text.strip()
    try:
        if re.fullmatch(r"e[wy][A-Za-z0-9+/\s]+={0,2}", content):
            content = a2b_base64(content).decode()
        members = json.loads(content) if content.startswith("{") else None
    except ValueError:
        return []
    if not isinstance(members, dict) or "private_key" not in members:
        return []
    encoded = [("key", text)] if content != text.strip() else []
    return [*((_key(key), str(value)) for key, value in members.items()), *encoded]
