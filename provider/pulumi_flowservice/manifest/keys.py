"""The keys of a manifest: their JSON Schema for editors, and the checks that the resource does not make.

Those of a dataflow are in dataflow_keys.py.
"""

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
    """A key of a mapping. The parsers raise ValueError, whose text never holds the value.

    Args:
        schema: Its JSON Schema.
        parse: Checks and converts its value.
        within: The keys of its value, if that is a mapping with known keys.
        each: Checks and converts a part of its value, a list or a mapping with any keys, from its index or key.
    """

    schema: Schema
    parse: Callable[[object], object] = lambda value: value
    within: Mapping[str, Key] | None = None
    each: Callable[[object, object], object] | None = None


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


def list_such_as(example: str) -> Callable[[object], object]:
    """Return a parser of lists."""

    def parse(value: object) -> object:
        if not isinstance(value, list):
            raise ValueError(f"must be a list: write {example}, for example")
        return value

    return parse


def _names_in_a_list(value: object) -> object:
    # Most entries have one former name.
    return list_such_as("[orders, sales]")([value] if isinstance(value, str) else value)


def _policy(value: object) -> object:
    # YAML reads an unquoted `off` as false.
    return "off" if value is False else value


entry_name = _matching(_ENTRY, "is not a valid name: use up to 100 letters, digits, `_`, `-` and `.`")
_config_key = _matching(_KEY, "must be the name of a config key: letters, digits, `_`, `-`, `.`, one `:`")
_variable = _matching(_VARIABLE, "must be the name of an environment variable: letters, digits, `_`")


def described(description: str, form: Schema) -> Schema:
    """Return a JSON Schema with a description, if there is one."""
    return {**({"description": description} if description else {}), **form}


_POLICY = described(
    "What to do if the database refuses the login of the connection test.",
    {"enum": list(CONNECTION_TESTS), "type": "string"},
)
_VERSION = described("Any change sends the credentials again.", {"anyOf": [{"type": "integer"}, {"type": "string"}]})
_RETAIN = described("Removing the entry keeps the connection at the server.", {"type": "boolean"})
_NAME = described("Name in the UI. Default: the entry's name, a hyphen and seven hex digits.", _STRING)
# A sandbox may have a name and no values.
_SANDBOX: Schema = {"anyOf": [{"$ref": "#/$defs/Shared"}, {"type": "null"}]}
_SANDBOXES = "The sandboxes of the stacks, and what all connections have in common there."
_CONNECTIONS: Schema = {"additionalProperties": {"$ref": "#/$defs/Entry"}, "type": "object"}
_DATAFLOWS: Schema = {"additionalProperties": {"$ref": "#/$defs/Dataflow"}, "type": "object"}


def shared() -> dict[str, Key]:
    """Return the keys that connections can share: those of `defaults` and of a sandbox."""
    kind = described(f"Kind of connection; {DEFAULT.name} when left out.", {"enum": list(KINDS)})
    return {
        "kind": Key(kind, _kind),
        **_params(),
        "description": Key(described("Shown in the UI.", _STRING)),
        "connectionTest": Key(_POLICY, _policy),
        "credentialsVersion": Key(_VERSION),
        "retainOnDelete": Key(_RETAIN, flag),
        "protect": Key(described("Pulumi refuses to delete it.", {"type": "boolean"}), flag),
    }


def own() -> dict[str, Key]:
    """Return the keys of one connection: the shared ones, and those that differ for each."""
    adopt = described("Id of an existing connection to take over.", _STRING)
    return {**shared(), "name": Key({**_NAME, "maxLength": LONGEST_NAME}), "adopt": Key(adopt)}


def entry() -> dict[str, Key]:
    """Return the keys of an entry: those of a connection, its sandboxes and its overrides."""
    return {**own(), **for_sandboxes("connection", "the sandbox of every stack", "#/$defs/Settled")}


def for_sandboxes(noun: str, default: str, settled: str) -> dict[str, Key]:
    """Return the keys of an entry that are no properties; `settled` refers to the schema of those that are."""
    values: Schema = {"additionalProperties": {"$ref": settled}, "type": "object"}
    where = described(f"The sandboxes in which this {noun} exists. Default: {default}.", _STRINGS)
    former = described(
        f"Earlier names of this entry, so that a rename keeps the {noun}.", {"anyOf": [_STRING, _STRINGS]}
    )
    return {
        "sandboxes": Key(where, list_such_as("[dev, prod]"), each=lambda _, value: string(value)),
        "overrides": Key(described("Values that differ in single sandboxes.", values)),
        "previously": Key(former, _names_in_a_list, each=lambda _, value: entry_name(value)),
    }


def reference() -> dict[str, Key]:
    """Return the keys of a reference to a secret."""
    config = described("Key of the stack's configuration, set by `config set --secret`.", {"type": "string"})
    variable = described("Environment variable of the `pulumi` process.", {"type": "string"})
    return {"config": Key(config, _config_key), "env": Key(variable, _variable)}


def top() -> dict[str, Key]:
    """Return the keys of the whole file."""
    return {
        "defaults": Key(described("For all connections.", {"$ref": "#/$defs/Shared"})),
        "sandboxes": Key(described(_SANDBOXES, {"additionalProperties": _SANDBOX, "type": "object"})),
        "connections": Key(described("By their names in the Pulumi program.", _CONNECTIONS)),
        "dataflows": Key(described("By their names in the Pulumi program.", _DATAFLOWS)),
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
        return described(description, {"$ref": "#/$defs/SecretReference"})
    forms = [_FORMS[param.type.json_type] for param in params]
    one = all(form == forms[0] for form in forms)
    return described(description, forms[0] if one else {"anyOf": forms})
