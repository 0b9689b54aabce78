"""The bases of the native provider's classes, for resources and for explicit providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from ..settings import SETTINGS, Setting
from ..version import PLUGIN_ADDRESS, __version__
from .resource import FlowServiceResource


class NativeResource(FlowServiceResource):
    """A resource that the native provider manages."""

    def _registration(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> Any:
        if opts and "/" in (getattr(opts, "import_", None) or ""):
            # The engine would take each other spelling of the id for another object, and replace.
            raise pulumi.RunError(f"{resource_name}: `import_` takes the id alone; the sandbox is that of the provider")
        # A resource of the dynamic provider stays the same when the program imports this class instead.
        options = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self._names.dynamic_type)])
        merged = pulumi.ResourceOptions.merge(_found(opts), options)
        return self._names.native_type, resource_name, properties, merged


class NativeProvider(pulumi.ProviderResource):
    """An explicit provider."""

    def _declaration(self, arguments: Mapping[str, Any]) -> Any:
        """Return the arguments of Pulumi's constructor; `arguments` are the local variables of our own."""
        given = {key: _input(setting, arguments[setting.name]) for key, setting in SETTINGS.items()}
        return "flowservice", arguments["resource_name"], given, _found(arguments["opts"])


def _input(setting: Setting, value: pulumi.Input[Any] | None) -> pulumi.Input[Any] | None:
    """Return the value of a setting as the protocol has it: a string, in JSON if it is a number or a flag."""
    if value is None:
        return None
    if setting.json_type != "string":
        return pulumi.Output.json_dumps(value)
    return pulumi.Output.secret(value) if setting.is_secret else value


def _found(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options with the plugin that these classes belong to, unless the program asks for another."""
    own = pulumi.ResourceOptions(version=__version__, plugin_download_url=PLUGIN_ADDRESS)
    return pulumi.ResourceOptions.merge(own, opts)
