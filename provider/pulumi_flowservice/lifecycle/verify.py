"""The connection test and what follows it: keep, warn, or undo. A green `pulumi up` means that the connection works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..api.outcomes import Applied, Gone, NotApplied
from ..errors import Code, ConnectionTestError, DatabaseRefusedError, FlowServiceError, notice
from ..kinds.kind import Properties
from .create import Made
from .provenance import met_text
from .undo import undo
from .update import Change, Writer
from .wait import CHANGING, delete_settled, rounds

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

_CHECK = (
    "Check the parameters and the credentials of the connection, the rights of its user, and that the database lets "
    "Adobe's addresses in; then run `pulumi up` again."
)


class Verdict(Enum):
    """What a connection test tells. Not documented: what the API answers beyond false when a login fails."""

    PASSED = "passed"
    REFUSED = "refused"
    NONE = "no verdict"


@dataclass(frozen=True)
class Verification:
    """Tests the connections of one sandbox after a write, by a policy: `fail`, `warn` or `off`."""

    connections: Connections
    policy: str
    warn: Callable[[str], None]

    def after_creation(self, inputs: Properties, made: Made) -> Connection | None:
        """The connection, where it had to be read. Raises: ConnectionTestError, when it was refused and removed.

        What the API has made is returned or undone, whatever else goes wrong.
        """
        if not self._passes(inputs, made.id, made.etag):
            self._undo_creation(made.id)
        if made.etag or self.policy == "off":
            return None
        # While it was initializing there was no etag; the state needs one, or the next update begins with a read.
        with suppress(FlowServiceError):
            found = self.connections.get(made.id)
            return None if isinstance(found, Gone) else found
        return None

    def after_change(self, after: Properties, change: Change, writer: Writer) -> None:
        """Raises: ConnectionTestError, after what was there before was put back where it is ours to know."""
        if change.touches_credentials and not self._passes(after, writer.connection_id, change.version.etag):
            outcome = undo(writer, after, change)
            raise ConnectionTestError(
                f"the database refused the new credentials; {outcome.text}",
                code=Code.CHANGE_UNDONE if outcome.is_done else Code.CHANGE_NOT_UNDONE,
                remedy=_CHECK,
                earlier=met_text(change.met) if change.met else "",
            )

    def _passes(self, properties: Properties, connection_id: str, etag: str | None) -> bool:
        """False only where the policy is `fail` and the verdict a plain no; all else that was found is a warning."""
        if self.policy == "off":
            return True
        verdict, reason = try_connection(self.connections, connection_id, was_settled=bool(etag))
        subject = f"connection {properties.get('name', connection_id)!r} ({connection_id})"
        if verdict is Verdict.NONE:
            self.warn(
                notice(
                    Code.NO_VERDICT,
                    f"{subject}: its test gave no verdict ({reason}); nothing was undone. Test it in the UI",
                )
            )
        if verdict is Verdict.REFUSED and self.policy == "warn":
            self.warn(
                notice(Code.REFUSED_BUT_KEPT, f"{subject}: the database refused its credentials; it is kept as it is")
            )
        return verdict is not Verdict.REFUSED or self.policy == "warn"

    def _undo_creation(self, connection_id: str) -> None:
        outcome = delete_settled(self.connections, connection_id)
        if isinstance(outcome, (Applied, Gone)):
            raise ConnectionTestError(
                "the database refused its credentials; no connection was left behind",
                code=Code.CREATION_UNDONE,
                remedy=_CHECK + ' connection_test="warn" keeps a connection that fails its test.',
            )
        left = "is left" if isinstance(outcome, NotApplied) else "may be left"
        raise ConnectionTestError(
            "the database refused its credentials, and the new connection could not be removed: "
            f"{connection_id} {left} ({outcome.error.message})",
            code=Code.CREATION_NOT_UNDONE,
            remedy=f'Delete it in the UI, or take it over by adopt="{connection_id}" once the database lets it in.',
        )


def try_connection(connections: Connections, connection_id: str, *, was_settled: bool) -> tuple[Verdict, str]:
    """The verdict, and why there is none where there is none; never raises, for what was written stays written.

    A "no" while the connection is initializing is no verdict: it is asked again when that is over. `was_settled`: it
    has an etag, which a connection gets when it is no longer initializing.
    """
    for _ in rounds(connections.clock):
        verdict, reason = _ask(connections, connection_id)
        if verdict is Verdict.REFUSED and not was_settled:
            # The first "no" may have come just before the end of the initialization.
            was_settled = True
            verdict, reason = _ask(connections, connection_id)
        if verdict is not None:
            return verdict, reason
    return Verdict.NONE, "the connection is still initializing"


def _ask(connections: Connections, connection_id: str) -> tuple[Verdict | None, str]:
    """Test once; None while the connection is between two states."""
    try:
        if _lets_in(connections, connection_id):
            return Verdict.PASSED, ""
    except FlowServiceError as error:
        return Verdict.NONE, error.message
    try:
        current = connections.get(connection_id)
    except FlowServiceError:
        # The test said no, and nothing says that it came too early.
        return Verdict.REFUSED, ""
    if isinstance(current, Gone):
        return Verdict.NONE, current.error.message
    return (None if current.state in CHANGING else Verdict.REFUSED), ""


def _lets_in(connections: Connections, connection_id: str) -> bool:
    """Whether the database accepted the login; the connector's own error text counts as a no."""
    try:
        return connections.test(connection_id)
    except DatabaseRefusedError:
        return False
