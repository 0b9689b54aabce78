"""Whose a connection is, who wrote it last, and what that says about the password at the server.

The API never shows a password, so whether it was changed can only be told from who wrote. A write by the credential's
own client (`updatedClient`) is this stack's; when the state does not know it, a run was interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..errors import Code, OwnershipError, notice
from ..kinds.kind import Kind, Properties, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..api.models import Connection

INTERRUPTED, FOREIGN = "interrupted", "foreign"
# States written by version 0.1.0 have the doubt in front of the etag.
_OLD_DOUBT = "?"


@dataclass(frozen=True)
class Version:
    """What the state knows of a connection's version.

    Args:
        etag: Empty where there is none yet: the connection was initializing.
        doubt: Why the password at the server may be another than the state's: INTERRUPTED, FOREIGN or None.
    """

    etag: str = ""
    doubt: str | None = None

    @classmethod
    def of_state(cls, kind: Kind, properties: Mapping[str, Any]) -> Version:
        """Read it from a state, also from one of version 0.1.0; without a managed secret there is no doubt."""
        kept = properties.get("etag") or ""
        doubt = FOREIGN if kept.startswith(_OLD_DOUBT) else properties.get("credentialsInDoubt")
        return cls(kept.removeprefix(_OLD_DOUBT), doubt if manages_secret(kind, properties) else None)

    def followed_by(self, current: Connection, own_client: str, *, is_explained: bool = False) -> Version:
        """The version that the server has now.

        `is_explained`: what the API shows has changed, too, so the write need not have been about the password.
        """
        etag = current.etag or ""
        if etag == self.etag:
            return self
        if current.updated_client != own_client:
            return Version(etag, self.doubt and FOREIGN if is_explained else FOREIGN)
        if not self.etag:
            # It was initializing, and the API itself gave it its first etag.
            return Version(etag, self.doubt)
        return Version(etag, self.doubt or INTERRUPTED)


def manages_secret(kind: Kind, properties: Mapping[str, Any]) -> bool:
    """Whether the state has a secret of its own to compare with."""
    return any(properties.get(name) is not None for name in kind.secrets)


def doubt_notice(connection: Connection, doubt: str) -> str:
    """The warning that every refresh gives while the password is in doubt."""
    subject = f"connection {connection.name!r} ({connection.id}) in sandbox {connection.sandbox_name!r}"
    if doubt == INTERRUPTED:
        return notice(
            Code.DOUBT_INTERRUPTED,
            f"{subject}: its credentials are in doubt, because it was changed by {editor(connection)} with this "
            "stack's own client, and no run of this stack recorded that (an interrupted run, a rotation that was put "
            "back, or another stack). `pulumi up --refresh` sends the credentials of the program again",
        )
    return notice(
        Code.DOUBT_FOREIGN,
        f"{subject}: its credentials are in doubt, because somebody else wrote to it (last change by "
        f"{editor(connection)}). To send the credentials of this stack, change `credentials_version`",
    )


def foreign_change_notice(connection: Connection) -> str:
    """The warning about a foreign write whose visible fields the plan shows."""
    return notice(
        Code.FOREIGN_CHANGE,
        f"connection {connection.name!r} ({connection.id}) in sandbox {connection.sandbox_name!r}: its credentials "
        f"may have been changed too, by {editor(connection)}. To send the credentials of this stack, change "
        "`credentials_version`",
    )


def met_text(connection: Connection) -> str:
    """What an error says of somebody else's write that the state does not know yet."""
    return (
        f"before that, it was changed by {editor(connection)}, and the credentials there may be theirs: give the right "
        "ones in the program before the next run, which sends its own"
    )


def editor(connection: Connection) -> str:
    """Who changed the connection last, and when, as the API says it."""
    when = utc(connection.updated_at)
    moment = when.strftime("%Y-%m-%d %H:%M:%S UTC") if when else "an unknown time"
    return f"{connection.updated_by or 'somebody unknown'} at {moment}"


def utc(epoch_milliseconds: int) -> datetime | None:
    """A time of the API's; None for zero, which stands for a time left out, and for what no calendar holds."""
    if not 0 < epoch_milliseconds < 253402300800000:
        return None
    return datetime.fromtimestamp(epoch_milliseconds / 1000, timezone.utc)


def require_same_organization(properties: Properties, configured: str | None) -> None:
    """Before any request: with another organization configured, "not found" would be a lie. Raises: OwnershipError."""
    recorded = properties.get("imsOrg")
    if recorded and configured and recorded != configured:
        raise OwnershipError(
            f"it belongs to the organization {recorded}, and {configured} is configured",
            code=Code.OTHER_ORGANIZATION,
            remedy="Set flowservice:imsOrg back; one stack serves one organization.",
        )


def require_same_adoption(connection_id: str, news: Properties) -> None:
    """A resource that manages one connection cannot adopt another. Raises: OwnershipError."""
    if news.get("adopt") not in (None, connection_id) and not isinstance(news["adopt"], Unknown):
        raise OwnershipError(
            f"`adopt` names another connection than {connection_id}, which this resource manages",
            code=Code.OTHER_ADOPTION,
            remedy="Remove `adopt`, or give the other connection a resource of its own.",
        )


def require_ours(kind: Kind, current: Connection, sandbox: str, organization: str | None) -> None:
    """What the server has under this id must be of this kind, organization and sandbox. Raises: OwnershipError."""
    if not kind.is_kind_of(current):
        spec = current.connection_spec.id if current.connection_spec else None
        raise OwnershipError(f"{current.name!r} is not a connection of {kind.title} (its specification is {spec})")
    if current.ims_org_id and current.ims_org_id != organization:
        raise OwnershipError(f"{current.name!r} belongs to the organization {current.ims_org_id}")
    if current.sandbox_name and current.sandbox_name != sandbox:
        raise OwnershipError(f"{current.name!r} is in the sandbox {current.sandbox_name!r}")


def require_same_way(kind: Kind, current: Connection, inputs: Mapping[str, Any]) -> None:
    """The params of another way to authenticate would be mixed with those at the server. Raises: OwnershipError."""
    way, there = kind.way(inputs), current.auth.spec_name
    if way is not None and there != way.spec_name and any(there == each.spec_name for each in kind.authentications):
        raise OwnershipError(
            f"{current.name!r} authenticates by {there!r}, and the program gives the params of {way.spec_name!r}",
            remedy="Give the params of the way that it has, or declare a new connection beside it, let the dataflows "
            "use that, then remove this one.",
        )
