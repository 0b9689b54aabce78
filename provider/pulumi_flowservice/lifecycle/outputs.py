"""The properties that the state of a resource keeps, inputs and outputs."""

from __future__ import annotations

from .operation import Operation
from .part import Known
from .properties import Properties
from .resource_type import ResourceType
from .versions import Version

TEST_REFUSED = "testRefused"
"""True while an object exists that was refused by its test when it was created, and that could not be removed."""


def outputs(operation: Operation, inputs: Properties, version: Version, state: str | None) -> Properties:
    """Return the outputs for the state: the inputs, what the object was made of, the version, and the organization."""
    not_kept = {*operation.resource.computed} - {*operation.resource.recorded}
    known = {k: v for k, v in inputs.items() if v is not None and k not in not_kept}
    computed = {"etag": version.etag, "state": state, "credentialsInDoubt": version.doubt}
    return {**known, **{k: v for k, v in computed.items() if v}, "imsOrg": operation.settings.ims_org}


def part_ids(resource: ResourceType, properties: Properties) -> Properties:
    """Return the ids of the parts that the state has, by the outputs that keep them."""
    return {part.output: properties[part.output] for part in resource.parts if properties.get(part.output)}


def recorded(resource: ResourceType, properties: Known) -> Properties:
    """Return what the properties say of the objects that the resource was made of."""
    return {name: properties[name] for name in resource.recorded if properties.get(name) is not None}


def named_parts(resource: ResourceType, ids: Known) -> list[str]:
    """Return how texts name the parts that have these ids, in the order in which they were made."""
    return [f"{part.noun} {ids[part.output]}" for part in resource.parts if part.output in ids]
