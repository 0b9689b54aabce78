"""The base of the resource classes, one for each kind of connection. It leaves to its subclasses how to register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict, TypeVar

import pulumi

from ..lifecycle.properties import python_name, wire_name
from ..resources.connection.kind import Kind

_OPTIONS = ("name", "description", "sandbox", "connection_test", "credentials_version", "adopt")
_COMPUTED = ("etag", "ims_org", "state", "credentials_in_doubt", "test_refused")
Connection = TypeVar("Connection", bound="ConnectionResource")


class Options(TypedDict, total=False):
    """What every kind of connection has beside its params; all of it may be left out.

    Args:
        name: Name shown in the UI, at most 255 characters. Default: the resource name, a hyphen and seven hex digits.
        description: Description shown in the UI; not managed if never in the program, removed when it was set before.
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


class ConnectionResource(pulumi.CustomResource):
    """A connection of any kind, with the properties that all kinds have."""

    _kind: ClassVar[Kind]

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
    test_refused: pulumi.Output[bool | None]
    """True while its test, refused when it was created, has not passed yet; only the native provider records that."""

    def _register(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """Register the resource with these properties, given by their Python names."""
        raise NotImplementedError("use the classes of `pulumi_flowservice` or `pulumi_flowservice.native`")

    def _declare(self, arguments: Mapping[str, Any]) -> None:
        """Register the resource; `arguments` are the local variables of the constructor, which are its arguments.

        Secret params become Pulumi secrets. Raises: TypeError for an argument that does not exist.
        """
        params = [python_name(param.name) for param in self._kind.params]
        given = {name: arguments[name] for name in (*params, *_OPTIONS) if name in arguments}
        given |= arguments.get("options", {})
        if unknown := sorted(set(given) - {*params, *_OPTIONS}):
            raise TypeError(f"{type(self).__name__} has no argument {', '.join(map(repr, unknown))}")
        for name in map(python_name, self._kind.secrets):
            if given.get(name) is not None:
                given[name] = pulumi.Output.secret(given[name])
        # Pulumi creates Outputs only for properties that the constructor declares.
        self._register(
            arguments["resource_name"], {**dict.fromkeys((*_OPTIONS, *_COMPUTED)), **given}, arguments["opts"]
        )

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
        names = (*(python_name(param.name) for param in cls._kind.params), *_OPTIONS, *_COMPUTED)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        found._register(resource_name, {**dict.fromkeys(names), "sandbox": sandbox}, options)
        return found

    def translate_output_property(self, prop: str) -> str:
        """Return the Python name of a property: `ims_org` for `imsOrg`."""
        return python_name(prop)

    def translate_input_property(self, prop: str) -> str:
        """Return the property of a Python name: `imsOrg` for `ims_org`. With it, `ignore_changes` accepts both."""
        return wire_name(prop)
