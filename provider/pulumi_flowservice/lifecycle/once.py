"""Create one object or none: POST has no idempotency key, so after a lost answer the object is looked for first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from ..api.outcomes import Applied, NotApplied, Unknown
from ..errors import Code, Error, FlowServiceError, LifecycleError, notice
from .leftovers import is_own, place_of, refuse_leftover
from .operation import Operation
from .part import GATEWAY_SECONDS, Known, Part
from .properties import Properties
from .results import Made

MOST_POSTS = 3
# A `Date` header has whole seconds, and two servers' clocks differ a little.
_CLOCK_SLACK_SECONDS = 5.0


def create_once(operation: Operation, part: Part, inputs: Properties, known: Known) -> Made:
    """Create an object. Raises: LifecycleError when it may already exist or that is unknown; errors of POST."""
    creation = _Creation(operation, part, inputs, known)
    with turn(operation, part, inputs):
        refuse_leftover(operation, part, inputs, known)
        return creation.post()


def turn(operation: Operation, part: Part, inputs: Properties) -> AbstractContextManager[Any]:
    """Return the lock of all creations of objects that look alike."""
    return operation.registry.lists.turn((place_of(operation, part), repr(part.identity(inputs))))


def with_doubt(error: Error, doubt: str) -> Error:
    """Return the error with what is known of an earlier request whose outcome is unknown; empty: there was none."""
    return error.replace(earlier=error.earlier or doubt, may_be_applied=True) if doubt else error


class _Creation:
    """The creation of one object. Its attributes do not change."""

    def __init__(self, operation: Operation, part: Part, inputs: Properties, known: Known) -> None:
        self._operation = operation
        self._registry = operation.registry
        self._part = part
        self._inputs = inputs
        self._known = known
        self._sandbox = operation.sandbox
        self._collection = part.collection(operation.sandbox)
        self._place = place_of(operation, part)

    def post(self) -> Made:
        """Send the POST, again where that is safe, and look for what a lost one has created."""
        first_sent, doubt = self._sandbox.server_now(), ""
        for attempt in range(1, MOST_POSTS + 1):
            # Anew, because it may hold a time from now.
            body = self._part.body(self._inputs, self._known)
            sent = self._sandbox.clock.monotonic()
            outcome = self._collection.create(body)
            made: Any = outcome
            if isinstance(outcome, NotApplied):
                # It may be refused because an earlier one was done after all.
                made = self._candidate(first_sent) if doubt else None
                if made is None:
                    raise with_doubt(outcome.error, doubt)
                # What is found is the result of one lost request; a second lost one stays in doubt.
                doubt = doubt if attempt > 2 else ""
            if isinstance(outcome, Unknown):
                try:
                    made = self._find_lost(first_sent, self._search_seconds(outcome, sent), outcome.error)
                except FlowServiceError as error:
                    raise with_doubt(error, doubt) from None
                doubt = self._doubt(outcome.error)
                # After our own timeout the server may still be working on the POST, so a second one is not safe.
                is_last = outcome.timed_out or attempt == MOST_POSTS or self._sandbox.clock.cancelled.is_set()
                if made is None and is_last:
                    raise self._unknown(outcome.error)
            if made is not None:
                self._registry.made(made.id, "" if self._part.output else self._operation.call.owner)
                if not (is_sent := isinstance(made, Applied)):
                    self._operation.call.warn(self._taken_over(made.id))
                shown = self._collection.sent(body, made.id) if is_sent else made
                return Made(made.id, made.etag, doubt if attempt > 1 else "", dict(self._known), shown)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _find_lost(self, since: float, seconds: float, lost: FlowServiceError) -> Any:
        """Look for the object of a request whose answer was lost; return None if the request created none.

        Raises: LifecycleError when the look-up ran out of time, or when there are several candidates.
        """
        deadline = self._sandbox.deadline.after_write()
        search = deadline.within(seconds)
        for _ in search.attempts():
            if (found := self._candidate(since)) is not None:
                return found
        if search.at == deadline.at or search.clock.cancelled.is_set():
            raise self._unknown(lost)
        # Look once more at the very end: if that finds nothing, the POST may be repeated.
        search.clock.sleep(search.remaining())
        return self._candidate(since)

    def _candidate(self, since: float) -> Any:
        collection = self._part.collection(self._sandbox.after_write())
        try:
            found = list(self._candidates(collection, since))
        except FlowServiceError as error:
            raise self._unknown(error) from None
        name = self._name()
        odd_ids = [id_ for id_, entry in collection.odd_entries.items() if entry.get("name") == name]
        odd = [self._sandbox.shown(id_) for id_ in odd_ids]
        if odd:
            text = f"the list has an entry with this name that cannot be read: {', '.join(odd)}"
            raise self._unknown(FlowServiceError(text))
        if len(found) > 1 or (found and not self._part.is_certain(found[0], self._inputs)):
            raise self._several([each.id for each in found])
        return found[0] if found else None

    def _candidates(self, collection: Any, since: float) -> Iterator[Any]:
        earliest = 1000 * (since - _CLOCK_SLACK_SECONDS)
        # An object that was listed before our first POST cannot be its result, even if the clocks disagree.
        known = self._registry.lists.first_list(self._place)
        if search := self._part.search:
            yield from (each for each in collection.list(*search(self._inputs, self._known)) if self._is_like(each))
            return
        for each in collection.list(*self._part.filters):
            # The list is sorted by the time of the last change, newest first.
            if max(each.created_at, each.updated_at) < earliest:
                return
            is_new = each.created_at >= earliest and each.id not in known and self._registry.is_free(each.id)
            if is_new and is_own(self._operation, each) and self._is_like(each):
                yield each

    def _is_like(self, document: Any) -> bool:
        return self._part.is_like(document, self._inputs, self._known)

    def _search_seconds(self, lost: Unknown, sent: float) -> float:
        """Return for how many seconds to look; beyond the gateway's limit if the client stopped waiting first."""
        if not lost.timed_out:
            return self._part.search_seconds
        return max(self._part.search_seconds, sent + GATEWAY_SECONDS - self._sandbox.clock.monotonic())

    def _taken_over(self, object_id: str) -> str:
        subject = self._operation.call.subject(self._part.noun, self._inputs, object_id)
        return notice(
            Code.TAKEN_OVER,
            f"{subject}: the answer to its creation was lost; the {self._part.noun} {object_id}, which was created in "
            "the same seconds, is taken for its result. If another stack, script or provider with the same client id "
            "created one of this name at that time, compare the ids of both",
        )

    def _doubt(self, lost: FlowServiceError) -> str:
        return (
            f"an earlier request of this creation may have created a {self._part.noun} ({lost.message}): look for "
            f"{self._told_name()} among the newest {self._part.noun}s of the sandbox"
        )

    def _told_name(self) -> str:
        """Return what to look for: the resource has the name of its main object, and texts name it already."""
        is_secret = self._operation.call.shown("name", self._inputs) is None
        return "its name" if is_secret or not self._part.search else repr(self._name())

    def _name(self) -> Any:
        return self._part.body(self._inputs, self._known).get("name")

    def _unknown(self, lost: FlowServiceError) -> LifecycleError:
        return LifecycleError(
            f"whether the {self._part.noun} was created is unknown: {lost.message}",
            code=Code.CREATION_UNKNOWN,
            may_be_applied=True,
            remedy=f"Look for {self._told_name()} among the newest {self._part.noun}s of the sandbox. The next `pulumi "
            f"up` also {self._next()}",
        )

    def _next(self) -> str:
        """Return what the next run does, for a sentence."""
        if self._part.search:
            return "searches, names what it finds with its id, and creates all anew."
        if self._operation.resource.parts:
            return "searches, and stops with the id of what it finds; if nothing is left by then, it creates all anew."
        noun = self._part.noun
        return f"searches: if the {noun} exists by then, it stops with the id; otherwise it creates the {noun}."

    def _several(self, ids: list[str]) -> LifecycleError:
        return LifecycleError(
            f"the answer to the creation was lost, and any of these {self._part.noun}s may be the one that was "
            f"created: {', '.join(ids)}",
            code=Code.SEVERAL_CANDIDATES,
            may_be_applied=True,
            remedy="Delete those that nothing uses and nobody else created, then run `pulumi up` again."
            if self._part.output
            else 'Keep one with adopt="<its id>", and delete the others if nobody else created them.',
        )
