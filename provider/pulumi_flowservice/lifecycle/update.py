"""Change an object in place under `If-Match`, so that changes by others are never overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..api.clock import pauses
from ..api.outcomes import Applied, NotApplied, Outcome, Unknown
from ..errors import Code, FlowServiceError, Left, LifecycleError, MalformedAnswerError, Reason, notice
from .diff import is_resend_asked
from .operation import Operation
from .outcome import Change, PatchOperation
from .ownership import require_same_adoption
from .patches import changed_names, sends_secret
from .plan import before_lost_attempt, needs_previous_values, plan
from .properties import Properties, in_words
from .state import TEST_REFUSED, outputs
from .versions import INTERRUPTED, Version, doubt_notice, editor, foreign_write_text, manages_secret
from .wait import GONE, existing, settled

MOST_CONFLICTS = 5


def update(operation: Operation, object_id: str, olds: Properties, news: Properties) -> Properties:
    """Change the resource in place, and check it if its test is concerned. Return the new outputs.

    Raises: FlowServiceError.
    """
    resource, registry, call = operation.resource, operation.registry, operation.call
    registry.seen(object_id)
    require_same_adoption(object_id, news)
    try:
        resend = is_resend_asked(olds, news)
        change = change_object(
            operation, object_id, olds, news, Version.of_state(resource.secrets, olds), resend=resend
        )
        is_due = bool(olds.get(TEST_REFUSED))
        checked = resource.after_write.after_change(operation.after_write(), change, news, is_due=is_due)
        if checked.error:
            raise (
                checked.error.replace(left=Left(object_id, {**olds, "etag": checked.etag}))
                if checked.etag
                else checked.error
            )
    except LifecycleError as error:
        registry.failed(call.owner)
        if error.code in (Code.CHANGE_UNKNOWN, Code.CHANGE_NOT_UNDONE) and manages_secret(resource.secrets, olds):
            doubt = olds.get("credentialsInDoubt") or INTERRUPTED
            raise error.replace(left=Left(object_id, {**olds, "credentialsInDoubt": doubt})) from None
        raise
    subject, foreign = operation.subject(olds, object_id), change.foreign_write
    if foreign and change.version.doubt:
        call.warn(doubt_notice(subject, foreign, change.version.doubt))
    elif foreign:
        text = f"{subject}: somebody else changed the {resource.noun}, and then this stack's credentials were sent; "
        hint = f"if the other change ({editor(foreign)}) had set credentials, they were overwritten"
        call.warn(notice(Code.SENT_OVER_THEIRS, text + hint))
    # The inputs of an adopted object may have no name; the state keeps the one of the server.
    kept = {name: olds[name] for name in ("name", *(part.output for part in resource.parts)) if name in olds}
    state = change.seen.state if change.seen else olds.get("state")
    return outputs(operation, {**kept, **news}, change.version, state)


def change_object(
    operation: Operation,
    object_id: str,
    before: Properties,
    after: Properties,
    version: Version,
    *,
    resend: bool = False,
) -> Change:
    """Change `before`, which the state recorded at `version`, to `after`. `resend` sends secrets even if equal.

    Raises: LifecycleError, with the code CHANGE_UNKNOWN when it is unknown whether the change was applied.
    """
    resource, sandbox = operation.resource, operation.sandbox
    operation.registry.written(object_id)
    lost: FlowServiceError | None = None
    foreign_write: Any = None
    try:
        now = plan(resource, before, after, version, resend=resend)
        wanted, known, waits = now.missing, before, pauses(sandbox.clock)
        seen = None
        if not version.etag or needs_previous_values(resource, wanted, before, after):
            seen = settled(sandbox, resource.main.collection(sandbox), object_id)
        for _ in range(MOST_CONFLICTS):
            if seen is not None:
                now = plan(resource, before, after, now.version, seen, own_client=sandbox.own_client, resend=resend)
                foreign_write = now.foreign_write or foreign_write
                known = before_lost_attempt(known, now.before, after) if lost else now.before
            change = Change(object_id, tuple(wanted), now.version, known, now.version.doubt, foreign_write, seen)
            if not now.missing:
                # There is nothing to do, or our first attempt was applied and only its answer was lost.
                return _sent_otherwise(operation, change, after)
            sent, outcome = patch_object(operation, object_id, now.missing, after, now.version)
            if isinstance(outcome, Applied) and outcome.etag:
                doubt = None if sends_secret(resource, sent) else now.version.doubt
                applied = replace(change, sent=(*wanted, *sent), version=Version(outcome.etag, doubt))
                return _sent_otherwise(operation, applied, after)
            refused = _reason_to_look(outcome)
            if not isinstance(outcome, NotApplied):
                lost, sandbox = refused, sandbox.after_write()
            seen = settled(sandbox, resource.main.collection(sandbox), object_id)
            if seen.etag != now.version.etag:
                continue
            if refused.refusal is not Reason.IN_TRANSITION:
                # Nobody wrote in between, so the same request would be refused each time.
                raise refused
            sandbox.clock.sleep(next(waits))
        raise LifecycleError(
            f"the update failed {MOST_CONFLICTS} times, because somebody else changed the {resource.noun} each time, "
            "or it was in a temporary state",
            code=Code.CONCURRENT_CHANGE,
            remedy="Find out who changes it (`updatedBy` in the UI), then run `pulumi up` again.",
        )
    except FlowServiceError as error:
        raise _with_history(error, lost, foreign_write) from None


def patch_object(
    operation: Operation, object_id: str, found: list[PatchOperation], after: Properties, version: Version
) -> tuple[list[PatchOperation], Outcome]:
    """Patch single paths, or the whole map if the API refuses that; return the last request and its outcome.

    Raises: FlowServiceError if the whole map would overwrite what is not known.
    """
    resource, collection = operation.resource, operation.resource.main.collection(operation.sandbox)
    outcome = collection.patch(object_id, found, version.etag)
    if isinstance(outcome, Applied) or outcome.reason is not Reason.PATH:
        return found, outcome
    current = existing(collection, object_id)
    whole = resource.whole_patch(found, current, after, is_in_doubt=version.doubt is not None)
    return (found, outcome) if whole is None else (whole, collection.patch(object_id, whole, version.etag))


def change_unknown(message: str, earlier: str = "") -> LifecycleError:
    """Return the error for a change of which nobody can say whether it was applied."""
    return LifecycleError(
        f"whether the change was applied is unknown: {message}",
        code=Code.CHANGE_UNKNOWN,
        earlier=earlier,
        remedy="Run `pulumi up` again: it compares with the server and sends what is missing. To undo the change "
        "instead, put the old values into the program and run `pulumi up --refresh`, which sends the credentials of "
        "the program again.",
    )


def _sent_otherwise(operation: Operation, change: Change, after: Properties) -> Change:
    """Change the fields that PATCH does not change, one after another."""
    resource, sandbox = operation.resource, operation.sandbox.after_write()
    before, is_sent = change.before, False
    for field in resource.fields:
        if field.send is None or before.get(field.name) == after.get(field.name):
            continue
        outcome = field.send(sandbox, change.id, after.get(field.name))
        is_sent = True
        if isinstance(outcome, Unknown):
            raise change_unknown(outcome.error.message)
        if isinstance(outcome, NotApplied):
            done = changed_names(resource, change.sent)
            earlier = f"{in_words(done)} of the same update was changed" if done else ""
            raise outcome.error.replace(earlier=outcome.error.earlier or earlier)
    if not is_sent:
        return change
    seen = settled(sandbox, resource.main.collection(sandbox), change.id)
    return replace(change, version=Version(seen.etag or "", change.version.doubt), seen=seen)


def _with_history(error: FlowServiceError, lost: FlowServiceError | None, foreign_write: Any) -> FlowServiceError:
    """Return the error that ends a change, with all that happened before it.

    After a lost attempt, the outcome is unknown whatever follows it.
    """
    if lost and error.code != Code.CHANGE_UNKNOWN:
        error = change_unknown(f"{lost.message}; then {error.message}", error.earlier)
    if foreign_write is None:
        return error
    return error.replace(earlier="; ".join(text for text in (error.earlier, foreign_write_text(foreign_write)) if text))


def _reason_to_look(outcome: Outcome) -> FlowServiceError:
    """Return the reason to read the object and try again; raise for all outcomes that end the change."""
    if isinstance(outcome, Applied):
        return MalformedAnswerError("the API answered without an etag")
    if outcome.reason in (Reason.CONFLICT, Reason.IN_TRANSITION, Reason.MALFORMED):
        return outcome.error
    if outcome.reason is Reason.GONE:
        raise outcome.error.replace(remedy=GONE, earlier="")
    if isinstance(outcome, NotApplied):
        raise outcome.error
    raise change_unknown(outcome.error.message, outcome.error.earlier)
