"""The base of the resource classes, one for each kind of connection. It leaves to its subclasses how to register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import pulumi

from ..lifecycle.properties import python_name, wire_name
from ..resources.connection.common import INPUTS, OUTPUTS
from ..resources.connection.kind import Kind
from .properties import ConnectionProperties

Connection = TypeVar("Connection", bound="ConnectionResource")


class ConnectionResource(ConnectionProperties):
    """A connection of any kind, with the properties that all kinds have."""

    _kind: ClassVar[Kind]

    def _register(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """Register the resource with these properties, given by their Python names."""
        raise NotImplementedError("use the classes of `pulumi_flowservice` or `pulumi_flowservice.native`")

    def _declare(self, arguments: Mapping[str, Any]) -> None:
        """Register the resource; `arguments` are the local variables of the constructor, which are its arguments.

        Secret params become Pulumi secrets.
        """
        # Pulumi creates Outputs only for properties that the constructor declares.
        properties = {name: arguments.get(name) for name in self._names()}
        for name in map(python_name, self._kind.secrets):
            if properties[name] is not None:
                properties[name] = pulumi.Output.secret(properties[name])
        self._register(arguments["resource_name"], properties, arguments["opts"])

    @classmethod
    def _names(cls) -> list[str]:
        """Return the names of all properties in Python."""
        params = (param.name for param in cls._kind.params)
        return [python_name(name) for name in (*params, *INPUTS, *OUTPUTS)]

    @classmethod
    def get(
        cls: type[Connection],
        resource_name: str,
        id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
        *,
        sandbox: pulumi.Input[str] | None = None,
    ) -> Connection:
        """Read an existing connection, also in previews, without managing it. Its secrets are not read."""
        # Not by the constructor: that one has required arguments.
        found = cls.__new__(cls)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        found._register(resource_name, {**dict.fromkeys(cls._names()), "sandbox": sandbox}, options)
        return found

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of a property: `ims_org` for `imsOrg`."""
        return python_name(prop)

    def translate_input_property(self, prop: str) -> str:
        """Return the property of a Python name: `imsOrg` for `ims_org`. With it, `ignore_changes` accepts both."""
        return wire_name(prop)
