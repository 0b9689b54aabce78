"""Change a connection in place under `If-Match`, so that changes by others are never overwritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..api.clock import pauses
from ..api.outcomes import Applied, NotApplied, Outcome
from ..errors import (
    ConcurrentChangeError,
    FlowServiceError,
    MalformedAnswerError,
    NotFoundError,
    PatchPathError,
    SettingsError,
    TransitionError,
    VersionConflictError,
)
from ..resources.connection.kind import Kind, Properties, python_name
from .history import History, change_unknown
from .patches import Operation, operations, removed, sends_secret, touches_credentials, whole_map
from .provenance import FOREIGN, INTERRUPTED, Version, editor, manages_secret
from .wait import GONE, existing, settled

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

MOST_CONFLICTS = 5
_ALL_AT_ONCE = "the API does not accept changes of single parameters of this connection"


@dataclass(frozen=True)
class Change:
    """A change that was applied.

    Args:
        sent: The operations; empty if the server already had every value.
        version: The version after the change.
        before: The managed properties that the server had before; secrets as the state has them.
        doubt_before: The doubt before the change. FOREIGN: somebody else may have set the secrets, so an undo must not
            send those of the state. INTERRUPTED: a run that no state recorded may have written before; a lost attempt
            of this change looks the same.
        foreign_write: The connection as somebody else left it, if somebody else wrote after the state was recorded.
        seen: The connection as it was read last, if it was read.
    """

    sent: tuple[Operation, ...]
    version: Version
    before: Properties
    doubt_before: str | None
    foreign_write: Connection | None
    seen: Connection | None


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
        history = History()
        try:
            return self._change(before, after, version, resend, history)
        except FlowServiceError as error:
            raise history.add_to(error) from None

    def _change(
        self, before: Properties, after: Properties, version: Version, resend: bool, history: History
    ) -> Change:
        wanted = operations(self.kind, before, after, resend=resend or version.doubt == INTERRUPTED)
        known, current, waits = before, None, pauses(self.connections.clock)
        # Read first if there is no etag for `If-Match`, or if an undo would need a value that the state does not have:
        # a field that becomes managed by this change may already have a value at the server.
        becomes_managed = any(name in after and name not in before for name in self.kind.visible)
        if not version.etag or (becomes_managed and touches_credentials(wanted)):
            current = settled(self.connections, self.connection_id)
        for _ in range(MOST_CONFLICTS):
            missing = wanted
            if current is not None:
                self._refuse_foreign_change(current, before, after)
                managed = self._managed(current, before, after)
                followed = self._followed(version, current, before)
                if followed.doubt == FOREIGN and version.doubt != FOREIGN:
                    history.foreign_write = current
                known, version = _before(known, managed, after) if history.lost else managed, followed
                # An interrupted run is repaired by the way; the secrets of somebody else are not overwritten.
                missing = operations(self.kind, managed, after, resend=resend or version.doubt == INTERRUPTED)
            change = Change(tuple(wanted), version, known, version.doubt, history.foreign_write, current)
            if not missing:
                # There is nothing to do, or our first attempt was applied and only its answer was lost.
                return change
            sent, outcome = self._patch(missing, after, version)
            if isinstance(outcome, Applied) and outcome.etag:
                now = Version(outcome.etag, None if sends_secret(self.kind, sent) else version.doubt)
                return replace(change, sent=(*wanted, *sent), version=now)
            refused = _conflict(outcome)
            history.lost = history.lost if isinstance(outcome, NotApplied) else refused
            current = settled(self.connections, self.connection_id)
            if current.etag != version.etag:
                continue
            if not isinstance(refused, TransitionError):
                # Nobody wrote in between, so the same request would be refused each time.
                raise refused
            self.connections.clock.sleep(next(waits))
        raise ConcurrentChangeError(
            f"the update failed {MOST_CONFLICTS} times, because somebody else changed the connection each time, or "
            "it was in a temporary state",
            remedy="Find out who changes it (`updatedBy` in the UI), then run `pulumi up` again.",
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
        shown = existing(self.connections, self.connection_id, GONE).auth.params
        way = self.kind.way(after)
        needed = {param.name for param in way.params if param.is_required} if way else set(self.kind.secrets)
        # A secret that the server shows and the program does not give would be replaced by its mask; one that this very
        # change removes is not sent.
        kept = [name for name in self.kind.secrets if after.get(name) is None and name not in removed(found)]
        if any(name in needed or name in shown for name in kept):
            raise SettingsError(f"{_ALL_AT_ONCE}, so all its secrets must be in the program too")
        if version.doubt and not sends_secret(self.kind, found):
            raise ConcurrentChangeError(
                f"{_ALL_AT_ONCE}, and somebody else may have changed the credentials",
                remedy="Set the correct credentials and change `credentials_version` to send them.",
            )
        return whole_map(found, shown, self.kind.wire_params(after))

    def _followed(self, version: Version, current: Connection, before: Properties) -> Version:
        """Return the version at the server.

        A write by our own client that the state does not know is a lost attempt or an interrupted run. The secrets are
        sent again in both cases.
        """
        followed = version.followed_by(current, self.connections.own_client)
        return followed if manages_secret(self.kind, before) else Version(followed.etag)

    def _managed(self, current: Connection, before: Properties, after: Properties) -> Properties:
        """Return the managed properties as the server shows them, and the secrets as the state has them."""
        view = self.kind.view(current, before)
        shown = {name: value for name, value in view.items() if name in before or name in after}
        return shown | {name: before[name] for name in self.kind.secrets if name in before}

    def _refuse_foreign_change(self, current: Connection, before: Properties, after: Properties) -> None:
        """Raise a ConcurrentChangeError if somebody else changed a managed field.

        A field that the state lacks becomes managed by this change, so its current value may be overwritten.
        """
        shown = self.kind.view(current, before)
        changed = [
            python_name(name)
            for name in self.kind.visible
            if name in before
            and shown.get(name) not in (before.get(name), after.get(name))
            and (name != "name" or shown["name"])
        ]
        if changed:
            fields = ", ".join(f"`{name}`" for name in changed)
            raise ConcurrentChangeError(
                f"{fields} {'was' if len(changed) == 1 else 'were'} changed by {editor(current)}; "
                "nothing was overwritten",
                remedy="Run `pulumi refresh` to record the change in the state. Then adapt the program, or "
                "run `pulumi up` to overwrite the change.",
            )


def _before(known: Properties, now: Properties, after: Properties) -> Properties:
    """Return what the server had before a lost attempt: a value as we want it may be the work of that attempt."""
    found = {name: (known if now.get(name) == after.get(name) else now).get(name) for name in {*known, *now}}
    return {name: value for name, value in found.items() if value is not None}


def _conflict(outcome: Outcome) -> FlowServiceError:
    """Return the reason to read the connection and try again; raise for all outcomes that end the change."""
    if isinstance(outcome, Applied):
        return MalformedAnswerError("the API answered without an etag")
    error = outcome.error
    if isinstance(error, (VersionConflictError, TransitionError)):
        return error
    if isinstance(error, NotFoundError):
        raise error.copy(remedy=GONE, earlier="")
    if isinstance(outcome, NotApplied):
        raise error
    if isinstance(error, MalformedAnswerError):
        return error
    raise change_unknown(error.message, error.earlier)
