"""Delete a connection. One that is already gone counts as deleted; one in use is an error that names the dataflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..api.outcomes import Applied, Gone, Unknown
from ..errors import Code, FlowServiceError, InUseError, OutcomeUnknownError
from .wait import delete_settled

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.flows import Flows


def delete(connections: Connections, flows: Flows, connection_id: str) -> Gone | None:
    """Delete a connection; return the API's refusal if the connection was already gone.

    Raises: InUseError, which names the dataflows that use it; OutcomeUnknownError; else the error of the API.
    """
    outcome = delete_settled(connections, connection_id)
    if isinstance(outcome, Applied):
        return None
    if isinstance(outcome, Gone):
        return outcome
    if isinstance(outcome, Unknown):
        raise OutcomeUnknownError(
            f"whether the connection was deleted is unknown: {outcome.error.message}",
            code=Code.DELETION_UNKNOWN,
            earlier=outcome.error.earlier,
            remedy="Run the command again: a connection that is already gone counts as deleted.",
        )
    if isinstance(outcome.error, InUseError):
        raise _in_use(flows, connection_id, outcome.error)
    raise outcome.error


def _in_use(flows: Flows, connection_id: str, refused: InUseError) -> InUseError:
    """Return the refusal with the names of the dataflows, which the API does not name."""
    try:
        found = flows.using(connection_id)
    except FlowServiceError:
        found = []
    unseen = "dataflows that these API credentials cannot see"
    names = ", ".join(f"{flow.name!r} ({flow.id})" for flow in found) or unseen
    return refused.copy(
        message=f"it is in use by {names}, so nothing was deleted",
        earlier="",
        remedy="Delete these dataflows or switch them to another connection, then run the command again; or keep the "
        "connection at the server and remove it from the stack only: `pulumi state delete`, or retain_on_delete=True.",
    )
