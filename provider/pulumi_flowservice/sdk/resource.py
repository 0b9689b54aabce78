"""The base of all resource classes. It leaves to its subclasses how to register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pulumi

from ..resources.names import Names

Resource = TypeVar("Resource", bound="FlowServiceResource")
# For `check` of the dynamic provider, which is not told the name of the resource.
AUTO_NAME, AUTO_NAME_IN_STATE = "auto_name", "autoName"


class FlowServiceResource(pulumi.CustomResource):
    """A resource of any type."""

    _names: ClassVar[Names]
    _recorded: pulumi.Resource | None = None

    def _registration(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> Any:
        """Return the arguments of Pulumi's constructor for these properties, given by their Python names."""
        raise NotImplementedError("use the classes of `pulumi_flowservice` or `pulumi_flowservice.native`")

    def _declaration(self, arguments: Mapping[str, Any]) -> Any:
        """Return the arguments of Pulumi's constructor; `arguments` are the local variables of our own, its arguments.

        Our constructor calls Pulumi's itself: each function between them would be in the state of every resource, as a
        part of Pulumi's stack trace. Secret inputs become Pulumi secrets.
        """
        names = self._names
        # Pulumi makes an Output of each property: only of those that have a value before the engine has created it.
        properties = {
            name: value
            for name in names.in_python.values()
            if (value := arguments.get(name)) is not None or name in names.defaulted
        }
        for name in names.secrets & properties.keys():
            properties[name] = pulumi.Output.secret(properties[name])
        options = arguments["opts"]
        if names.is_deleted_first:
            # The engine does not ask the provider about the order if a replacement is forced by `--replace` or a taint.
            first = pulumi.ResourceOptions(delete_before_replace=True)
            options = pulumi.ResourceOptions.merge(first, options)
        return self._registration(arguments["resource_name"], properties, options)

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
        properties = {**dict.fromkeys(cls._names.in_python.values()), "sandbox": sandbox}
        super(FlowServiceResource, found).__init__(*found._registration(resource_name, properties, options))
        return found

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> pulumi.Output[Any]:
            """Return an output that was not registered, because few programs read it: the engine is asked for it."""
            if "urn" not in self.__dict__ or not self._names.has(name):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            # Without an id there is no state yet: in a preview, or where `--target` leaves the resource out.
            both = pulumi.Output.all(self.urn, self.id)
            found = self.__dict__[name] = both.apply(lambda known: self._as_recorded(known[0]).__dict__[name])
            return found

    def _as_recorded(self, urn: str) -> pulumi.Resource:
        """Return the resource as the engine has recorded it in this run, with all outputs."""
        if self._recorded is None:
            found = self._recorded = type(self).__new__(type(self))
            properties = dict.fromkeys(self._names.in_python.values())
            options = pulumi.ResourceOptions(urn=urn)
            pulumi.CustomResource.__init__(found, self._names.native_type, self._name, properties, options)
        return self._recorded

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of a property: `ims_org` for `imsOrg`. Keys of a user's map, such as a path, stay."""
        return self._names.in_python.get(prop, prop)

    def translate_input_property(self, prop: str) -> str:
        """Return the property of a Python name: `imsOrg` for `ims_org`. With it, `ignore_changes` accepts both."""
        return AUTO_NAME_IN_STATE if prop == AUTO_NAME else self._names.in_state(prop)
