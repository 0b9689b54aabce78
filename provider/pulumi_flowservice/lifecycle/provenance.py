"""Who owns a connection, who wrote it last, and whether the password at the server is in doubt.

The API never shows a password, so a changed password can only be inferred from who wrote last (`updatedClient`). A
write by our own client is this stack's write; if the state does not know it, a run was interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..errors import Code, OwnershipError, notice
from ..resources.connection.kind import Kind, Properties, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..api.models import Connection

INTERRUPTED, FOREIGN = "interrupted", "foreign"
# Version 0.1.0 recorded a doubt as a question mark in front of the etag.
_OLD_DOUBT = "?"


@dataclass(frozen=True)
class Version:
    """The version of a connection that the state has recorded.

    Args:
        etag: Empty if the connection was initializing and had none yet.
        doubt: Why the password at the server may differ from the one in the state: INTERRUPTED, FOREIGN or None.
    """

    etag: str = ""
    doubt: str | None = None

    @classmethod
    def of_state(cls, kind: Kind, properties: Mapping[str, Any]) -> Version:
        """Read the version from a state, also of version 0.1.0. Without a managed secret there is never a doubt."""
        kept = properties.get("etag") or ""
        doubt = FOREIGN if kept.startswith(_OLD_DOUBT) else properties.get("credentialsInDoubt")
        return cls(kept.removeprefix(_OLD_DOUBT), doubt if manages_secret(kind, properties) else None)

    def followed_by(self, current: Connection, own_client: str, *, is_explained: bool = False) -> Version:
        """Return the version that the server has now.

        `is_explained`: a visible property has changed too, so the write need not have changed the password.
        """
        etag = current.etag or ""
        if etag == self.etag:
            return self
        if current.updated_client != own_client:
            return Version(etag, self.doubt and FOREIGN if is_explained else FOREIGN)
        if not self.etag:
            # The connection was initializing, and the API itself set the first etag.
            return Version(etag, self.doubt)
        return Version(etag, self.doubt or INTERRUPTED)


def manages_secret(kind: Kind, properties: Mapping[str, Any]) -> bool:
    """Return whether the state holds a secret, so that a doubt about it makes sense."""
    return any(properties.get(name) is not None for name in kind.secrets)


def doubt_notice(subject: str, connection: Connection, doubt: str) -> str:
    """Return the warning that every refresh repeats while the password is in doubt."""
    if doubt == INTERRUPTED:
        return notice(
            Code.DOUBT_INTERRUPTED,
            f"{subject}: the credentials at the server may differ from the stack's: the connection was changed by "
            f"{editor(connection)} with this stack's client id, but no run of this stack recorded that (an interrupted "
            "run, a rotation that was undone, or another stack or script). `pulumi up --refresh` sends the credentials "
            "of the program again",
        )
    return notice(
        Code.DOUBT_FOREIGN,
        f"{subject}: the credentials may have been changed, because somebody else changed the connection (last change "
        f"by {editor(connection)}). To send the credentials of this stack, change `credentials_version`",
    )


def foreign_change_notice(subject: str, connection: Connection) -> str:
    """Return the warning about a write by somebody else that also changed visible fields."""
    return notice(
        Code.FOREIGN_CHANGE,
        f"{subject}: somebody else changed the connection, and may have changed the credentials too (last change by "
        f"{editor(connection)}). To send the credentials of this stack, change `credentials_version`",
    )


def foreign_write_text(connection: Connection) -> str:
    """Return what an error says about a write of somebody else that the state does not record yet."""
    return (
        f"before this change, the connection was changed by {editor(connection)}, perhaps with other credentials; the "
        "next run may send the credentials of the program: make sure that they are correct"
    )


def editor(connection: Connection) -> str:
    """Return who changed the connection last, and when."""
    when = utc(connection.updated_at)
    moment = when.strftime("%Y-%m-%d %H:%M:%S UTC") if when else "an unknown time"
    return f"{connection.updated_by or 'somebody unknown'} at {moment}"


def utc(epoch_milliseconds: int) -> datetime | None:
    """Convert a time of the API. Return None for 0, which means "missing", and for years after 9999."""
    if not 0 < epoch_milliseconds < 253402300800000:
        return None
    return datetime.fromtimestamp(epoch_milliseconds / 1000, timezone.utc)


def require_same_organization(properties: Properties, configured: str | None) -> None:
    """Raise an OwnershipError if the state belongs to another organization than the configured one.

    Checked before any request: the other organization answers "not found" for a connection that exists.
    """
    recorded = properties.get("imsOrg")
    if recorded and configured and recorded != configured:
        raise OwnershipError(
            f"the connection belongs to the organization {recorded}, but {configured} is configured",
            code=Code.OTHER_ORGANIZATION,
            remedy=f"Set flowservice:imsOrg back to {recorded}. Several organizations in one stack need an explicit "
            "provider each (docs/native.md).",
        )


def require_same_adoption(connection_id: str, news: Properties) -> None:
    """Raise an OwnershipError if `adopt` names another connection than the one that the resource manages."""
    if news.get("adopt") not in (None, connection_id) and not isinstance(news["adopt"], Unknown):
        raise OwnershipError(
            f"`adopt` has a different id than the connection that this resource manages ({connection_id})",
            code=Code.OTHER_ADOPTION,
            remedy="Remove `adopt`, or declare a second resource for that id.",
        )


def require_ours(kind: Kind, current: Connection, sandbox: str, organization: str | None) -> None:
    """Raise an OwnershipError if the connection is of another kind, organization or sandbox."""
    if not kind.is_kind_of(current):
        spec = current.connection_spec.id if current.connection_spec else None
        raise OwnershipError(f"it is not a connection of kind {kind.title} (its connection spec is {spec})")
    if current.ims_org_id and current.ims_org_id != organization:
        raise OwnershipError(f"it belongs to the organization {current.ims_org_id}")
    if current.sandbox_name and current.sandbox_name != sandbox:
        raise OwnershipError(f"it is in the sandbox {current.sandbox_name!r}")


def require_same_way(kind: Kind, current: Connection, inputs: Mapping[str, Any]) -> None:
    """The params of another way to authenticate would be mixed with those at the server. Raises: OwnershipError."""
    way, there = kind.way(inputs), current.auth.spec_name
    if way is not None and there != way.spec_name and any(there == each.spec_name for each in kind.authentications):
        raise OwnershipError(
            f"it uses {there!r} to authenticate, but the program has the parameters of {way.spec_name!r}",
            remedy=f"Use the parameters of {there!r}; or create a second connection with {way.spec_name!r}, switch the "
            "dataflows to it, and then delete the first one.",
        )
