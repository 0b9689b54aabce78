"""Changing a connection in place under `If-Match`, so that nothing of anybody else's is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .changes import Operation, operations, touches_credentials, whole_map
from .connection_test import settled
from .connection_type import ConnectionType, Properties, python_name
from .errors import (
    ConcurrentChangeError,
    FlowServiceError,
    PatchPathError,
    SettingsError,
    TransitionError,
    VersionConflictError,
)

if TYPE_CHECKING:
    from .flow_service import FlowServiceClient
    from .models import Connection

MOST_CONFLICTS = 5


@dataclass(frozen=True)
class Change:
    """What was done: the operations sent, the etag now, and whether nobody else had written since the state was."""

    sent: tuple[Operation, ...]
    etag: str | None
    is_unbroken: bool

    @property
    def touches_credentials(self) -> bool:
        """Whether the connection test has something new to try."""
        return touches_credentials(list(self.sent))

    def sends_secret(self, kind: ConnectionType) -> bool:
        """Whether the secrets at the server are now the ones of this stack."""
        return any(operation["path"].rpartition("/")[2] in ("params", *kind.secrets) for operation in self.sent)


class Writer:
    """Writes to one connection."""

    def __init__(self, kind: ConnectionType, client: FlowServiceClient, sandbox: str, connection_id: str) -> None:
        self._kind = kind
        self._client = client
        self._sandbox = sandbox
        self.connection_id = connection_id

    def change(self, before: Properties, after: Properties, *, etag: str | None, resend: bool = False) -> Change:
        """Turn `before`, as the state knows it, into `after`.

        Raises: ConcurrentChangeError when a field that we manage is neither as we left it nor as we want it.
        """
        self._client.redactor.learn(*(after.get(name) for name in self._kind.secrets))
        found = operations(self._kind, before, after, resend=resend)
        is_unbroken = True
        for _ in range(MOST_CONFLICTS):
            if not found:
                return Change((), etag, is_unbroken)
            if etag is not None:
                try:
                    return Change(tuple(found), self._patch(found, after, etag), is_unbroken)
                except (VersionConflictError, TransitionError):
                    # Our own first attempt may have been applied and its answer lost: what is there now decides.
                    is_unbroken = False
            current = settled(self._client, self._sandbox, self.connection_id)
            is_unbroken = is_unbroken and etag is None
            self._refuse_foreign_change(current, before, after)
            secrets = {name: before[name] for name in self._kind.secrets if name in before}
            managed = {name for name in self._kind.visible if name in before or name in after}
            shown = {name: value for name, value in self._kind.shown(current).items() if name in managed}
            found = operations(self._kind, shown | secrets, after, resend=resend)
            etag = current.etag
        raise ConcurrentChangeError(
            f"somebody else changed the connection {MOST_CONFLICTS} times while it was being written",
            remedy="Find out who writes to it (`updatedBy` in the UI), then run `pulumi up` again.",
        )

    def restore(self, before: Properties, after: Properties, change: Change) -> str:
        """Take a change back whose connection test said no, and say what came of it.

        Nothing is put back where somebody else wrote since the state did: their password is not ours to know.
        """
        secret_sent = change.sends_secret(self._kind)
        if not change.is_unbroken or not change.etag:
            return (
                "they stay: somebody changed the connection after the state was written, so the ones before are unknown"
            )
        if secret_sent and any(before.get(name) is None for name in self._kind.secrets):
            return "they stay, because the ones before them are not known to this stack"
        try:
            self._patch(operations(self._kind, after, before, resend=secret_sent), before, change.etag)
        except VersionConflictError:
            return "they were not put back, because somebody else has changed the connection in the meantime"
        except FlowServiceError as failed:
            return f"the previous ones could not be put back ({failed.message})"
        return "the previous ones were put back"

    def _patch(self, found: list[Operation], after: Properties, etag: str) -> str | None:
        try:
            return self._client.patch_connection(self._sandbox, self.connection_id, found, etag).etag
        except PatchPathError:
            if not touches_credentials(found):
                raise
        if any(after.get(name) is None for name in self._kind.secrets):
            raise SettingsError("the API wants all parameters at once here, so `password` is needed") from None
        shown = self._client.get_connection(self._sandbox, self.connection_id).auth.params
        whole = whole_map(found, shown, self._kind.auth_params(after))
        return self._client.patch_connection(self._sandbox, self.connection_id, whole, etag).etag

    def _refuse_foreign_change(self, current: Connection, before: Properties, after: Properties) -> None:
        shown = self._kind.shown(current)
        changed = [
            python_name(name)
            for name in self._kind.visible
            if (name in before or name in after) and shown.get(name) not in (before.get(name), after.get(name))
        ]
        if changed:
            fields = ", ".join(f"`{name}`" for name in changed)
            raise ConcurrentChangeError(
                f"{fields} {'was' if len(changed) == 1 else 'were'} changed by {editor(current)}; "
                "nothing was overwritten",
                remedy="Run `pulumi refresh` to take the change into the state, then `pulumi up` to decide about it.",
            )


def editor(connection: Connection) -> str:
    """Who changed the connection last, and when, as the API says it."""
    return f"{connection.updated_by or 'somebody unknown'} at {moment(connection.updated_at)}"


def moment(epoch_milliseconds: int) -> str:
    """A time of the API's for people, in UTC."""
    if not 0 < epoch_milliseconds < 253402300800000:
        return "an unknown time"
    return datetime.fromtimestamp(epoch_milliseconds / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
