"""Whose a connection is: what does not belong to this stack's organization, sandbox or connector is never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import OwnershipError
from ..kinds.kind import ConnectionType, Properties, Unknown

if TYPE_CHECKING:
    from ..api.models import Connection


def require_same_organization(properties: Properties, configured: str | None) -> None:
    """Before any request: with another organization configured, "not found" would be a lie. Raises: OwnershipError."""
    recorded = properties.get("imsOrg")
    if recorded and configured and recorded != configured:
        raise OwnershipError(
            f"it belongs to the organization {recorded}, and {configured} is configured",
            remedy="Set flowservice:imsOrg back; one stack serves one organization.",
        )


def require_same_adoption(connection_id: str, news: Properties) -> None:
    """A resource that manages one connection cannot adopt another. Raises: OwnershipError."""
    if news.get("adopt") not in (None, connection_id) and not isinstance(news["adopt"], Unknown):
        raise OwnershipError(
            f"`adopt` names another connection than {connection_id}, which this resource manages",
            remedy="Remove `adopt`, or give the other connection a resource of its own.",
        )


def require_ours(kind: ConnectionType, current: Connection, sandbox: str, organization: str | None) -> None:
    """What the server has under this id must be of this connector, organization and sandbox. Raises: OwnershipError."""
    spec = current.connection_spec.id if current.connection_spec else None
    if spec != kind.spec_id:
        raise OwnershipError(f"{current.name!r} is no {kind.title} connection (its specification is {spec})")
    if current.ims_org_id and current.ims_org_id != organization:
        raise OwnershipError(f"{current.name!r} belongs to the organization {current.ims_org_id}")
    if current.sandbox_name and current.sandbox_name != sandbox:
        raise OwnershipError(f"{current.name!r} is in the sandbox {current.sandbox_name!r}")
