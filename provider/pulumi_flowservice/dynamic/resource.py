"""The base of the resource classes. Programs use the typed classes, one for each kind of connection."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict, TypeVar

import pulumi
from pulumi import dynamic

from ..kinds.kind import python_name
from .provider import ConnectionProvider

_OPTIONS = ("name", "description", "sandbox", "connection_test", "credentials_version", "adopt")
_COMPUTED = ("etag", "ims_org", "state", "credentials_in_doubt")
Connection = TypeVar("Connection", bound="ConnectionResource")


class Options(TypedDict, total=False):
    """What every kind of connection has beside its params; all of it may be left out.

    Args:
        name: Name shown in the UI, at most 255 characters; else the resource name and seven hex digits.
        description: Description shown in the UI; not managed when left out, removed when it was set before.
        sandbox: Name of the sandbox; else `flowservice:sandbox`.
        connection_test: "fail" (undo what fails its test), "warn" or "off"; else `flowservice:connectionTest`.
        credentials_version: Any change of this string or whole number sends the secrets again.
        adopt: Id of an existing connection to take over instead of making one; its secrets may be left out.
    """

    name: pulumi.Input[str] | None
    description: pulumi.Input[str] | None
    sandbox: pulumi.Input[str] | None
    connection_test: pulumi.Input[str] | None
    credentials_version: pulumi.Input[str | int] | None
    adopt: pulumi.Input[str] | None


class ConnectionResource(dynamic.Resource):
    """A connection of any kind, with the properties that all kinds have."""

    _provider_class: ClassVar[type[ConnectionProvider]]

    name: pulumi.Output[str]
    description: pulumi.Output[str | None]
    sandbox: pulumi.Output[str]
    connection_test: pulumi.Output[str | None]
    credentials_version: pulumi.Output[str | int | None]
    adopt: pulumi.Output[str | None]
    etag: pulumi.Output[str | None]
    ims_org: pulumi.Output[str]
    state: pulumi.Output[str | None]
    """`enabled`, `disabled` or a temporary state, as of the last read; None before the first read."""
    credentials_in_doubt: pulumi.Output[str | None]
    """Why the password at the server may differ from this stack's: `interrupted`, `foreign`, or None."""

    def _declare(self, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """Register the resource with these inputs, given by their Python names; secret params become Pulumi secrets."""
        names = {python_name(param.name) for param in self._provider_class.kind.params}
        if unknown := sorted(set(inputs) - names - set(_OPTIONS)):
            raise TypeError(f"{type(self).__name__} has no argument {', '.join(map(repr, unknown))}")
        secrets = {python_name(name) for name in self._provider_class.kind.secrets}
        values = {
            name: pulumi.Output.secret(value) if name in secrets and value is not None else value
            for name, value in inputs.items()
        }
        # `auto_name` is used by `check` and never reaches the state. The computed properties are declared with None,
        # because Pulumi creates Outputs only for properties that the constructor declares.
        declared = {
            **dict.fromkeys(_OPTIONS),
            **values,
            "auto_name": _automatic_name(resource_name),
            **dict.fromkeys(_COMPUTED),
        }
        dynamic.Resource.__init__(self, self._provider_class(), resource_name, declared, opts)

    @classmethod
    def get(
        cls: type[Connection],
        resource_name: str,
        id: pulumi.Input[str],
        sandbox: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Connection:
        """Read an existing connection, also in previews, without managing it. Its secrets are not read."""
        # Not by the constructor: that one has required arguments.
        found = cls.__new__(cls)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        names = (*(python_name(param.name) for param in cls._provider_class.kind.params), *_OPTIONS, *_COMPUTED)
        properties = {**dict.fromkeys(names), "sandbox": sandbox}
        dynamic.Resource.__init__(found, cls._provider_class(), resource_name, properties, options)
        return found

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of a property: `ims_org` for `imsOrg`."""
        return python_name(prop)

    def translate_input_property(self, prop: str) -> str:
        """Return the property of a Python name: `imsOrg` for `ims_org`. With it, `ignore_changes` accepts both."""
        return re.sub(r"(?<=[a-z])_([a-z])", lambda match: match[1].upper(), prop)


def _automatic_name(resource_name: str) -> str:
    """Return the default name of a connection: the resource name and a hash that differs between stacks."""
    parts = (pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack(), resource_name)
    return f"{resource_name}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:7]}"
