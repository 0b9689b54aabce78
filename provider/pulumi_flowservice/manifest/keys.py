"""The keys of a manifest: their JSON Schema for editors, and the checks that the resource does not make."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..resources.connection.authentication import Param
from ..resources.connection.kinds import DEFAULT, KINDS
from ..resources.properties import LONGEST_NAME
from ..resources.values import LARGEST_PORT, flag, string
from ..settings import CONNECTION_TESTS

Schema = dict[str, Any]

# An entry's name becomes part of a URN, and of the connection's automatic name.
_ENTRY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_KEY = re.compile(r"([A-Za-z0-9_.-]+:)?[A-Za-z0-9_.-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STRING: Schema = {"minLength": 1, "type": "string"}
_STRINGS: Schema = {"items": _STRING, "type": "array"}
# The JSON Schema of params, by their types; the only integers are ports.
_FORMS: Mapping[str, Schema] = {
    "string": _STRING,
    "integer": {"maximum": LARGEST_PORT, "minimum": 1, "type": "integer"},
    "boolean": {"type": "boolean"},
}


@dataclass(frozen=True)
class Key:
    """A key of a mapping. `parse` raises ValueError, whose text never holds the value."""

    schema: Schema
    parse: Callable[[object], object] = lambda value: value


def _matching(pattern: re.Pattern[str], complaint: str) -> Callable[[object], str]:
    """Return a parser of strings that match the pattern; it raises a ValueError with the complaint."""

    def parse(value: object) -> str:
        if not pattern.fullmatch(string(value)):
            raise ValueError(complaint)
        return str(value)

    return parse


def _kind(value: object) -> object:
    if value not in list(KINDS):
        raise ValueError(f"is not a known kind of connection: use one of: {', '.join(KINDS)}")
    return value


def _policy(value: object) -> object:
    # YAML reads an unquoted `off` as false.
    return "off" if value is False else value


entry_name = _matching(_ENTRY, "is not a valid name: use up to 100 letters, digits, `_`, `-` and `.`")
_config_key = _matching(_KEY, "must be the name of a config key: letters, digits, `_`, `-`, `.`, one `:`")
_variable = _matching(_VARIABLE, "must be the name of an environment variable: letters, digits, `_`")


def _described(description: str, form: Schema) -> Schema:
    return {**({"description": description} if description else {}), **form}


_POLICY = _described(
    "What to do if the database refuses the login of the connection test.",
    {"enum": list(CONNECTION_TESTS), "type": "string"},
)
_VERSION = _described("Any change sends the credentials again.", {"anyOf": [{"type": "integer"}, {"type": "string"}]})
_RETAIN = _described("Removing the entry keeps the connection at the server.", {"type": "boolean"})
_NAME = _described("Name in the UI. Default: the entry's name, a hyphen and seven hex digits.", _STRING)
_OVERRIDES: Schema = {"additionalProperties": {"$ref": "#/$defs/Settled"}, "type": "object"}
# A sandbox may have a name and no values.
_SANDBOX: Schema = {"anyOf": [{"$ref": "#/$defs/Shared"}, {"type": "null"}]}
_SANDBOXES = "The sandboxes of the stacks, and what all connections have in common there."
_CONNECTIONS: Schema = {"additionalProperties": {"$ref": "#/$defs/Entry"}, "type": "object"}


def shared() -> dict[str, Key]:
    """Return the keys that connections can share: those of `defaults` and of a sandbox."""
    kind = _described(f"Kind of connection; {DEFAULT.name} when left out.", {"enum": list(KINDS)})
    return {
        "kind": Key(kind, _kind),
        **_params(),
        "description": Key(_described("Shown in the UI.", _STRING)),
        "connectionTest": Key(_POLICY, _policy),
        "credentialsVersion": Key(_VERSION),
        "retainOnDelete": Key(_RETAIN, flag),
        "protect": Key(_described("Pulumi refuses to delete it.", {"type": "boolean"}), flag),
    }


def own() -> dict[str, Key]:
    """Return the keys of one connection: the shared ones, and those that differ for each."""
    adopt = _described("Id of an existing connection to take over.", _STRING)
    return {**shared(), "name": Key({**_NAME, "maxLength": LONGEST_NAME}), "adopt": Key(adopt)}


def entry() -> dict[str, Key]:
    """Return the keys of an entry: those of a connection, its sandboxes and its overrides."""
    return {
        **own(),
        "sandboxes": Key(
            _described("The sandboxes in which this connection exists. Default: the sandbox of every stack.", _STRINGS)
        ),
        "overrides": Key(_described("Values that differ in single sandboxes.", _OVERRIDES)),
        "previously": Key(
            _described(
                "Earlier names of this entry, so that a rename keeps the connection.", {"anyOf": [_STRING, _STRINGS]}
            )
        ),
    }


def reference() -> dict[str, Key]:
    """Return the keys of a reference to a secret."""
    config = _described("Key of the stack's configuration, set by `config set --secret`.", {"type": "string"})
    variable = _described("Environment variable of the `pulumi` process.", {"type": "string"})
    return {"config": Key(config, _config_key), "env": Key(variable, _variable)}


def top() -> dict[str, Key]:
    """Return the keys of the whole file."""
    return {
        "defaults": Key(_described("For all connections.", {"$ref": "#/$defs/Shared"})),
        "sandboxes": Key(_described(_SANDBOXES, {"additionalProperties": _SANDBOX, "type": "object"})),
        "connections": Key(_described("By their names in the Pulumi program.", _CONNECTIONS)),
    }


def _params() -> dict[str, Key]:
    """Return the keys for the params of all kinds."""
    params_by_name: dict[str, list[Param]] = {}
    for kind in KINDS.values():
        for param in kind.params:
            params_by_name.setdefault(param.name, []).append(param)
    return {name: Key(_form(params)) for name, params in params_by_name.items()}


def _form(params: list[Param]) -> Schema:
    """Return the JSON Schema of a param, from all kinds that have it."""
    description = " ".join(dict.fromkeys(param.description for param in params))
    if any(param.is_secret for param in params):
        description = f"{description} A reference to the secret: `{{config: KEY}}` or `{{env: VARIABLE}}`.".strip()
        return _described(description, {"$ref": "#/$defs/SecretReference"})
    forms = [_FORMS[param.type.json_type] for param in params]
    one = all(form == forms[0] for form in forms)
    return _described(description, forms[0] if one else {"anyOf": forms})
