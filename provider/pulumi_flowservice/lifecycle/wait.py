"""The API's connection test, read as one of three outcomes, and the wait for a connection that is initializing."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from ..clock import current_deadline, pauses
from ..errors import FlowServiceError, NotFoundError, TransitionError

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.models import Connection

_PATIENCE_SECONDS = 600.0
# Every state that Adobe's texts name and that passes by itself.
_CHANGING = ("initializing", "updating", "disabling", "enabled-finalizing", "delete-finalizing")


class Verdict(Enum):
    """What a connection test tells. Not documented: what the API answers beyond false when a login fails."""

    PASSED = "passed"
    REFUSED = "refused"
    NONE = "no verdict"


def try_connection(client: FlowServiceClient, sandbox: str, connection_id: str) -> tuple[Verdict, str]:
    """The verdict, and why there is none where there is none; never raises, for what was written stays written.

    A "no" while the connection is initializing is no verdict: it is asked again when that is over.
    """
    for _ in _rounds(client):
        try:
            if client.test_connection(sandbox, connection_id):
                return Verdict.PASSED, ""
            if client.get_connection(sandbox, connection_id).state not in _CHANGING:
                return Verdict.REFUSED, ""
        except FlowServiceError as error:
            return Verdict.NONE, error.message
    return Verdict.NONE, "the connection is still initializing"


def settled(client: FlowServiceClient, sandbox: str, connection_id: str) -> Connection:
    """The connection, once it has an etag and may be changed. Raises: TransitionError when that takes too long."""
    for _ in _rounds(client):
        connection = client.get_connection(sandbox, connection_id)
        if connection.etag and connection.state not in _CHANGING:
            return connection
    raise TransitionError(
        "the connection is still initializing", status=400, remedy="Wait a minute and run the command again."
    )


def delete_settled(client: FlowServiceClient, sandbox: str, connection_id: str) -> None:
    """Delete, waiting while the connection is initializing; that it is gone already is success."""
    refused: TransitionError | None = None
    for _ in _rounds(client):
        try:
            return client.delete_connection(sandbox, connection_id)
        except NotFoundError:
            return None
        except TransitionError as error:
            refused = error
    raise refused or TransitionError("the connection cannot be deleted yet", status=400)


def _rounds(client: FlowServiceClient) -> Iterator[None]:
    """Turns with growing pauses between them, until the running operation's deadline."""
    deadline = current_deadline(client.clock, _PATIENCE_SECONDS)
    for pause in pauses(client.clock):
        yield
        if not deadline.allows(pause):
            return
        client.clock.sleep(pause)
