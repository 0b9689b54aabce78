"""Change a connection in place under `If-Match`, so that changes by others are never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..api.outcomes import Applied, NotApplied, Outcome, Unknown
from ..errors import (
    ConcurrentChangeError,
    NotFoundError,
    OutcomeUnknownError,
    PatchPathError,
    SettingsError,
    TransitionError,
    VersionConflictError,
)
from ..kinds.kind import Kind, Properties, python_name
from .patches import Operation, operations, sends_secret, touches_credentials, whole_map
from .provenance import FOREIGN, INTERRUPTED, Version, editor, manages_secret
from .wait import existing, settled

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

MOST_CONFLICTS = 5
# Pairs of the doubt now and the doubt before that mean: somebody else has written since the state was recorded.
_NEW_FOREIGN = ((FOREIGN, None), (FOREIGN, INTERRUPTED))
GONE = "`pulumi refresh` removes it from the state; the next `pulumi up` creates it again."


@dataclass(frozen=True)
class Change:
    """A change that was applied.

    Args:
        sent: The operations; empty if the server already had every value.
        version: The version after the change.
        before: The managed properties that the server had before; secrets as the state has them.
        knew_secrets: Whether the secrets in the state were those of the server, so that an undo may send them.
        foreign_write: The connection as somebody else left it, if somebody else wrote after the state was recorded.
    """

    sent: tuple[Operation, ...]
    version: Version
    before: Properties
    knew_secrets: bool
    foreign_write: Connection | None = None

    @property
    def touches_credentials(self) -> bool:
        """Whether the connection test must be run again."""
        return touches_credentials(self.sent)


class Writer:
    """The writes to one connection."""

    def __init__(self, kind: Kind, connections: Connections, connection_id: str) -> None:
        self.kind = kind
        self.connections = connections
        self.connection_id = connection_id

    def change(self, before: Properties, after: Properties, version: Version, *, resend: bool = False) -> Change:
        """Change `before`, which the state recorded at `version`, to `after`. `resend` sends secrets even if equal.

        Raises: ConcurrentChangeError when somebody else set a managed field to a value other than the old or new one;
        OutcomeUnknownError when it is unknown whether the change was applied.
        """
        wanted = operations(self.kind, before, after, resend=resend)
        known, foreign_write, lost, current = before, None, None, None
        # Read first if there is no etag for `If-Match`, or if an undo would need a value that the state does not have:
        # a field that becomes managed by this change may already have a value at the server.
        becomes_managed = any(name in after and name not in before for name in self.kind.visible)
        if not version.etag or (becomes_managed and touches_credentials(wanted)):
            current = self._settled()
        for _ in range(MOST_CONFLICTS):
            missing = wanted
            if current is not None:
                self._refuse_foreign_change(current, before, after)
                managed = self._managed(current, before, after)
                followed = self._followed(version, current, before)
                foreign_write = current if (followed.doubt, version.doubt) in _NEW_FOREIGN else foreign_write
                version, resend = followed, resend or followed.doubt == INTERRUPTED
                # Fields that a lost attempt has changed do not belong to what was there before.
                known = known if lost and not operations(self.kind, managed, after) else managed
                missing = operations(self.kind, managed, after, resend=resend)
            if not missing:
                # There is nothing to do, or our first attempt was applied and only its answer was lost.
                return Change(tuple(wanted), version, known, version.doubt != FOREIGN, foreign_write)
            sent, outcome = self._patch(missing, after, version)
            if isinstance(outcome, Applied):
                doubt = None if sends_secret(self.kind, sent) else version.doubt
                return Change(
                    (*wanted, *sent), Version(outcome.etag or "", doubt), known, version.doubt != FOREIGN, foreign_write
                )
            _raise_unless_conflict(outcome)
            lost = outcome.error if isinstance(outcome, Unknown) else lost
            current = self._settled()
            if isinstance(outcome.error, VersionConflictError) and current.etag == version.etag:
                # Nobody wrote in between, so the same request would be refused each time.
                raise outcome.error
        raise ConcurrentChangeError(
            f"somebody else changed the connection {MOST_CONFLICTS} times during this update",
            remedy="Find out who writes to it (`updatedBy` in the UI), then run `pulumi up` again.",
        )

    def patch(self, found: list[Operation], etag: str) -> Outcome:
        """Send these operations under this etag."""
        return self.connections.patch(self.connection_id, found, etag)

    def _patch(self, found: list[Operation], after: Properties, version: Version) -> tuple[list[Operation], Outcome]:
        """Patch single keys, or the whole map if the API refuses that; return the last request and its outcome."""
        outcome = self.patch(found, version.etag)
        if isinstance(outcome, Applied) or not isinstance(outcome.error, PatchPathError):
            return found, outcome
        if not touches_credentials(found):
            return found, outcome
        whole = self.whole_map_patch(found, after, version)
        return whole, self.patch(whole, version.etag)

    def whole_map_patch(self, found: list[Operation], after: Properties, version: Version) -> list[Operation]:
        """Return the operations that replace all params at once, for an API that refuses to patch single ones.

        They overwrite the secrets at the server. Raises: ConcurrentChangeError if somebody else may have set those,
        SettingsError if the program does not give the secrets.
        """
        missing = [name for name in self.kind.secrets if after.get(name) is None]
        way = self.kind.way(after)
        if way is None or any(param.name in missing and param.is_required for param in way.params):
            raise SettingsError("the API accepts only all parameters at once here, so the secret ones are required too")
        if version.doubt and not sends_secret(self.kind, found):
            raise ConcurrentChangeError(
                "the API accepts only all parameters at once here, and somebody else may have changed the credentials",
                remedy="Set the correct credentials and change `credentials_version` to send them.",
            )
        shown = existing(self.connections, self.connection_id, GONE).auth.params
        return whole_map(found, shown, self.kind.wire_params(after))

    def _settled(self) -> Connection:
        return settled(self.connections, self.connection_id, GONE)

    def _followed(self, version: Version, current: Connection, before: Properties) -> Version:
        """Return the version at the server.

        A write by our own client that the state does not know is a lost attempt or an interrupted run. The secrets are
        sent again in both cases.
        """
        followed = version.followed_by(current, self.connections.own_client)
        return followed if manages_secret(self.kind, before) else Version(followed.etag)

    def _managed(self, current: Connection, before: Properties, after: Properties) -> Properties:
        """Return the managed properties as the server shows them, and the secrets as the state has them."""
        shown = {name: value for name, value in self.kind.shown(current).items() if name in before or name in after}
        return shown | {name: before[name] for name in self.kind.secrets if name in before}

    def _refuse_foreign_change(self, current: Connection, before: Properties, after: Properties) -> None:
        """Raise a ConcurrentChangeError if somebody else changed a managed field.

        A field that the state lacks becomes managed by this change, so its current value may be overwritten.
        """
        shown, required = self.kind.shown(current), ("name", *self.kind.required_visible(before))
        changed = [
            python_name(name)
            for name in self.kind.visible
            if name in before
            and shown.get(name) not in (before.get(name), after.get(name))
            and (name in shown or name not in required)
        ]
        if changed:
            fields = ", ".join(f"`{name}`" for name in changed)
            raise ConcurrentChangeError(
                f"{fields} {'was' if len(changed) == 1 else 'were'} changed by {editor(current)}; "
                "nothing was overwritten",
                remedy="Run `pulumi refresh` to record the change in the state. Then adapt the program, or "
                "run `pulumi up` to overwrite the change.",
            )


def _raise_unless_conflict(outcome: NotApplied | Unknown) -> None:
    """Return for a conflict or a connection between two states, which are retried; raise for all other outcomes."""
    error = outcome.error
    if isinstance(error, (VersionConflictError, TransitionError)):
        return
    if isinstance(error, NotFoundError):
        raise error.copy(remedy=GONE, earlier="")
    if isinstance(outcome, NotApplied):
        raise error
    raise OutcomeUnknownError(
        f"whether the change was applied is unknown: {error.message}",
        earlier=error.earlier,
        remedy="Run `pulumi up` again: it continues from what the server has. To undo the change instead, revert the "
        "program and run `pulumi up --refresh`, which sends its credentials again.",
    )
