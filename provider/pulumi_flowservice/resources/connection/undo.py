"""Undo a change whose connection test was refused: put back what the server had before."""

from __future__ import annotations

from dataclasses import dataclass

from ...api.outcomes import Applied, Gone, NotApplied
from ...errors import FlowServiceError, Reason
from ...lifecycle.names import CREDENTIALS_VERSION, in_words
from ...lifecycle.operation import Operation
from ...lifecycle.patches import operations, sends_secret
from ...lifecycle.properties import Properties
from ...lifecycle.results import Change
from ...lifecycle.update import patch_object
from ...lifecycle.versions import FOREIGN, INTERRUPTED, Version, manages_secret

_REVERT = "to put them back yourself, revert the change in the program and run `pulumi up --refresh`"
_NOT_KNOWN = "they are still at the server, because this stack does not know the previous ones"
_FOREIGN = (
    "they are still at the server: somebody changed the connection after the state was written, so the previous ones "
    f"are unknown (a new {CREDENTIALS_VERSION} sends this stack's credentials again)"
)
_SAME = "they are still at the server: the server had the same ones before this change"
_BACK = "the previous ones were put back"
_BACK_FROM_STATE = (
    "the credentials in the state were put back (an earlier run that the state does not record may have set others)"
)


@dataclass(frozen=True)
class Undone:
    """The result of an undo.

    Args:
        is_done: Whether the server certainly has the previous values.
        text: Continues the sentence "the database refused the new credentials; …".
        etag: The etag after it, if it is done and known.
    """

    is_done: bool
    text: str
    etag: str | None = None


def undo(operation: Operation, after: Properties, change: Change) -> Undone:
    """Put back what the server had, under the etag of the change, so that a later write is never overwritten.

    The API never shows secrets, so secrets are put back only if the state is known to hold the ones of the server.
    """
    resource, before = operation.resource, change.before
    sends = sends_secret(resource, change.sent)
    new = [field for field in resource.fields if after.get(field.name) is not None and before.get(field.name) is None]
    added = [field for field in new if field.is_secret]
    # What the state lacks, the server lacks too, but for what it had before an adoption.
    is_known = (
        manages_secret(resource.secrets, before) and not after.get("adopt") and not any(f.is_required for f in added)
    )
    if added and not is_known:
        return Undone(False, _NOT_KNOWN)
    if sends and change.doubt_before == FOREIGN:
        return Undone(False, _FOREIGN)
    found = operations(resource, after, before, resend=sends)
    if not found:
        return Undone(False, _SAME)
    back = _BACK_FROM_STATE if sends and change.doubt_before == INTERRUPTED else _BACK
    if added:
        back += f", and {in_words([field.name for field in added])}, which was not set before, was removed"
    # A change always has an etag: after an answer without one, the connection is read again.
    version = Version(change.version.etag)
    try:
        _, outcome = patch_object(operation, change.id, found, before, version)
    except FlowServiceError as failed:
        outcome = NotApplied(failed)
    if isinstance(outcome, Applied):
        return Undone(True, back, outcome.etag)
    error = outcome.error
    if outcome.reason is Reason.CONFLICT:
        # The transport repeats a PATCH whose answer was lost. If the first one was applied, the second one gets 412.
        if error.may_be_applied and (etag := _etag_of(operation, before, change)):
            return Undone(True, back, etag)
        return Undone(
            False,
            "the previous ones were not put back, because somebody else changed the connection in the meantime "
            f"({error.message}); to send other credentials, put them into the program and change {CREDENTIALS_VERSION}",
        )
    if isinstance(outcome, NotApplied):
        return Undone(False, f"the previous ones could not be put back ({error.message}); {_REVERT}")
    return Undone(False, f"whether the previous ones were put back is unknown ({error.message}); {_REVERT}")


def _etag_of(operation: Operation, expected: Properties, change: Change) -> str | None:
    """Return the etag of our own write of these properties, if that is the latest write."""
    resource, sandbox = operation.resource, operation.sandbox
    try:
        current = resource.main.collection(sandbox).get(change.id)
    except FlowServiceError:
        return None
    if isinstance(current, Gone) or current.updated_client != sandbox.own_client:
        return None
    shown = resource.shown(current)
    is_ours = all(shown.get(name) == expected.get(name) for name in resource.visible if name in expected)
    return current.etag if is_ours and current.etag != change.version.etag else None
