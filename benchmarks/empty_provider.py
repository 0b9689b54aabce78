"""The floor: a provider that does nothing, stored by reference, so what is left is the engine's own time."""

from __future__ import annotations

from typing import Any

from pulumi import dynamic


class EmptyProvider(dynamic.ResourceProvider):  # type: ignore[misc, unused-ignore]
    """Every method answers at once with what it was given."""

    # As in ours: a reference holds nothing to hide.
    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """No change, as nothing changes in a benchmark."""
        return dynamic.DiffResult(changes=False)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """A made-up id, the inputs as outputs."""
        return dynamic.CreateResult(f"id-of-{props['name']}", props)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """The state as it is."""
        return dynamic.ReadResult(id_, props)


class Empty(dynamic.Resource, module="benchmark", name="Empty"):
    """A resource of that provider."""

    def __init__(self, resource_name: str, props: dict[str, Any]) -> None:
        super().__init__(EmptyProvider(), resource_name, props)
