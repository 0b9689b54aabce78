"""The base of all resource classes. It leaves to its subclasses how to register."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, TypeVar

import pulumi

from ..lifecycle.properties import python_name, wire_name
from ..resources.types import TYPES, Declared

Resource = TypeVar("Resource", bound="FlowServiceResource")
# For `check` of the dynamic provider, which is not told the name of the resource.
AUTO_NAME = "auto_name"


class FlowServiceResource(pulumi.CustomResource):
    """A resource of any type."""

    _declared: ClassVar[Declared]

    def _register(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """Register the resource with these properties, given by their Python names."""
        raise NotImplementedError("use the classes of `pulumi_flowservice` or `pulumi_flowservice.native`")

    def _declare(self, arguments: Mapping[str, Any]) -> None:
        """Register the resource; `arguments` are the local variables of the constructor, which are its arguments.

        Secret inputs become Pulumi secrets.
        """
        # Pulumi creates Outputs only for properties that the constructor declares.
        properties = {name: arguments.get(name) for name in self._names()}
        for name in map(python_name, self._declared.secrets):
            if properties[name] is not None:
                properties[name] = pulumi.Output.secret(properties[name])
        options = arguments["opts"]
        if self._declared.is_deleted_first:
            # The engine does not ask the provider about the order if a replacement is forced by `--replace` or a taint.
            first = pulumi.ResourceOptions(delete_before_replace=True)
            options = pulumi.ResourceOptions.merge(first, options)
        self._register(arguments["resource_name"], properties, options)

    @classmethod
    def _names(cls) -> list[str]:
        """Return the names of all properties in Python."""
        return [python_name(name) for name in (*cls._declared.inputs, *cls._declared.outputs)]

    @classmethod
    def get(
        cls: type[Resource],
        resource_name: str,
        id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
        *,
        sandbox: pulumi.Input[str] | None = None,
    ) -> Resource:
        """Read an existing object, also in previews, without managing it. Secrets are not read."""
        # Not by the constructor: that one has required arguments.
        found = cls.__new__(cls)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        found._register(resource_name, {**dict.fromkeys(cls._names()), "sandbox": sandbox}, options)
        return found

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of a property: `ims_org` for `imsOrg`. Keys of a user's map, such as a path, stay."""
        name = python_name(prop)
        return name if name in _names_of(self._declared.resource) else prop

    def translate_input_property(self, prop: str) -> str:
        """Return the property of a Python name: `imsOrg` for `ims_org`. With it, `ignore_changes` accepts both."""
        return wire_name(prop) if prop == AUTO_NAME or prop in _names_of(self._declared.resource) else prop


@cache
def _names_of(resource: str) -> frozenset[str]:
    """Return the names in Python of the properties of a type."""
    return frozenset(map(python_name, (*TYPES[resource].inputs, *TYPES[resource].outputs)))
