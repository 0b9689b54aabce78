"""The version of a connection, and what the one in the state says about the password there.

The API never shows a password, so whether it was changed can only be told from who wrote. A write by the credential's
own client (`updatedClient`) counts as this stack's; it may be that of a run that was interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..api.models import Connection

_DOUBT = "?"


@dataclass(frozen=True)
class Version:
    """An etag, empty where there is none yet, and whether the password in the state is the server's at that etag."""

    etag: str
    is_trusted: bool = True

    @classmethod
    def of_state(cls, kept: str | None) -> Version:
        """Read what `kept` wrote; a state without an etag is from a connection that was initializing."""
        return cls((kept or "").removeprefix(_DOUBT), not (kept or "").startswith(_DOUBT))

    @property
    def kept(self) -> str | None:
        """What the state keeps: the etag, behind a question mark where the password is in doubt."""
        return self.etag or None if self.is_trusted else _DOUBT + self.etag

    def followed_by(self, current: Connection, own_client: str) -> Version:
        """The version that the server has now; after somebody else's write the password is in doubt."""
        if current.etag == self.etag:
            return self
        return Version(current.etag or "", self.is_trusted and current.updated_client == own_client)


def suspicion(connection: Connection, known: Version, now: Version, *, is_visible: bool = False) -> str:
    """What a person is told when somebody has written, and nothing that the API shows tells what.

    The `drift` command counts the third text alone as drift: a repaired connection must not stay red.
    """
    if now.is_trusted:
        by = "with this stack's own credentials (a rotation that was put back, an interrupted run, or another stack)"
        doubt = f"it was changed by {editor(connection)} {by}"
    elif not known.is_trusted:
        doubt = "its password is in doubt since somebody else changed the connection"
    elif not is_visible:
        doubt = f"its credentials may have been changed by {editor(connection)}"
    else:
        doubt = f"its password may have been changed too, by {editor(connection)}"
    return (
        f"Connection {connection.name!r} ({connection.id}) in sandbox {connection.sandbox_name!r}: {doubt}. "
        "To send the password of this stack again, change `credentials_version`."
    )


def editor(connection: Connection) -> str:
    """Who changed the connection last, and when, as the API says it."""
    return f"{connection.updated_by or 'somebody unknown'} at {moment(connection.updated_at)}"


def moment(epoch_milliseconds: int) -> str:
    """A time of the API's for people, in UTC."""
    when = utc(epoch_milliseconds)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC") if when else "an unknown time"


def utc(epoch_milliseconds: int) -> datetime | None:
    """A time of the API's; None for zero, which stands for a time left out, and for what no calendar holds."""
    if not 0 < epoch_milliseconds < 253402300800000:
        return None
    return datetime.fromtimestamp(epoch_milliseconds / 1000, timezone.utc)
