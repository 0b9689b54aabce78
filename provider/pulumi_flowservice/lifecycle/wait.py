"""Wait, until a deadline, for an object that is changing its state."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..api.outcomes import Applied, Gone, NotApplied, Outcome, Unknown
from ..errors import AnswerError, FlowServiceError, Reason

if TYPE_CHECKING:
    from ..api.collection import Collection
    from ..api.sandbox import Sandbox

GONE = (
    "`pulumi refresh` removes it from the state, unless an access label only hides it; the next `pulumi up` creates it "
    "again."
)


def existing(collection: Collection[Any], object_id: str, remedy: str = GONE) -> Any:
    """Read an object that must exist. Raises: AnswerError with this remedy."""
    found = collection.get(object_id)
    if isinstance(found, Gone):
        raise found.error.replace(remedy=remedy)
    return found


def settled(sandbox: Sandbox, collection: Collection[Any], object_id: str) -> Any:
    """Return the object as soon as it can be changed.

    Raises: AnswerError with the reason IN_TRANSITION if that takes too long, or if its state does not change by itself.
    """
    found: Any = None
    for _ in sandbox.deadline.attempts():
        found = existing(collection, object_id)
        if found.is_settled:
            return found
        if not found.is_changing:
            raise AnswerError(
                f"the {collection.noun} cannot be changed, because its state is {found.state!r}",
                status=400,
                reason=Reason.IN_TRANSITION,
                remedy="Look at it in the UI.",
            )
    raise AnswerError(
        f"the {collection.noun} is "
        + (
            "not ready yet: the API shows no etag for it"
            if found.state in ("enabled", "disabled")
            else f"still {found.state}"
        ),
        status=400,
        reason=Reason.IN_TRANSITION,
        remedy="Wait a minute and run the command again.",
    )


def delete_settled(sandbox: Sandbox, collection: Collection[Any], object_id: str) -> Outcome | Gone:
    """Delete the object; retry while it is between two states."""
    outcome: Outcome | Gone | None = None
    lost: Unknown | None = None
    for _ in sandbox.deadline.attempts():
        outcome = collection.delete(object_id)
        if isinstance(outcome, (Applied, Gone)) or outcome.reason is not Reason.IN_TRANSITION:
            break
        # It may be in transition because of this very attempt, whose answer was lost.
        lost = outcome if isinstance(outcome, Unknown) else lost
    assert outcome is not None  # noqa: S101 - There is at least one attempt.
    if lost and isinstance(outcome, NotApplied) and outcome.reason is not Reason.IN_USE:
        outcome = Unknown(outcome.error.replace(may_be_applied=True, earlier=lost.error.earlier))
    if isinstance(outcome, Unknown) and outcome.reason is Reason.MALFORMED:
        # Something answered 2xx, in words that are not the API's: whether it is gone, a read tells.
        with suppress(FlowServiceError):
            found = collection.get(object_id)
            return found if isinstance(found, Gone) else outcome
    return outcome


def await_gone(sandbox: Sandbox, collection: Collection[Any], object_id: str) -> None:
    """Wait until a deleted object is no longer there, so that what it refers to can be deleted, too.

    Raises: FlowServiceError, with the reason IN_TRANSITION if that takes too long.
    """
    for _ in sandbox.deadline.attempts():
        if isinstance(collection.get(object_id), Gone):
            return
    raise AnswerError(
        f"the API accepted the deletion of the {collection.noun} {object_id}, but it is still there",
        status=400,
        reason=Reason.IN_TRANSITION,
        remedy="Wait a minute and run the command again.",
    )
