"""The base of the dynamic provider's resource classes."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi import dynamic

from .. import dynamic as providers
from ..engine.names import automatic_name
from .resource import AUTO_NAME, FlowServiceResource


class DynamicResource(FlowServiceResource, dynamic.Resource):
    """A resource that the dynamic provider manages."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__(module="flowservice", name=cls._names.resource)

    def _registration(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> Any:
        if not (opts and opts.id):
            # For `check`, which does not know the resource's name; it never reaches the state.
            properties[AUTO_NAME] = automatic_name(pulumi.get_project(), pulumi.get_stack(), resource_name)
        # A resource of the native provider stays the same when the program imports this class instead.
        alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self._names.native_type)])
        options = pulumi.ResourceOptions.merge(opts, alias)
        provider = providers.PROVIDERS[self._names.resource]()
        return provider, resource_name, properties, options
