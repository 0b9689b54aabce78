"""Create exactly one connection, or none.

POST has no idempotency key: after a lost answer the connection is looked for before the POST is repeated.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..api.clock import current_deadline, pauses
from ..api.outcomes import Applied, Gone, NotApplied, Unknown
from ..errors import Code, FlowServiceError, LeftoverError, OutcomeUnknownError
from ..resources.connection.kind import Kind, Properties

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection

MOST_POSTS = 3
SEARCH_SECONDS = 10.0
# The gateway ends a request after 60 s; a connection that does not exist by then will not be created.
GATEWAY_SECONDS = 60.0
# A `Date` header has whole seconds, and two servers' clocks differ a little.
_CLOCK_SLACK_SECONDS = 5.0


@dataclass(frozen=True)
class Made:
    """A created connection. `doubt` describes an earlier request that may have created another one."""

    id: str
    etag: str | None
    doubt: str = ""


class Creation:
    """The creations of one kind in one process; it knows which connections the process has made or seen."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._claimed: set[str] = set()
        self._known: set[str] = set()
        # Connections that look alike are created one after another: a look-up for a lost one could find the other.
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lists: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._before: dict[str, list[Connection]] = {}

    def create(self, connections: Connections, inputs: Properties) -> Made:
        """Create a connection. Raises: LeftoverError when it may already exist; OutcomeUnknownError; errors of POST."""
        identity = ("name", *self._kind.required_visible(inputs))
        with self._lock:
            turn = self._turns[repr((connections.sandbox, *(inputs.get(name) for name in identity)))]
        with turn:
            self._refuse_leftover(connections, inputs)
            return self._post(connections, inputs)

    def claim(self, connection_id: str) -> bool:
        """Record that a resource of this process owns the connection; return False if another one owned it before."""
        with self._lock:
            is_new = connection_id not in self._claimed
            self._claimed.add(connection_id)
            return is_new

    def remember(self, connection_id: str) -> None:
        """Record that the stack's state has the connection, so that it is not a leftover."""
        with self._lock:
            self._known.add(connection_id)

    def _post(self, connections: Connections, inputs: Properties) -> Made:
        body, first_sent, doubt = _body(self._kind, inputs), connections.server_now(), ""
        for attempt in range(1, MOST_POSTS + 1):
            sent = connections.clock.monotonic()
            outcome = connections.create(body)
            if isinstance(outcome, NotApplied):
                with with_doubt(doubt):
                    raise outcome.error
            made: Applied | Connection | None = outcome if isinstance(outcome, Applied) else None
            if isinstance(outcome, Unknown):
                seconds = _search_seconds(connections, outcome, sent)
                with with_doubt(doubt):
                    made = self._find_lost(connections, inputs, first_sent, seconds, outcome.error)
                doubt = _doubt(outcome.error)
                # After our own timeout the server may still be working on the POST, so a second one is not safe.
                is_last = outcome.timed_out or attempt == MOST_POSTS or connections.clock.cancelled.is_set()
                if made is None and is_last:
                    raise _unknown(outcome.error)
            if made is not None:
                self.claim(made.id)
                return Made(made.id, made.etag, doubt if attempt > 1 else "")
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _refuse_leftover(self, connections: Connections, inputs: Properties) -> None:
        """Raise a LeftoverError if an interrupted run may have created this connection without recording it."""
        sandbox = connections.sandbox
        # One list serves all creations in a sandbox; the first one reads it while the others wait.
        with self._lists[sandbox]:
            if sandbox not in self._before:
                self._before[sandbox] = [
                    c for c in connections.list(self._kind.spec_filter) if self._is_own(c, connections)
                ]
        alike = [c for c in self._before[sandbox] if self._is_free(c.id) and self._is_like(c, inputs)]
        # The list may be minutes old: a connection that was renamed or deleted since then is not a leftover.
        now = [found for c in alike if not isinstance(found := connections.get(c.id), Gone)]
        left = [c.id for c in now if self._is_free(c.id) and self._is_like(c, inputs)]
        if left:
            raise LeftoverError(
                "a connection with this name and these parameters, created with the same client id, already exists: "
                + ", ".join(left),
                remedy=f'If an interrupted run left it, take it over: adopt="{left[0]}". If you replace it on purpose '
                "(taint, --replace): run `pulumi state untaint`, or set delete_before_replace=True. If another "
                "resource of this stack manages it: add that resource to depends_on, or, if that resource gets another "
                "name in this run, run `pulumi up` again. In all other cases: choose another `name`.",
            )

    def _is_free(self, connection_id: str) -> bool:
        """Return whether no resource of this stack is known to own the connection."""
        with self._lock:
            return connection_id not in self._claimed | self._known

    def _find_lost(
        self, connections: Connections, inputs: Properties, since: float, seconds: float, lost: FlowServiceError
    ) -> Connection | None:
        """Look for the connection of a request whose answer was lost; return None if the request created none.

        Raises: OutcomeUnknownError when the look-up ran out of time, LeftoverError when there are several candidates.
        """
        until = connections.clock.monotonic() + seconds
        deadline = current_deadline(connections.clock)
        for pause in pauses(connections.clock):
            try:
                found = list(self._candidates(connections, inputs, since))
            except FlowServiceError as error:
                raise _unknown(error) from None
            if len(found) > 1 or (found and not self._is_certain(found[0], inputs)):
                raise _several(found)
            if found:
                return found[0]
            # Look once more at the very end: if that finds nothing, the POST may be repeated.
            pause = min(pause, until - connections.clock.monotonic())
            if pause <= 0:
                return None
            if not deadline.allows(pause):
                break
            connections.clock.sleep(pause)
        raise _unknown(lost)

    def _candidates(self, connections: Connections, inputs: Properties, since: float) -> Iterator[Connection]:
        earliest = 1000 * (since - _CLOCK_SLACK_SECONDS)
        # A connection that was listed before our first POST cannot be its result, even if the clocks disagree.
        known = {connection.id for connection in self._before.get(connections.sandbox, ())}
        for connection in connections.list(self._kind.spec_filter):
            # The list is sorted by the time of the last change, newest first.
            if max(connection.created_at, connection.updated_at) < earliest:
                return
            is_new = connection.created_at >= earliest and connection.id not in known and self._is_free(connection.id)
            if is_new and self._is_own(connection, connections) and self._is_like(connection, inputs):
                yield connection

    def _is_own(self, connection: Connection, connections: Connections) -> bool:
        return connection.created_client == connections.own_client and self._kind.is_kind_of(connection)

    def _is_like(self, connection: Connection, inputs: Properties) -> bool:
        # What a partial view leaves out may be equal or not: such a match is told, and never taken over.
        shown = self._kind.view(connection, inputs)
        return all(shown.get(name) == inputs[name] for name in ("name", *self._kind.visible_params) if name in inputs)

    def _is_certain(self, connection: Connection, inputs: Properties) -> bool:
        """Whether the API shows enough of a connection to tell that it is the one of these inputs."""
        is_whole = self._kind.is_whole(self._kind.shown(connection), inputs)
        return is_whole and bool(self._kind.required_visible(inputs))


@contextmanager
def with_doubt(doubt: str) -> Iterator[None]:
    """Add `doubt` to errors raised inside: an earlier request whose outcome is unknown. Empty: there was none."""
    try:
        yield
    except FlowServiceError as error:
        error.earlier = error.earlier or doubt
        raise


def _doubt(lost: FlowServiceError) -> str:
    return (
        f"an earlier request of this creation may have created a connection ({lost.message}): look for its name among "
        "the newest connections of the sandbox"
    )


def _unknown(lost: FlowServiceError) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"whether the connection was created is unknown: {lost.message}",
        code=Code.CREATION_UNKNOWN,
        remedy="Look for its name among the newest connections of the sandbox. The next `pulumi up` also searches: if "
        "the connection exists by then, it stops with the id; otherwise it creates the connection.",
    )


def _several(found: list[Connection]) -> LeftoverError:
    ids = ", ".join(connection.id for connection in found)
    return LeftoverError(
        f"the answer to the creation was lost, and any of these connections may be the one that was created: {ids}",
        code=Code.SEVERAL_CANDIDATES,
        remedy='Keep one with adopt="<its id>", and delete the others if nobody else created them.',
    )


def _search_seconds(connections: Connections, lost: Unknown, sent: float) -> float:
    """Return for how many seconds to look; beyond the gateway's limit if the client stopped waiting first."""
    if not lost.timed_out:
        return SEARCH_SECONDS
    return max(SEARCH_SECONDS, sent + GATEWAY_SECONDS - connections.clock.monotonic())


def _body(kind: Kind, inputs: Properties) -> Properties:
    way = kind.way(inputs)
    assert way is not None  # noqa: S101 - `check` refuses inputs that choose none.
    described = {"description": inputs["description"]} if inputs.get("description") else {}
    return {
        "name": inputs["name"],
        **described,
        "auth": {"specName": way.spec_name, "params": kind.wire_params(inputs)},
        "connectionSpec": {"id": kind.spec_id, "version": kind.spec_version},
    }
