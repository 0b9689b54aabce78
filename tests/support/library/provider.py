"""The made-up readers under both providers, for programs: what a release would have of a type.

The dynamic provider's class is in a module that can be imported, because states refer to it. The native provider is
this module, run with the type in its table.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi import dynamic
from pulumi_flowservice.dynamic.provider import FlowServiceProvider
from pulumi_flowservice.engine.names import automatic_name
from pulumi_flowservice.plugin.__main__ import main
from pulumi_flowservice.plugin.servicer import TYPES

from tests.support.library.reader import READER


class ReaderProvider(FlowServiceProvider):
    """What the engine calls for a reader."""

    resource = READER


class DynamicReader(dynamic.Resource, module="flowservice", name=READER.resource):
    """A reader of the dynamic provider."""

    def __init__(self, resource_name: str, **inputs: Any) -> None:
        default = automatic_name(pulumi.get_project(), pulumi.get_stack(), resource_name)
        # Pulumi creates Outputs only for properties that the constructor declares.
        properties = {"autoName": default, **dict.fromkeys(READER.computed), **inputs}
        super().__init__(ReaderProvider(), resource_name, properties, None)


class NativeReader(pulumi.CustomResource):
    """A reader of the native provider."""

    def __init__(self, resource_name: str, **inputs: Any) -> None:
        super().__init__(READER.native_type, resource_name, {**dict.fromkeys(READER.computed), **inputs}, None)


if __name__ == "__main__":
    main({**TYPES, READER.native_type: READER})
