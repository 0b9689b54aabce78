"""Wait, until a deadline, for a connection that is changing its state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ..api.clock import Clock, current_deadline, pauses
from ..api.outcomes import Gone, NotApplied, Outcome, Unknown
from ..errors import FlowServiceError, MalformedAnswerError, TransitionError

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

GONE = "`pulumi refresh` removes it from the state; the next `pulumi up` creates it again."
# The temporary states that Adobe's documentation names.
CHANGING = ("initializing", "updating", "disabling", "enabled-finalizing", "delete-finalizing")


def existing(connections: Connections, connection_id: str, remedy: str) -> Connection:
    """Read a connection that must exist. Raises: NotFoundError with this remedy."""
    found = connections.get(connection_id)
    if isinstance(found, Gone):
        raise found.error.copy(remedy=remedy)
    return found


def settled(connections: Connections, connection_id: str) -> Connection:
    """Return the connection as soon as it can be changed. Raises: TransitionError when that takes too long."""
    state = ""
    for _ in attempts(connections.clock):
        connection = existing(connections, connection_id, GONE)
        # The API may list a connection that is still initializing without an etag.
        if connection.etag and connection.state not in CHANGING:
            return connection
        state = connection.state
    raise TransitionError(
        f"the connection is {f'still {state}' if state in CHANGING else 'not ready yet: the API shows no etag for it'}",
        status=400,
        remedy="Wait a minute and run the command again.",
    )


def delete_settled(connections: Connections, connection_id: str) -> Outcome | Gone:
    """Delete the connection; retry while it is initializing."""
    outcome: Outcome | Gone = NotApplied(TransitionError("the connection cannot be deleted yet", status=400))
    for _ in attempts(connections.clock):
        outcome = connections.delete(connection_id)
        if not (isinstance(outcome, NotApplied) and isinstance(outcome.error, TransitionError)):
            break
    if isinstance(outcome, Unknown) and isinstance(outcome.error, MalformedAnswerError):
        # Something answered 2xx, in words that are not the API's: whether it is gone, a read tells.
        with suppress(FlowServiceError):
            found = connections.get(connection_id)
            return found if isinstance(found, Gone) else outcome
    return outcome


def attempts(clock: Clock) -> Iterator[None]:
    """Yield once per attempt, with growing pauses, until the deadline of the running operation."""
    deadline = current_deadline(clock)
    for pause in pauses(clock):
        yield
        if not deadline.allows(pause):
            return
        clock.sleep(pause)
