"""The class that Pulumi's host of dynamic providers calls; what its methods do is in `calls`.

A program imports it to register resources. It calls no method, so only the host's process imports the lifecycle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi import dynamic

if TYPE_CHECKING:
    from ..lifecycle.properties import Properties
    from ..lifecycle.resource_type import ResourceType


class _OwnType:
    """The type of resource that a provider class is named after, found at the first call."""

    def __get__(self, _instance: object, owner: type) -> ResourceType:
        from ..resources.types import TYPES

        return TYPES[owner.__name__.removesuffix("Provider")]


class FlowServiceProvider(dynamic.ResourceProvider):  # type: ignore[misc, unused-ignore]
    """The provider that the engine calls. It has no attributes of its own.

    Pulumi pickles the instance into the state of every resource. Without attributes, and in a module that can be
    imported, the pickle is a short reference to the class instead of code or secrets.
    """

    # The reference holds no secret, and encrypting it for each resource takes time.
    serialize_as_secret_always = False
    resource: ResourceType | _OwnType = _OwnType()

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the settings, without any request."""
        from . import calls

        calls.configure(req.config.get)

    def check(self, _olds: Properties, news: Properties) -> dynamic.CheckResult:
        """Return the normalized inputs, and all problems as failures."""
        from . import calls

        return calls.check(self.resource, _olds, news)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.DiffResult:
        """Return what differs, and whether that needs a new object. Sends no request."""
        from . import calls

        return calls.diff(self.resource, _id, _olds, _news)

    def create(self, props: Properties) -> dynamic.CreateResult:
        """Create or adopt the object, and return its id and outputs. Raises: FlowServiceError."""
        from . import calls

        return calls.create(self.resource, props)

    def read(self, id_: str, props: Properties) -> dynamic.ReadResult:
        """Return what the server has; an empty id if the object is gone. Raises: FlowServiceError."""
        from . import calls

        return calls.read(self.resource, id_, props)

    def update(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.UpdateResult:
        """Change the object in place, and return the outputs. Raises: FlowServiceError."""
        from . import calls

        return calls.update(self.resource, _id, _olds, _news)

    def delete(self, _id: str, _props: Properties) -> None:
        """Delete the object; one that is already gone is a success. Raises: FlowServiceError."""
        from . import calls

        calls.delete(self.resource, _id, _props)
