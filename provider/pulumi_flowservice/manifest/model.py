"""What may stand in a manifest. The JSON Schema for editors is generated from these models.

Values are checked by the same functions as the resource's inputs, so file and `pulumi preview` say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import NullableSchema, WithDefaultSchema

from ..kinds.kind import LONGEST_NAME, text
from ..kinds.redshift import LARGEST_PORT, port, server
from ..settings import CONNECTION_TESTS

SCHEMA_URI = "https://json-schema.org/draft/2020-12/schema"
# An entry's name becomes part of a URN, and of the connection's automatic name.
_ENTRY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_KEY = re.compile(r"([A-Za-z0-9_.-]+:)?[A-Za-z0-9_.-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def matching(pattern: re.Pattern[str], complaint: str) -> Callable[[object], str]:
    """A check that a value is text of this form; the complaint never holds the value."""

    def check(value: object) -> str:
        if not pattern.fullmatch(text(value)):
            raise ValueError(complaint)
        return str(value)

    return check


def _name(value: object) -> str:
    """A name as the API takes it. Raises: ValueError."""
    if len(text(value)) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return str(value)


def _policy(value: object) -> str:
    """What a refused connection test does. Raises: ValueError."""
    # YAML reads an unquoted `off` as false.
    policy = "off" if value is False else value
    if policy not in CONNECTION_TESTS:
        raise ValueError("must be one of " + ", ".join(CONNECTION_TESTS))
    return str(policy)


def _version(value: object) -> object:
    """Any mark of a change. Raises: ValueError, for a flag too: YAML reads an unquoted `yes` as one."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("must be a text or a whole number")
    return value


def _listed(value: object) -> object:
    """One name or several: most renames have one."""
    return [value] if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(text), Field(min_length=1)]
Server = Annotated[str, BeforeValidator(server), Field(min_length=1)]
Port = Annotated[int, BeforeValidator(port), Field(json_schema_extra={"minimum": 1, "maximum": LARGEST_PORT})]
Name = Annotated[str, BeforeValidator(_name), Field(min_length=1, max_length=LONGEST_NAME)]
Policy = Annotated[str, BeforeValidator(_policy), Field(json_schema_extra={"enum": list(CONNECTION_TESTS)})]
Version = Annotated[int | str, BeforeValidator(_version)]
Flag = Annotated[bool, Field(strict=True)]
EntryName = Annotated[
    str,
    BeforeValidator(matching(_ENTRY, "is no good name: use up to 100 letters, digits, `_`, `-` and `.`")),
    Field(pattern=f"^{_ENTRY.pattern}$"),
]
Names = Annotated[
    list[EntryName],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
ConfigKey = Annotated[
    str,
    BeforeValidator(matching(_KEY, "must be the name of a config key: letters, digits, `_`, `-`, `.`, one `:`")),
    Field(pattern=f"^{_KEY.pattern}$", description="Key of the stack's configuration, set by `config set --secret`."),
]
Variable = Annotated[
    str,
    BeforeValidator(matching(_VARIABLE, "must be the name of an environment variable: letters, digits, `_`")),
    Field(pattern=f"^{_VARIABLE.pattern}$", description="Environment variable of the `pulumi` process."),
]


class Part(BaseModel):
    """A mapping of the file: camelCase keys, no unknown ones, and no value in any error."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=False, extra="forbid", frozen=True, hide_input_in_errors=True
    )


class SecretReference(Part):
    """Where the password is found; never the password itself."""

    config: ConfigKey | None = None
    env: Variable | None = None

    @model_validator(mode="before")
    @classmethod
    def _refuse_clear_text(cls, given: object) -> object:
        """Whatever is no reference is taken for a secret."""
        if not isinstance(given, dict):
            raise ValueError("is written in clear")
        if len(given.keys() & {"config", "env"}) != 1:
            raise ValueError("must hold either `config` or `env`")
        return given


class Shared(Part):
    """What connections can have in common."""

    server: Server | None = Field(None, description="Host name or IP address, without scheme, port or path.")
    port: Port | None = Field(None, description="TCP port; not managed when left out.")
    database: Text | None = Field(None, description="Name of the database.")
    username: Text | None = Field(None, description="The user that Experience Platform logs in as.")
    password: SecretReference | None = Field(None, description="Where the password is found: `{config: key}`.")
    database_schema: Text | None = Field(None, alias="schema", description="Schema; for Experience Platform on AWS.")
    description: Text | None = Field(None, description="Shown in the UI.")
    connection_test: Policy | None = Field(None, description="What a refused connection test does.")
    credentials_version: Version | None = Field(None, description="Any change sends the password again.")
    retain_on_delete: Flag | None = Field(None, description="Removing the entry keeps the connection at the server.")
    protect: Flag | None = Field(None, description="Pulumi refuses to delete it.")


class Settled(Shared):
    """What one connection has for itself."""

    name: Name | None = Field(None, description="Name in the UI; else the entry's name, a hyphen and seven digits.")
    adopt: Text | None = Field(None, description="Id of an existing connection to take over.")


class Entry(Settled):
    """A connection, in each sandbox that it goes to."""

    sandboxes: list[Text] | None = Field(None, description="Where it goes; left out: to every stack's sandbox.")
    overrides: dict[str, Settled] | None = Field(None, description="By sandbox, what is different there.")
    previously: Names | None = Field(None, description="Earlier names of this entry: a rename in place.")


class Manifest(Part):
    """The whole file."""

    defaults: Shared | None = Field(None, description="For all connections.")
    sandboxes: dict[str, Shared | None] | None = Field(
        None, description="The sandboxes that stacks serve, and what all connections have in common there."
    )
    connections: dict[EntryName, Entry] = Field(description="By their names in the Pulumi program.")

    def goes_to(self, entry: Entry, sandbox: str) -> bool:
        """Whether the stack of this sandbox makes the entry's connection."""
        return entry.sandboxes is None or sandbox in entry.sandboxes

    def settled(self, entry: Entry, sandbox: str) -> Settled:
        """The entry as it is in a sandbox: its own values before the sandbox's, and these before the defaults."""
        merged: dict[str, Any] = {}
        for part in (self.defaults, (self.sandboxes or {}).get(sandbox), entry, (entry.overrides or {}).get(sandbox)):
            if part is not None:
                merged |= {name: getattr(part, name) for name in part.model_fields_set if name in _SETTLED}
        # Every value was validated where it stands in the file.
        return Settled.model_construct(**merged)


# `sandboxes`, `overrides` and `previously` are about the entry, and no part of the connection.
_SETTLED = frozenset(Settled.model_fields)


class _Schema(GenerateJsonSchema):
    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        """A field may be left out, and never be empty."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        """Left out is no value, so there is none to show."""
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: object) -> bool:
        """Titles made from names would say nothing new."""
        return False


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a manifest, as shipped in `connections.schema.json`."""
    schema = Manifest.model_json_schema(schema_generator=_Schema)
    declared = schema["properties"]["sandboxes"]
    # A sandbox may be a name and nothing more.
    declared["additionalProperties"] = {"anyOf": [declared["additionalProperties"], {"type": "null"}]}
    return {**schema, "$schema": SCHEMA_URI, "title": "connections.yaml of pulumi-flowservice"}
