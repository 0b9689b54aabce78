"""What is refused because it is not this stack's."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.api.models import Connection
from pulumi_flowservice.errors import LifecycleError
from pulumi_flowservice.lifecycle.preconditions import require_ours
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT

OURS: dict[str, Any] = {
    "id": "id",
    "name": "orders",
    "connectionSpec": {"id": REDSHIFT.spec_id},
    "imsOrgId": "OURS@AdobeOrg",
    "sandboxName": "dev",
}


@pytest.mark.parametrize("left_out", [(), ("imsOrgId", "sandboxName")])
def test_ours_passes(left_out: tuple[str, ...]) -> None:
    """Older answers name neither organization nor sandbox."""
    shown = {name: value for name, value in OURS.items() if name not in left_out}

    require_ours(REDSHIFT, Connection.model_validate(shown), "dev", "OURS@AdobeOrg")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"connectionSpec": {"id": "another-spec"}}, "is not a connection of kind Amazon Redshift"),
        ({"connectionSpec": None}, "is not a connection of kind Amazon Redshift"),
        ({"imsOrgId": "THEIRS@AdobeOrg"}, "belongs to the organization THEIRS@AdobeOrg"),
        ({"sandboxName": "prod"}, "is in the sandbox 'prod'"),
    ],
)
def test_what_is_foreign_is_refused(change: dict[str, Any], words: str) -> None:
    """Another kind, organization or sandbox, each by name."""
    with pytest.raises(LifecycleError, match=words):
        require_ours(REDSHIFT, Connection.model_validate({**OURS, **change}), "dev", "OURS@AdobeOrg")
