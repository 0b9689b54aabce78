"""Base connections of one sandbox: create, get, list, patch, delete, test and explore.

Source of every path and rule: Adobe's swagger files and tutorials of Flow Service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..errors import FlowServiceError, InUseError, MalformedAnswerError, NotFoundError, TransitionError
from .endpoint import Endpoint, items, reading
from .models import IDENTIFIER, Connection, Exploration, ExploredColumn, ExploredTable, Written, member, parse
from .outcomes import Applied, Gone, NotApplied, Outcome, Unknown, outcome_of
from .refusals import gone

_PATH = "/connections"
# For a test or an exploration, the API logs in to a database: that is slow, so fewer retries than elsewhere.
_LOGIN_RETRIES = 3


class Connections(Endpoint):
    """The base connections of a sandbox. Reads raise FlowServiceErrors; writes return an Outcome."""

    def create(self, body: Mapping[str, object]) -> Outcome:
        """Create a connection by one POST. Without a valid id in the answer, the outcome is unknown."""
        return self._write("POST", _PATH, body=body)

    def get(self, connection_id: str) -> Connection | Gone:
        """Return the connection with this id, or Gone."""
        try:
            with self._json(_path(connection_id), resource_id=connection_id) as document:
                # Even a GET by id answers with a list, `items`, of one connection.
                found = [parse(Connection, item, "connection") for item in items(document)]
                if [connection.id for connection in found] != [connection_id]:
                    raise MalformedAnswerError("the API answered with another connection than the requested one")
                return found[0]
        except NotFoundError as error:
            return gone(error)

    def list(self, *filters: str) -> Iterator[Connection]:
        """Yield the connections that match all filters (such as `name==X`), page by page, last changed first."""
        return self._pages(_PATH, Connection, filters)

    def patch(self, connection_id: str, operations: Sequence[Mapping[str, object]], etag: str) -> Outcome:
        """Apply JSON Patch operations under `If-Match`."""
        return self._write(
            "PATCH",
            _path(connection_id),
            body=[*operations],
            headers={"If-Match": etag},
            resource_id=connection_id,
        )

    def delete(self, connection_id: str) -> Outcome | Gone:
        """Delete a connection; return Gone if it does not exist."""
        outcome = self._write("DELETE", _path(connection_id), resource_id=connection_id)
        if isinstance(outcome, Applied):
            return outcome
        if isinstance(outcome.error, NotFoundError):
            return gone(outcome.error)
        if isinstance(outcome.error, (InUseError, TransitionError)):
            # The connection still exists, so an earlier attempt without an answer did not delete it either.
            return NotApplied(outcome.error)
        return outcome

    def test(self, connection_id: str) -> bool:
        """Let the API log in to the database; a refused login is False or a DatabaseRefusedError."""
        path = f"{_path(connection_id)}/test"
        with self._json(path, resource_id=connection_id, retries=_LOGIN_RETRIES) as document:
            result = member(document, "result")
            if not isinstance(result, bool):
                raise MalformedAnswerError("the connection test answered without a result")
            return result

    def explore(self, connection_id: str) -> Sequence[ExploredTable]:
        """Return the tables that the connection's user can see; `explore` answers with one array, without pages."""
        with self._explored(connection_id, ("objectType", "root")) as document:
            if isinstance(document, str) or not isinstance(document, Sequence):
                raise MalformedAnswerError("the API answered without a list of tables")
            return [parse(ExploredTable, item, "table") for item in document]

    def explore_table(self, connection_id: str, table: str) -> Sequence[ExploredColumn]:
        """Return the columns of the table with this path."""
        with self._explored(connection_id, ("objectType", "table"), ("object", table)) as document:
            return parse(Exploration, document, "table").schema_.columns

    def _explored(self, connection_id: str, *params: tuple[str, str]) -> AbstractContextManager[object]:
        path = f"{_path(connection_id)}/explore"
        return self._json(path, params=params, resource_id=connection_id, retries=_LOGIN_RETRIES)

    def _write(self, method: str, path: str, **options: Any) -> Outcome:
        try:
            answer = self._client.send(method, path, self.sandbox, **options)
        except FlowServiceError as error:
            return outcome_of(error)
        if method == "DELETE" and not answer.body.strip():
            return Applied("")
        try:
            with reading(answer) as document:
                if method == "DELETE":
                    # Its body is documented as blank; JSON that says nothing else is as good.
                    return Applied("")
                written = parse(Written, document, "answer")
        except MalformedAnswerError as error:
            # A proxy's page may come with 2xx, too.
            return Unknown(error)
        return Applied(written.id, written.etag)


def _path(connection_id: str) -> str:
    """Return the path of a connection. Raises: MalformedAnswerError for an id that would change the path."""
    if not re.fullmatch(IDENTIFIER, connection_id):
        raise MalformedAnswerError(
            "this is not a valid connection id: letters, digits, '-', '_', '~' and inner '.' only"
        )
    return f"{_PATH}/{connection_id}"
