"""Exactly one connection, or none. POST has no idempotency key, so a lost answer is looked up before it is repeated."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..clock import current_deadline, pauses
from ..errors import FlowServiceError, LeftoverError, NoAnswerError, NotFoundError, UnreachableError
from ..kinds.kind import ConnectionType, Properties

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.models import Connection, Written

MOST_POSTS = 3
LOOK_SECONDS = 10.0
# The gateway gives up on a request after 60 s; what has not been written by then will not be.
GATEWAY_SECONDS = 60.0
# A `Date` header has whole seconds, and two servers' clocks differ a little.
_CLOCK_SLACK_SECONDS = 5.0


class Creation:
    """Makes connections of one kind; one instance serves a whole process, and knows what that process has made."""

    def __init__(self, kind: ConnectionType, warn: Callable[[str], None]) -> None:
        self._kind = kind
        self._warn = warn
        self._lock = threading.Lock()
        self._ours: set[str] = set()
        # Twins are made one after another, or the look-up for a lost one could find the other.
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._before: dict[str, list[Connection]] = {}

    def create(self, client: FlowServiceClient, sandbox: str, inputs: Properties) -> Written | Connection:
        """Raises: LeftoverError when connections exist that only a person can tell apart; else as POST does."""
        with self._lock:
            turn = self._turns[repr((sandbox, *(inputs.get(name) for name in self._kind.identity)))]
        with turn:
            self._refuse_leftover(client, sandbox, inputs)
            return self._post(client, sandbox, inputs)

    def claim(self, connection_id: str) -> bool:
        """Take a connection for this process; False when another resource of it has taken it before."""
        with self._lock:
            is_new = connection_id not in self._ours
            self._ours.add(connection_id)
            return is_new

    def _post(self, client: FlowServiceClient, sandbox: str, inputs: Properties) -> Written | Connection:
        body = _body(self._kind, inputs)
        first_sent = client.server_now()
        for attempt in range(1, MOST_POSTS + 1):
            sent = client.clock.monotonic()
            made: Written | Connection
            try:
                made = client.create_connection(sandbox, body)
            except UnreachableError:
                raise
            except NoAnswerError as lost:
                found = self._look(client, sandbox, inputs, first_sent, _patience(client, lost, sent))
                if found is None and (lost.timed_out or attempt == MOST_POSTS):
                    raise self._unknown(inputs, lost) from None
                if found is None:
                    continue
                made = found
            self.claim(made.id)
            if attempt > 1:
                self._name_twins(client, sandbox, inputs, first_sent)
            return made
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _refuse_leftover(self, client: FlowServiceClient, sandbox: str, inputs: Properties) -> None:
        """An earlier run that was killed may have made this connection without telling the state."""
        with self._lock:
            if sandbox not in self._before:
                self._before[sandbox] = [c for c in self._listed(client, sandbox) if self._is_own(client, c)]
            suspects = [c for c in self._before[sandbox] if c.id not in self._ours and self._is_like(c, inputs)]
        left = [suspect for suspect in suspects if _exists(client, sandbox, suspect.id)]
        if left:
            ids = ", ".join(connection.id for connection in left)
            raise LeftoverError(
                f"a connection with this name and these parameters, made by this client, exists already: {ids}",
                remedy=f'If an interrupted run left it, take it over: adopt="{left[0].id}". '
                "Otherwise choose another `name`, or delete it first (delete_before_replace=True in a replacement).",
            )

    def _look(
        self, client: FlowServiceClient, sandbox: str, inputs: Properties, since: float, seconds: float
    ) -> Connection | None:
        """The one connection that the lost request has made, looked for with growing pauses."""
        until = client.clock.monotonic() + seconds
        deadline = current_deadline(client.clock, seconds)
        for pause in pauses(client.clock):
            try:
                found = list(self._candidates(client, sandbox, inputs, since))
            except FlowServiceError as error:
                raise self._unknown(inputs, error) from None
            if len(found) > 1:
                raise self._ambiguous(found)
            if found:
                return found[0]
            # The last look is at the very end: what it does not find may be made anew.
            pause = min(pause, until - client.clock.monotonic())
            if pause <= 0 or not deadline.allows(pause):
                return None
            client.clock.sleep(pause)
        return None

    def _candidates(
        self, client: FlowServiceClient, sandbox: str, inputs: Properties, since: float
    ) -> Iterator[Connection]:
        earliest = 1000 * (since - _CLOCK_SLACK_SECONDS)
        # What stood in the list before our first POST cannot be its result, whatever the clocks say.
        known = {connection.id for connection in self._before.get(sandbox, ())}
        for connection in self._listed(client, sandbox):
            # The list starts with what was created or changed last.
            if max(connection.created_at, connection.updated_at) < earliest:
                return
            is_new = connection.created_at >= earliest and connection.id not in self._ours | known
            if is_new and self._is_own(client, connection) and self._is_like(connection, inputs):
                yield connection

    def _name_twins(self, client: FlowServiceClient, sandbox: str, inputs: Properties, since: float) -> None:
        """After a second POST, the first one's connection may still have turned up: a person decides about it."""
        try:
            twins = [connection.id for connection in self._candidates(client, sandbox, inputs, since)]
        except FlowServiceError:
            return
        if twins:
            self._warn(
                f"A lost request may have made a second connection named {inputs['name']!r}: {', '.join(twins)}. "
                "Nothing uses it yet; delete it when nobody else made it."
            )

    def _listed(self, client: FlowServiceClient, sandbox: str) -> Iterator[Connection]:
        return client.list_connections(sandbox, self._kind.spec_filter)

    def _is_own(self, client: FlowServiceClient, connection: Connection) -> bool:
        spec = connection.connection_spec
        return connection.created_client == client.name and spec is not None and spec.id == self._kind.spec_id

    def _is_like(self, connection: Connection, inputs: Properties) -> bool:
        shown = self._kind.shown(connection)
        return all(shown.get(name) == inputs[name] for name in ("name", *self._kind.visible_params) if name in inputs)

    def _ambiguous(self, found: list[Connection]) -> LeftoverError:
        ids = ", ".join(connection.id for connection in found)
        return LeftoverError(
            f"the answer to the creation was lost, and several connections could be the one that it made: {ids}",
            remedy='Keep one by adopt="<its id>", and delete the others when nobody else made them.',
        )

    def _unknown(self, inputs: Properties, lost: FlowServiceError) -> LeftoverError:
        return LeftoverError(
            f"whether the connection was made is unknown: {lost.message}",
            remedy=f"Look for the name {inputs['name']!r} among the newest connections of the sandbox. The next "
            "`pulumi up` looks too: it stops with the id if the connection has turned up, and makes it if not.",
        )


def _patience(client: FlowServiceClient, lost: NoAnswerError, sent: float) -> float:
    """Seconds to look for: past the gateway's limit where we stopped waiting ourselves."""
    if not lost.timed_out:
        return LOOK_SECONDS
    return max(LOOK_SECONDS, sent + GATEWAY_SECONDS - client.clock.monotonic())


def _exists(client: FlowServiceClient, sandbox: str, connection_id: str) -> bool:
    try:
        client.get_connection(sandbox, connection_id)
    except NotFoundError:
        return False
    return True


def _body(kind: ConnectionType, inputs: Properties) -> Properties:
    described = {"description": inputs["description"]} if inputs.get("description") else {}
    return {
        "name": inputs["name"],
        **described,
        "auth": {"specName": kind.auth_spec, "params": kind.auth_params(inputs)},
        "connectionSpec": {"id": kind.spec_id, "version": kind.spec_version},
    }
