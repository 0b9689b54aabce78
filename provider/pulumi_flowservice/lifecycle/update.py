"""Changing a connection in place under `If-Match`, so that nothing of anybody else's is overwritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..api.outcomes import Applied, NotApplied, Outcome
from ..clock import pauses
from ..errors import (
    ConcurrentChangeError,
    FlowServiceError,
    MalformedAnswerError,
    NotFoundError,
    OutcomeUnknownError,
    PatchPathError,
    SettingsError,
    TransitionError,
    VersionConflictError,
)
from ..kinds.kind import Kind, Properties, python_name
from .patches import Operation, operations, sends_secret, touches_credentials, whole_map
from .provenance import FOREIGN, INTERRUPTED, Version, editor, manages_secret, met_text
from .wait import existing, not_found, settled

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

MOST_CONFLICTS = 5
# The doubt now and the doubt before, where somebody else's write is news.
_NEW_FOREIGN = ((FOREIGN, None), (FOREIGN, INTERRUPTED))
GONE = "`pulumi refresh` takes that into the state; the next `pulumi up` makes it anew."


@dataclass(frozen=True)
class Change:
    """A change that is in force.

    Args:
        sent: The operations; empty when the server had everything already.
        version: The version that came of it.
        before: What the server had before, as far as it is managed; secrets as the state has them.
        knew_secrets: Whether the secrets of the state may be put back: nobody else has set others since.
        follows_interruption: Whether a run that no state recorded had written before.
        met: The connection as somebody else had written it since the state was written.
        seen: The connection as it was read last, where it was read.
    """

    sent: tuple[Operation, ...]
    version: Version
    before: Properties
    knew_secrets: bool
    follows_interruption: bool = False
    met: Connection | None = None
    seen: Connection | None = None

    @property
    def touches_credentials(self) -> bool:
        """Whether the connection test has something new to try."""
        return touches_credentials(self.sent)


@dataclass
class _History:
    """What has happened so far while a change is being made, for the error that may end it."""

    lost: FlowServiceError | None = None
    met: Connection | None = None

    def told_in(self, error: FlowServiceError) -> FlowServiceError:
        """The error with what happened before it: after a lost attempt, the outcome is unknown whatever follows."""
        if self.lost and not isinstance(error, OutcomeUnknownError):
            error = _unknown(f"{self.lost.message}; then {error.message}", error.earlier)
        if self.met:
            error.earlier = "; ".join(part for part in (error.earlier, met_text(self.met)) if part)
        return error


class Writer:
    """Writes to one connection."""

    def __init__(self, kind: Kind, connections: Connections, connection_id: str) -> None:
        self.kind = kind
        self.connections = connections
        self.connection_id = connection_id

    def change(self, before: Properties, after: Properties, version: Version, *, resend: bool = False) -> Change:
        """Turn `before`, as the state knows it at `version`, into `after`; `resend` sends secrets in any case.

        Raises: ConcurrentChangeError when a field that we manage is neither as we left it nor as we want it;
        OutcomeUnknownError when the change may be in force or not.
        """
        history = _History()
        try:
            return self._change(before, after, version, resend, history)
        except FlowServiceError as error:
            raise history.told_in(error) from None

    def _change(
        self, before: Properties, after: Properties, version: Version, resend: bool, history: _History
    ) -> Change:
        wanted = operations(self.kind, before, after, resend=resend or version.doubt == INTERRUPTED)
        known, current, waits = before, None, pauses(self.connections.clock)
        # A field that becomes managed may have a value at the server, which an undo has to put back.
        becomes_managed = any(name in after and name not in before for name in self.kind.visible)
        if not version.etag or (becomes_managed and touches_credentials(wanted)):
            current = self._settled()
        for _ in range(MOST_CONFLICTS):
            missing = wanted
            if current is not None:
                self._refuse_foreign_change(current, before, after)
                managed = self._managed(current, before, after)
                followed = self._followed(version, current, before)
                history.met = current if (followed.doubt, version.doubt) in _NEW_FOREIGN else history.met
                known, version = _before(known, managed, after) if history.lost else managed, followed
                # What a run of ours has left is resolved on the way; nothing is sent over somebody else's secrets.
                missing = operations(self.kind, managed, after, resend=resend or version.doubt == INTERRUPTED)
            change = Change(
                tuple(wanted),
                version,
                known,
                version.doubt != FOREIGN,
                version.doubt == INTERRUPTED and history.lost is None,
                history.met,
                current,
            )
            if not missing:
                # Nothing to do, or our own first attempt was applied and only its answer lost.
                return change
            sent, outcome = self._patch(missing, after, version)
            if isinstance(outcome, Applied) and outcome.etag:
                now = Version(outcome.etag, None if sends_secret(self.kind, sent) else version.doubt)
                return replace(change, sent=(*wanted, *sent), version=now)
            refused = _conflict(outcome)
            history.lost = history.lost if isinstance(outcome, NotApplied) else refused
            current = self._settled()
            if current.etag != version.etag:
                continue
            if not isinstance(refused, TransitionError):
                # Nobody wrote, and the same request would end in the same way.
                raise refused
            self.connections.clock.sleep(next(waits))
        raise ConcurrentChangeError(
            f"the connection could not be changed in {MOST_CONFLICTS} attempts: it changed, or was changing, each time",
            remedy="Find out who writes to it (`updatedBy` in the UI), then run `pulumi up` again.",
        )

    def patch(self, found: list[Operation], etag: str) -> Outcome:
        """Send these operations under this etag."""
        return self.connections.patch(self.connection_id, found, etag)

    def _patch(self, found: list[Operation], after: Properties, version: Version) -> tuple[list[Operation], Outcome]:
        """Send single keys, or the whole map where the API refuses single keys; what was sent last, and its outcome."""
        outcome = self.patch(found, version.etag)
        if isinstance(outcome, Applied) or not isinstance(outcome.error, PatchPathError):
            return found, outcome
        if not touches_credentials(found):
            return found, outcome
        whole = self.whole(found, after, version)
        return whole, self.patch(whole, version.etag)

    def whole(self, found: list[Operation], after: Properties, version: Version) -> list[Operation]:
        """The operations for an API that takes all params or none.

        They put our secrets over the ones at the server. Raises: ConcurrentChangeError where these may be somebody
        else's, SettingsError where ours are not known.
        """
        shown = existing(self.connections, self.connection_id, GONE).auth.params
        way = self.kind.way(after)
        needed = {param.name for param in way.params if param.is_required} if way else set(self.kind.secrets)
        # A secret that the server shows and that is not ours would be replaced by its mask.
        if any(after.get(name) is None and (name in needed or name in shown) for name in self.kind.secrets):
            raise SettingsError("the API wants all parameters at once here, so the secret ones are needed too")
        if version.doubt and not sends_secret(self.kind, found):
            raise ConcurrentChangeError(
                "the API wants all parameters at once here, and somebody else may have changed the credentials",
                remedy="Give the credentials that are right and change `credentials_version` to send them.",
            )
        return whole_map(found, shown, self.kind.wire_params(after))

    def _settled(self) -> Connection:
        return settled(self.connections, self.connection_id, GONE)

    def _followed(self, version: Version, current: Connection, before: Properties) -> Version:
        """The version at the server.

        A write of our own that the state does not know may be that of a lost attempt or that of an interrupted run: the
        secrets are sent again in both cases.
        """
        followed = version.followed_by(current, self.connections.own_client)
        return followed if manages_secret(self.kind, before) else Version(followed.etag)

    def _managed(self, current: Connection, before: Properties, after: Properties) -> Properties:
        """What the server shows of the managed properties; the secrets are as the state knows them."""
        view = self.kind.view(current, before)
        shown = {name: value for name, value in view.items() if name in before or name in after}
        return shown | {name: before[name] for name in self.kind.secrets if name in before}

    def _refuse_foreign_change(self, current: Connection, before: Properties, after: Properties) -> None:
        """What the state lacks becomes managed by this very change, so its value until now is no obstacle."""
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
                remedy="Run `pulumi refresh` to take the change into the state, then `pulumi up` to decide about it.",
            )


def _before(known: Properties, now: Properties, after: Properties) -> Properties:
    """What was there before a lost attempt: what is as we want it now may be of that attempt's making."""
    found = {name: (known if now.get(name) == after.get(name) else now).get(name) for name in {*known, *now}}
    return {name: value for name, value in found.items() if value is not None}


def _conflict(outcome: Outcome) -> FlowServiceError:
    """Return what made it necessary to read the connection again; raise whatever ends the change."""
    if isinstance(outcome, Applied):
        return MalformedAnswerError("the API answered without an etag")
    error = outcome.error
    if isinstance(error, (VersionConflictError, TransitionError)):
        return error
    if isinstance(error, NotFoundError):
        raise not_found(error, GONE)
    if isinstance(outcome, NotApplied):
        raise error
    if isinstance(error, MalformedAnswerError):
        return error
    raise _unknown(error.message, error.earlier)


def _unknown(message: str, earlier: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"whether the change is in force is unknown: {message}",
        earlier=earlier,
        remedy="Run `pulumi up` again: it goes on from what is there. If the program is to be as before instead, run "
        "`pulumi up --refresh`, which sends its credentials again.",
    )
