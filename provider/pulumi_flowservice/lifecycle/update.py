"""Changing a connection in place under `If-Match`, so that nothing of anybody else's is overwritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import (
    ConcurrentChangeError,
    FlowServiceError,
    PatchPathError,
    SettingsError,
    TransitionError,
    VersionConflictError,
)
from ..kinds.kind import ConnectionType, Properties, python_name
from .patches import Operation, operations, touches_credentials, whole_map
from .provenance import Version, editor
from .wait import settled

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.models import Connection

MOST_CONFLICTS = 5


@dataclass(frozen=True)
class Change:
    """What was done, and the version that came of it.

    `is_unbroken`: until then the password at the server was the one in the state. `met`: what somebody else had written
    in the meantime.
    """

    sent: tuple[Operation, ...]
    version: Version
    is_unbroken: bool
    met: Connection | None = None

    @property
    def touches_credentials(self) -> bool:
        """Whether the connection test has something new to try."""
        return touches_credentials(list(self.sent))


class Writer:
    """Writes to one connection."""

    def __init__(self, kind: ConnectionType, client: FlowServiceClient, sandbox: str, connection_id: str) -> None:
        self._kind = kind
        self._client = client
        self._sandbox = sandbox
        self.connection_id = connection_id

    def change(self, before: Properties, after: Properties, version: Version, *, resend: bool = False) -> Change:
        """Turn `before`, as the state knows it at `version`, into `after`.

        Raises: ConcurrentChangeError when a field that we manage is neither as we left it nor as we want it.
        """
        met: Connection | None = None
        wanted = missing = operations(self._kind, before, after, resend=resend)
        for _ in range(MOST_CONFLICTS):
            if not missing:
                # Nothing to do, or our own first attempt was applied and only its answer lost.
                return Change(tuple(wanted), version, version.is_trusted, met)
            refused: FlowServiceError | None = None
            if version.etag:
                try:
                    return replace(self._apply(missing, wanted, after, version), met=met)
                except (VersionConflictError, TransitionError) as error:
                    refused = error
            current = settled(self._client, self._sandbox, self.connection_id)
            if isinstance(refused, VersionConflictError) and current.etag == version.etag:
                # Nobody wrote, and the same request would be refused again and again.
                raise refused
            self._refuse_foreign_change(current, before, after)
            followed = version.followed_by(current, self._client.name)
            met = current if version.is_trusted and not followed.is_trusted else met
            version = followed
            missing = operations(self._kind, self._managed(current, before, after), after, resend=resend)
        raise ConcurrentChangeError(
            f"somebody else changed the connection {MOST_CONFLICTS} times while it was being written",
            remedy="Find out who writes to it (`updatedBy` in the UI), then run `pulumi up` again.",
        )

    def restore(self, before: Properties, after: Properties, change: Change) -> str:
        """Take a change back whose connection test said no, and say what came of it.

        Nothing is put back where somebody else wrote since the state did: their password is not ours to know.
        """
        secret_sent = _sends_secret(self._kind, change.sent)
        if not change.version.etag:
            return "they stay, because the API gave no etag under which they could be put back"
        # Without a secret among them, all that was there before is known.
        if secret_sent and not change.is_unbroken:
            return (
                "they stay: somebody changed the connection after the state was written, so the ones before are "
                "unknown (`credentials_version` sends this stack's password again)"
            )
        if secret_sent and any(before.get(name) is None for name in self._kind.secrets):
            return "they stay, because the ones before them are not known to this stack"
        found = operations(self._kind, after, before, resend=secret_sent)
        try:
            self._apply(found, found, before, change.version)
        except VersionConflictError as conflict:
            # The transport repeats a PATCH whose answer was lost, and the second one meets the first one's etag.
            if not self._is_own_last_word(before):
                return f"they were not put back, because somebody else wrote in the meantime ({conflict.message})"
        except FlowServiceError as failed:
            return (
                f"the previous ones could not be put back ({failed.message}); a revert alone sends nothing, so change "
                "`credentials_version` with it"
            )
        return "the previous ones were put back"

    def _apply(self, found: list[Operation], wanted: list[Operation], after: Properties, version: Version) -> Change:
        sent = found
        try:
            etag = self._patch(found, version)
        except PatchPathError:
            if not touches_credentials(found):
                raise
            sent = self._whole(found, after, version)
            etag = self._patch(sent, version)
        # The same password at the server as in the state: because it was just sent, or was never in doubt.
        is_trusted = version.is_trusted or _sends_secret(self._kind, sent)
        return Change((*wanted, *sent), Version(etag, is_trusted), version.is_trusted)

    def _patch(self, found: list[Operation], version: Version) -> str:
        return self._client.patch_connection(self._sandbox, self.connection_id, found, version.etag).etag or ""

    def _whole(self, found: list[Operation], after: Properties, version: Version) -> list[Operation]:
        """For an API that takes all params or none; it would put our password over another, which may be theirs."""
        if any(after.get(name) is None for name in self._kind.secrets):
            raise SettingsError("the API wants all parameters at once here, so `password` is needed")
        if not version.is_trusted and not _sends_secret(self._kind, found):
            raise ConcurrentChangeError(
                "the API wants all parameters at once here, and somebody else may have changed the password",
                remedy="Set the password that is right and change `credentials_version` to send it.",
            )
        shown = self._client.get_connection(self._sandbox, self.connection_id).auth.params
        return whole_map(found, shown, self._kind.auth_params(after))

    def _managed(self, current: Connection, before: Properties, after: Properties) -> Properties:
        """What the server shows of the managed properties; the secrets are as the state knows them."""
        shown = {name: value for name, value in self._kind.shown(current).items() if name in before or name in after}
        return shown | {name: before[name] for name in self._kind.secrets if name in before}

    def _is_own_last_word(self, expected: Properties) -> bool:
        current = self._client.get_connection(self._sandbox, self.connection_id)
        shown = self._kind.shown(current)
        is_like = all(shown.get(name) == expected.get(name) for name in self._kind.visible if name in expected)
        return is_like and current.updated_client == self._client.name

    def _refuse_foreign_change(self, current: Connection, before: Properties, after: Properties) -> None:
        """What the state lacks becomes managed by this very change, so its value until now is no obstacle."""
        shown = self._kind.shown(current)
        changed = [
            python_name(name)
            for name in self._kind.visible
            if name in before
            and shown.get(name) not in (before.get(name), after.get(name))
            and (name in shown or name not in self._kind.identity)
        ]
        if changed:
            fields = ", ".join(f"`{name}`" for name in changed)
            raise ConcurrentChangeError(
                f"{fields} {'was' if len(changed) == 1 else 'were'} changed by {editor(current)}; "
                "nothing was overwritten",
                remedy="Run `pulumi refresh` to take the change into the state, then `pulumi up` to decide about it.",
            )


def _sends_secret(kind: ConnectionType, sent: tuple[Operation, ...] | list[Operation]) -> bool:
    """Whether the secrets at the server are now the ones of this stack; the whole map holds them too."""
    return any(operation["path"].rpartition("/")[2] in ("params", *kind.secrets) for operation in sent)
