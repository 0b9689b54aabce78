"""Undo a change whose connection test was refused: put back what the server had before."""

from __future__ import annotations

from ..api.outcomes import Applied, Gone, NotApplied
from ..errors import FlowServiceError, PatchPathError, VersionConflictError
from ..resources.connection.kind import Properties, python_name
from .patches import operations, sends_secret
from .provenance import FOREIGN, INTERRUPTED, Version, manages_secret
from .update import Change, Writer

_REVERT = "to put them back yourself, revert the change in the program and run `pulumi up --refresh`"


def undo(writer: Writer, after: Properties, change: Change) -> tuple[bool, str]:
    """Put back what the server had, under the etag of the change, so that a later write is never overwritten.

    Return whether it is done, and a text that continues the sentence "the database refused the new credentials; …".

    The API never shows secrets, so secrets are put back only if the state is known to hold the ones of the server.
    """
    kind, before, sends = writer.kind, change.before, sends_secret(writer.kind, change.sent)
    new = [param for param in kind.params if after.get(param.name) is not None and before.get(param.name) is None]
    added = [param for param in new if param.is_secret]
    # What the state lacks, the server lacks too, but for what it had before an adoption.
    is_known = manages_secret(kind, before) and not after.get("adopt") and not any(p.is_required for p in added)
    if added and not is_known:
        return False, "they are still at the server, because this stack does not know the previous ones"
    if sends and change.doubt_before == FOREIGN:
        return False, (
            "they are still at the server: somebody changed the connection after the state was written, so the "
            "previous ones are unknown (a new `credentials_version` sends this stack's credentials again)"
        )
    # A change always has one: after an answer without an etag, the connection is read again.
    etag = change.version.etag
    found = operations(kind, after, before, resend=sends)
    if not found:
        return False, "they are still at the server: the server had the same ones before this change"
    outcome = writer.patch(found, etag)
    if isinstance(outcome, NotApplied) and isinstance(outcome.error, PatchPathError):
        try:
            outcome = writer.patch(writer.whole_map_patch(found, before, Version(etag)), etag)
        except FlowServiceError as failed:
            outcome = NotApplied(failed)
    back = "the previous ones were put back"
    if sends and change.doubt_before == INTERRUPTED:
        back = (
            "the credentials in the state were put back (an earlier run that the state does not record may have set "
            "others)"
        )
    if added:
        names = ", ".join(f"`{python_name(param.name)}`" for param in added)
        back += f", and {names}, which was not set before, was removed"
    if isinstance(outcome, Applied):
        return True, back
    error = outcome.error
    if isinstance(error, VersionConflictError):
        # The transport repeats a PATCH whose answer was lost. If the first one was applied, the second one gets 412.
        if error.earlier and _is_in_force(writer, before, etag):
            return True, back
        return False, (
            "the previous ones were not put back, because somebody else changed the connection in the meantime "
            f"({error.message}); to send other credentials, put them into the program and change `credentials_version`"
        )
    if isinstance(outcome, NotApplied):
        return False, f"the previous ones could not be put back ({error.message}); {_REVERT}"
    return False, f"whether the previous ones were put back is unknown ({error.message}); {_REVERT}"


def _is_in_force(writer: Writer, expected: Properties, etag_before: str) -> bool:
    """Return whether our own write of these properties is the latest write."""
    try:
        current = writer.connections.get(writer.connection_id)
    except FlowServiceError:
        return False
    if isinstance(current, Gone) or current.updated_client != writer.connections.own_client:
        return False
    shown = writer.kind.shown(current)
    is_ours = all(shown.get(name) == expected.get(name) for name in writer.kind.visible if name in expected)
    return is_ours and bool(current.etag) and current.etag != etag_before
