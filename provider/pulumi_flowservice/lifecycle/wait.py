"""Waiting for a connection that is between two states, with growing pauses and an end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ..api.outcomes import Gone, NotApplied, Outcome, Unknown
from ..clock import Clock, current_deadline, pauses
from ..errors import FlowServiceError, MalformedAnswerError, NotFoundError, TransitionError

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

_PATIENCE_SECONDS = 600.0
# Every state that Adobe's texts name and that passes by itself.
CHANGING = ("initializing", "updating", "disabling", "enabled-finalizing", "delete-finalizing")


def existing(connections: Connections, connection_id: str, remedy: str) -> Connection:
    """Read a connection that must exist. Raises: NotFoundError with this remedy."""
    found = connections.get(connection_id)
    if isinstance(found, Gone):
        raise not_found(found.error, remedy)
    return found


def not_found(refusal: NotFoundError, remedy: str) -> NotFoundError:
    """The API's refusal, with what to do about it here."""
    return NotFoundError(
        refusal.message,
        status=refusal.status,
        api_code=refusal.api_code,
        request_id=refusal.request_id,
        remedy=remedy,
    )


def settled(connections: Connections, connection_id: str, remedy: str) -> Connection:
    """The connection, once it has an etag and may be changed. Raises: TransitionError when that takes too long."""
    state = ""
    for _ in rounds(connections.clock):
        connection = existing(connections, connection_id, remedy)
        if connection.etag and connection.state not in CHANGING:
            return connection
        state = connection.state
    raise TransitionError(
        f"the connection is still {state or 'without an etag'}",
        status=400,
        remedy="Wait a minute and run the command again.",
    )


def delete_settled(connections: Connections, connection_id: str) -> Outcome | Gone:
    """Delete, waiting while the connection is initializing."""
    outcome: Outcome | Gone = NotApplied(TransitionError("the connection cannot be deleted yet", status=400))
    for _ in rounds(connections.clock):
        outcome = connections.delete(connection_id)
        if not (isinstance(outcome, NotApplied) and isinstance(outcome.error, TransitionError)):
            break
    if isinstance(outcome, Unknown) and isinstance(outcome.error, MalformedAnswerError):
        # Something answered 2xx, in words that are not the API's: whether it is gone, a read tells.
        with suppress(FlowServiceError):
            found = connections.get(connection_id)
            return found if isinstance(found, Gone) else outcome
    return outcome


def rounds(clock: Clock) -> Iterator[None]:
    """Turns with growing pauses between them, until the running operation's deadline."""
    deadline = current_deadline(clock, _PATIENCE_SECONDS)
    for pause in pauses(clock):
        yield
        if not deadline.allows(pause):
            return
        clock.sleep(pause)
