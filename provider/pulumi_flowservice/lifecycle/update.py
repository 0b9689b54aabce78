"""Change an object in place under `If-Match`, so that changes by others are never overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..api.clock import pauses
from ..api.outcomes import Applied, NotApplied, Outcome
from ..errors import Code, FlowServiceError, Left, LifecycleError, MalformedAnswerError, Reason, notice
from .actions import MOST_CONFLICTS, change_unknown, going_first, send_first, send_rest, settled_whole
from .diff import is_resend_asked
from .names import in_words
from .operation import Operation
from .outputs import TEST_REFUSED, outputs, part_ids, recorded
from .patches import sends_secret, sent_otherwise
from .plan import before_lost_attempt, needs_previous_values, plan
from .preconditions import require_same_adoption
from .properties import Properties
from .resource_type import ResourceType
from .results import Change, PatchOperation
from .versions import INTERRUPTED, Version, doubt_notice, editor, foreign_write_text, manages_secret
from .wait import GONE, existing


def update(operation: Operation, object_id: str, olds: Properties, news: Properties) -> Properties:
    """Change the resource in place, and check it if its test is concerned. Return the new outputs.

    Raises: FlowServiceError.
    """
    resource, registry, call = operation.resource, operation.registry, operation.call
    registry.seen(object_id, parts=part_ids(resource, olds).values())
    require_same_adoption(object_id, news, resource.noun)
    try:
        resend = is_resend_asked(olds, news)
        change = change_object(
            operation, object_id, olds, news, Version.of_state(resource.secrets, olds), resend=resend
        )
        is_due = bool(olds.get(TEST_REFUSED))
        checked = resource.after_write.after_change(operation.after_write(), change, news, is_due=is_due)
        if checked.error:
            left = Left(object_id, {**olds, "etag": checked.etag}) if checked.etag else None
            raise checked.error.replace(left=left)
    except FlowServiceError as error:
        registry.failed(call.owner)
        if error.code in (Code.CHANGE_UNKNOWN, Code.CHANGE_NOT_UNDONE) and manages_secret(resource.secrets, olds):
            doubt = olds.get("credentialsInDoubt") or INTERRUPTED
            raise error.replace(left=Left(object_id, {**olds, "credentialsInDoubt": doubt})) from None
        raise
    is_still_due = is_due and checked.is_pending
    if not is_still_due:
        registry.works(call.owner)
    subject, foreign = operation.subject(olds, object_id), change.foreign_write
    if foreign and change.version.doubt:
        call.warn(doubt_notice(subject, resource.noun, foreign, change.version.doubt))
    elif foreign:
        text = f"{subject}: somebody else changed the {resource.noun}, and then this stack's credentials were sent; "
        hint = f"if the other change ({editor(foreign)}) had set credentials, they were overwritten"
        call.warn(notice(Code.SENT_OVER_THEIRS, text + hint))
    # The inputs of an adopted object may have no name; the state keeps the one of the server.
    named = {"name": olds["name"]} if "name" in olds else {}
    # What only a new object could change, the object still has where the program leaves it out.
    fixed = {name: olds[name] for name in resource.fixed if name in olds}
    seen = checked.seen or change.seen
    version = replace(change.version, etag=checked.seen.etag or "") if checked.seen else change.version
    facts = recorded(resource, {**olds, **(resource.facts(checked.seen) if checked.seen else {})})
    found = outputs(operation, {**named, **fixed, **news, **facts}, version, seen.state if seen else olds.get("state"))
    return {**found, TEST_REFUSED: True} if is_still_due else found


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
    resource, sandbox, looking = operation.resource, operation.sandbox, operation
    operation.registry.written(object_id)
    lost: FlowServiceError | None = None
    foreign_write: Any = None
    done = ""
    try:
        now = plan(resource, before, after, version, resend=resend)
        wanted, known, waits = now.missing, before, pauses(sandbox.clock)
        seen = None
        # Only a patch says at which version it is applied; before other requests, what others changed is looked for.
        is_unguarded = not wanted and bool(sent_otherwise(resource, before, after))
        is_read = not version.etag or is_unguarded or resource.is_read_before_change
        if is_read or needs_previous_values(resource, wanted, before, after):
            seen = settled_whole(operation, object_id, before)
        for _ in range(MOST_CONFLICTS):
            if seen is not None:
                now = plan(resource, before, after, now.version, seen, own_client=sandbox.own_client, resend=resend)
                foreign_write = now.foreign_write or foreign_write
                known = before_lost_attempt(known, now.before, after) if lost else now.before
            if first := going_first(resource, now.before, after):
                seen = send_first(operation, object_id, first, now.before, after)
                done = in_words([each.name for each in first])
                continue
            change = Change(object_id, tuple(wanted), now.version, known, now.version.doubt, foreign_write, seen)
            if not now.missing:
                # There is nothing to do, or our first attempt was applied and only its answer was lost.
                return send_rest(operation, change, after)
            missing = resource.prepare_patch(operation, now.missing, seen, after)
            sent, outcome = patch_object(operation, object_id, missing, after, now.version)
            if isinstance(outcome, Applied) and outcome.etag:
                doubt = None if sends_secret(resource, sent) else now.version.doubt
                applied = replace(change, sent=(*wanted, *sent), version=Version(outcome.etag, doubt), seen=None)
                return send_rest(operation, applied, after)
            refused = _reason_to_look(resource, outcome)
            if not isinstance(outcome, NotApplied):
                lost, looking = refused, operation.after_write()
            seen = settled_whole(looking, object_id, before)
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
        told = f"{done} of the same update was changed" if done else ""
        raise _with_history(resource, error.after(told), lost, foreign_write) from None


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


def _with_history(
    resource: ResourceType, error: FlowServiceError, lost: FlowServiceError | None, foreign_write: Any
) -> FlowServiceError:
    """Return the error that ends a change, with all that happened before it.

    After a lost attempt, the outcome is unknown whatever follows it.
    """
    if lost and error.code != Code.CHANGE_UNKNOWN:
        error = change_unknown(resource, f"{lost.message}; then {error.message}", error.earlier)
    return error if foreign_write is None else error.after(foreign_write_text(resource.noun, foreign_write))


def _reason_to_look(resource: ResourceType, outcome: Outcome) -> FlowServiceError:
    """Return the reason to read the object and try again; raise for all outcomes that end the change."""
    if isinstance(outcome, Applied):
        return MalformedAnswerError("the API answered without an etag")
    if outcome.reason in (Reason.CONFLICT, Reason.IN_TRANSITION, Reason.MALFORMED):
        return outcome.error
    if outcome.reason is Reason.GONE:
        raise outcome.error.replace(remedy=GONE, earlier="")
    if isinstance(outcome, NotApplied):
        raise outcome.error
    raise change_unknown(resource, outcome.error.message, outcome.error.earlier)
