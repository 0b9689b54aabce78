"""Which version of an object the state has recorded, who wrote it last, and whether its secrets are in doubt.

The API never shows a password, so a changed password can only be inferred from who wrote last (`updatedClient`). A
write by our own client is this stack's write; if the state does not know it, a run was interrupted or undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..errors import Code, notice
from .names import CREDENTIALS_VERSION

if TYPE_CHECKING:
    from ..api.models import Document

INTERRUPTED, FOREIGN = "interrupted", "foreign"


@dataclass(frozen=True)
class Version:
    """The version of an object that the state has recorded.

    Args:
        etag: Empty if the object was initializing and had none yet.
        doubt: Why the secrets at the server may differ from those in the state: INTERRUPTED, FOREIGN or None.
    """

    etag: str = ""
    doubt: str | None = None

    @classmethod
    def of_state(cls, secrets: Sequence[str], properties: Mapping[str, Any]) -> Version:
        """Read the version from a state. Without a managed secret, of these names, there is never a doubt."""
        doubt = properties.get("credentialsInDoubt") if manages_secret(secrets, properties) else None
        return cls(properties.get("etag") or "", doubt)

    def followed_by(self, current: Document, own_client: str, *, is_explained: bool = False) -> Version:
        """Return the version that the server has now.

        `is_explained`: a visible property has changed too, so the write need not have changed the secrets.
        """
        etag = current.etag or ""
        if etag == self.etag:
            return self
        if current.updated_client != own_client:
            return Version(etag, self.doubt and FOREIGN if is_explained else FOREIGN)
        if not self.etag:
            # The object was initializing, and the API itself set the first etag.
            return Version(etag, self.doubt)
        return Version(etag, self.doubt or INTERRUPTED)


def manages_secret(secrets: Sequence[str], properties: Mapping[str, Any]) -> bool:
    """Return whether the state holds a secret of these names, so that a doubt about it makes sense."""
    return any(properties.get(name) is not None for name in secrets)


def doubt_notice(subject: str, noun: str, current: Document, doubt: str) -> str:
    """Return the warning that every refresh repeats while the secrets are in doubt."""
    if doubt == INTERRUPTED:
        return notice(
            Code.DOUBT_INTERRUPTED,
            f"{subject}: the credentials at the server may differ from the stack's: the {noun} was changed by "
            f"{editor(current)} with this stack's client id, but no run of this stack recorded that (a run that was "
            "interrupted or undone, or another stack or script). `pulumi up --refresh` sends the credentials of the "
            "program again",
        )
    return notice(
        Code.DOUBT_FOREIGN,
        f"{subject}: the credentials may have been changed, because somebody else changed the {noun} (last change by "
        f"{editor(current)}). To send the credentials of this stack, change {CREDENTIALS_VERSION}",
    )


def foreign_change_notice(subject: str, noun: str, current: Document) -> str:
    """Return the warning about a write by somebody else that also changed visible fields."""
    return notice(
        Code.FOREIGN_CHANGE,
        f"{subject}: somebody else changed the {noun}, and may have changed the credentials too (last change by "
        f"{editor(current)}). To send the credentials of this stack, change {CREDENTIALS_VERSION}",
    )


def foreign_write_text(noun: str, current: Document) -> str:
    """Return what an error says about a write of somebody else that the state does not record yet."""
    return (
        f"before this change, the {noun} was changed by {editor(current)}, perhaps with other credentials; the "
        "next run may send the credentials of the program: make sure that they are correct"
    )


def editor(current: Document) -> str:
    """Return who changed an object last, and when."""
    when = utc(current.updated_at)
    moment = when.strftime("%Y-%m-%d %H:%M:%S UTC") if when else "an unknown time"
    return f"{current.updated_by or 'somebody unknown'} at {moment}"


def utc(epoch_milliseconds: int) -> datetime | None:
    """Convert a time of the API. Return None for 0, which means "missing", and for years after 9999."""
    if not 0 < epoch_milliseconds < 253402300800000:
        return None
    return datetime.fromtimestamp(epoch_milliseconds / 1000, timezone.utc)
