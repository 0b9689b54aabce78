"""The properties that the state of a resource keeps, inputs and outputs."""

from __future__ import annotations

from .operation import Operation
from .properties import Properties
from .versions import Version

TEST_REFUSED = "testRefused"
"""True while an object exists that was refused by its test when it was created, and that could not be removed."""


def outputs(operation: Operation, inputs: Properties, version: Version, state: str | None) -> Properties:
    """Return the outputs for the state: the inputs, the version, and the organization."""
    known = {k: v for k, v in inputs.items() if v is not None and k not in operation.resource.computed}
    computed = {"etag": version.etag, "state": state, "credentialsInDoubt": version.doubt}
    return {**known, **{k: v for k, v in computed.items() if v}, "imsOrg": operation.settings.ims_org}
