"""Names and marks of the engine: of resources (URNs), of secrets, and the default names of objects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

# The key that marks a map as a special value, and the mark of a secret. Source: `pulumi.runtime.rpc`.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - A mark, not a secret.
PROVIDER_KEY = "__provider"
"""The dynamic provider's own property, in the state of each resource that it manages."""


@dataclass(frozen=True)
class Urn:
    """The engine's name of a resource: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`."""

    stack: str
    project: str
    type: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Urn:
        """Read a URN; what it lacks is empty. A name may contain two colons, too."""
        parts = text.removeprefix("urn:pulumi:").split("::", 3)
        stack, project, types, name = (*parts, "", "", "", "")[:4]
        return cls(stack, project, types.rpartition("$")[2], name)


def automatic_name(project: str, stack: str, resource_name: str) -> str:
    """Return the default name of an object: the resource name and a hash that differs between stacks."""
    digits = hashlib.sha256("\0".join((project, stack, resource_name)).encode()).hexdigest()[:7]
    return f"{resource_name}-{digits}"
