"""Taking a change back whose connection test was refused, to what the server had before it."""

from __future__ import annotations

from dataclasses import dataclass

from ..api.outcomes import Applied, Gone, NotApplied
from ..errors import FlowServiceError, PatchPathError, VersionConflictError
from ..kinds.kind import Properties
from .patches import operations, sends_secret
from .provenance import Version
from .update import Change, Writer

_REVERT = "to go back by hand, take the change back in the program and run `pulumi up --refresh`"


@dataclass(frozen=True)
class Undo:
    """What came of it, in words that follow "the database refused the new credentials"."""

    is_done: bool
    text: str


def undo(writer: Writer, after: Properties, change: Change) -> Undo:
    """Put back what the server had, under the etag of the change; nothing is put over somebody else's write.

    Secrets come from the state alone, so they are put back only where the state's were the server's.
    """
    kind, before, sends = writer.kind, change.before, sends_secret(writer.kind, change.sent)
    if sends and any(after.get(name) is not None and before.get(name) is None for name in kind.secrets):
        return Undo(False, "they stay, because the ones before them are not known to this stack")
    if sends and not change.knew_secrets:
        return Undo(
            False,
            "they stay: somebody changed the connection after the state was written, so the ones before are unknown "
            "(`credentials_version` sends this stack's credentials again)",
        )
    etag = change.version.etag or _etag_of(writer, after)
    if not etag:
        return Undo(False, "they stay, because the version under which they could be put back is not known")
    found = operations(kind, after, before, resend=sends)
    if not found:
        return Undo(False, "they stay, because the server had them before")
    outcome = writer.patch(found, etag)
    if isinstance(outcome, NotApplied) and isinstance(outcome.error, PatchPathError):
        try:
            outcome = writer.patch(writer.whole(found, before, Version(etag)), etag)
        except FlowServiceError as failed:
            outcome = NotApplied(failed)
    back = "the previous ones were put back"
    if sends and change.follows_interruption:
        back = "the ones of the state were put back (an earlier run, which it does not record, may have set others)"
    if isinstance(outcome, Applied):
        return Undo(True, back)
    error = outcome.error
    if isinstance(error, VersionConflictError):
        # The transport repeats a PATCH whose answer was lost, and the second one meets the first one's etag.
        if error.earlier and _is_in_force(writer, before, etag):
            return Undo(True, back)
        return Undo(
            False,
            f"they were not put back, because somebody else wrote in the meantime ({error.message}); to send others, "
            "give them in the program and change `credentials_version`",
        )
    if isinstance(outcome, NotApplied):
        return Undo(False, f"the previous ones could not be put back ({error.message}); {_REVERT}")
    return Undo(False, f"whether the previous ones were put back is unknown ({error.message}); {_REVERT}")


def _etag_of(writer: Writer, written: Properties) -> str:
    """The etag of our own write, whose answer did not name it; empty where that cannot be told."""
    try:
        current = writer.connections.get(writer.connection_id)
    except FlowServiceError:
        return ""
    if isinstance(current, Gone) or current.updated_client != writer.connections.own_client:
        return ""
    shown = writer.kind.shown(current)
    is_ours = all(shown.get(name) == written.get(name) for name in writer.kind.visible if name in written)
    return (current.etag or "") if is_ours else ""


def _is_in_force(writer: Writer, expected: Properties, etag_before: str) -> bool:
    """Whether our own write of these properties is the last one."""
    etag = _etag_of(writer, expected)
    return bool(etag) and etag != etag_before
