"""Test a connection after a write, then keep it, warn, or undo the write, by the policy of the resource."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..api.outcomes import Applied, Gone, NotApplied
from ..errors import Code, ConnectionTestError, DatabaseRefusedError, FlowServiceError, notice
from ..resources.connection.kind import Kind, Properties
from .caller import Caller
from .create import Made
from .patches import touches_credentials
from .provenance import foreign_write_text
from .undo import undo
from .update import Change, Writer
from .wait import CHANGING, GONE, attempts, delete_settled, existing

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

_CHECK = (
    "Check the parameters and the credentials of the connection, the rights of its user, and that the database accepts "
    "connections from Adobe's IP addresses; then run `pulumi up` again."
)


class Verdict(Enum):
    """The result of a connection test. What the API answers for a failed login, other than false, is not documented."""

    PASSED = "passed"
    REFUSED = "refused"
    NONE = "no verdict"


@dataclass(frozen=True)
class Verification:
    """The connection tests of one sandbox, by a policy: `fail`, `warn` or `off`.

    `properties` are those of the tested connection.
    """

    connections: Connections
    policy: str
    caller: Caller
    kind: Kind
    properties: Properties

    def after_creation(self, made: Made) -> Connection | None:
        """Test a new connection; return it where it had to be read.

        Raises: ConnectionTestError, after the connection was deleted or could not be deleted; nothing else, because a
        connection that the API has made must reach the state or be deleted.
        """
        if not self._passes(made.id, made.etag):
            self._undo_creation(made.id)
        if made.etag or self.policy == "off":
            return None
        # A connection that was initializing had no etag. Without one in the state, the next update needs another read.
        with suppress(FlowServiceError):
            found = self.connections.get(made.id)
            return None if isinstance(found, Gone) else found
        return None

    def after_change(self, change: Change, writer: Writer, *, is_due: bool = False) -> None:
        """Test changed credentials; with `is_due`, test even if nothing was sent.

        Raises: ConnectionTestError, after the change was undone where that is possible; NotFoundError.
        """
        is_touched = touches_credentials(change.sent)
        if is_due and not is_touched:
            existing(self.connections, writer.connection_id, GONE)
            if not self._passes(writer.connection_id, change.version.etag):
                raise ConnectionTestError(
                    f"{self._database} still refuses the connection's credentials; {writer.connection_id} is kept",
                    code=Code.CREATION_NOT_UNDONE,
                    remedy=_CHECK,
                )
        elif is_touched and not self._passes(writer.connection_id, change.version.etag):
            is_undone, text = undo(writer, self.properties, change)
            raise ConnectionTestError(
                f"{self._database} refused the new credentials; {text}",
                code=Code.CHANGE_UNDONE if is_undone else Code.CHANGE_NOT_UNDONE,
                remedy=_CHECK,
                earlier=foreign_write_text(change.foreign_write) if change.foreign_write else "",
            )

    @property
    def _database(self) -> str:
        target = self.caller.target(self.kind, self.properties)
        return f"the database ({target})" if target else "the database"

    def _passes(self, connection_id: str, etag: str | None) -> bool:
        """Return False only if the database refused the login and the policy is `fail`; other findings are warnings."""
        if self.policy == "off":
            return True
        verdict, reason = try_connection(self.connections, connection_id, was_settled=bool(etag))
        subject = self.caller.subject(self.properties, connection_id)
        if verdict is Verdict.NONE:
            self.caller.warn(
                notice(
                    Code.NO_TEST_RESULT,
                    f"{subject}: its connection test gave no result ({reason}); nothing was undone. Test it in the UI",
                )
            )
        if verdict is Verdict.REFUSED and self.policy == "warn":
            self.caller.warn(
                notice(
                    Code.REFUSED_BUT_KEPT,
                    f"{subject}: the database refused the connection's credentials; the connection is kept as it is",
                )
            )
        return verdict is not Verdict.REFUSED or self.policy == "warn"

    def _undo_creation(self, connection_id: str) -> None:
        outcome = delete_settled(self.connections, connection_id)
        if isinstance(outcome, (Applied, Gone)):
            raise ConnectionTestError(
                f"{self._database} refused the connection's credentials; no connection was left behind",
                code=Code.CREATION_UNDONE,
                remedy=_CHECK + ' connection_test="warn" keeps a connection that fails its test.',
            )
        left = "still exists" if isinstance(outcome, NotApplied) else "may still exist"
        remedy = (
            "The state has it. Correct the credentials and run `pulumi up`, which tests it again; or remove it from "
            "the program, and `pulumi up` deletes it."
            if self.caller.records_failures
            else f'Delete it in the UI, or take it over with adopt="{connection_id}" once the database accepts the '
            "credentials."
        )
        raise ConnectionTestError(
            f"{self._database} refused the connection's credentials, and the new connection could not be removed: "
            f"{connection_id} {left} ({outcome.error.message})",
            code=Code.CREATION_NOT_UNDONE,
            remedy=remedy,
        )


def try_connection(connections: Connections, connection_id: str, *, was_settled: bool) -> tuple[Verdict, str]:
    """Return the verdict, and the reason if there is none. Never raises, because the write before it was applied.

    A refusal while the connection is initializing is not a verdict: the test is repeated. `was_settled`: the connection
    has an etag, so it was no longer initializing.
    """
    for _ in attempts(connections.clock):
        verdict, reason = _test_once(connections, connection_id)
        if verdict is Verdict.REFUSED and not was_settled:
            # The refusal may have come just before the end of the initialization.
            was_settled = True
            verdict, reason = _test_once(connections, connection_id)
        if verdict is not None:
            return verdict, reason
    return Verdict.NONE, "the connection is still initializing"


def _test_once(connections: Connections, connection_id: str) -> tuple[Verdict | None, str]:
    """Return the verdict of one test; None while the connection is between two states."""
    try:
        if connections.test(connection_id):
            return Verdict.PASSED, ""
    except DatabaseRefusedError:
        pass  # As a test with the result false.
    except FlowServiceError as error:
        return Verdict.NONE, error.message
    try:
        current = connections.get(connection_id)
    except FlowServiceError:
        # The test was refused, and nothing says that it came too early.
        return Verdict.REFUSED, ""
    if isinstance(current, Gone):
        return Verdict.NONE, current.error.message
    return (None if current.state in CHANGING else Verdict.REFUSED), ""
