"""Base connections of one sandbox, which can also be tested and explored.

Source: Adobe's swagger file of the connections, and the tutorial on exploring tabular sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ..errors import MalformedAnswerError
from .collection import Collection
from .parsing import member, parse

if TYPE_CHECKING:
    from .explored_models import ExploredColumn, ExploredTable
    from .models import Connection

# For a test or an exploration, the API logs in to a database: that is slow, so fewer retries than elsewhere.
_LOGIN_RETRIES = 3


class Connections(Collection["Connection"]):
    """The base connections of a sandbox."""

    path = "/connections"
    noun = "connection"

    @property
    def model(self) -> type[Connection]:
        """The model of a connection, imported when one is read: a run that only deletes needs none."""
        from .models import Connection

        return Connection

    def test(self, connection_id: str) -> bool:
        """Let the API log in to the database; a refused login is False or an AnswerError with the reason DATABASE."""
        path = f"{self._path(connection_id)}/test"
        with self._json(path, is_gone=self._gone_rule(connection_id), retries=_LOGIN_RETRIES) as document:
            result = member(document, "result")
            if not isinstance(result, bool):
                raise MalformedAnswerError("the connection test answered without a result")
            return result

    def explore(self, connection_id: str) -> Sequence[ExploredTable]:
        """Return the tables that the connection's user can see; `explore` answers with one array, without pages."""
        from .explored_models import ExploredTable

        with self._explored(connection_id, ("objectType", "root")) as document:
            if isinstance(document, str) or not isinstance(document, Sequence):
                raise MalformedAnswerError("the API answered without a list of tables")
            return [parse(ExploredTable, item, "table") for item in document]

    def explore_table(self, connection_id: str, table: str) -> Sequence[ExploredColumn]:
        """Return the columns of the table with this path."""
        from .explored_models import Exploration

        with self._explored(connection_id, ("objectType", "table"), ("object", table)) as document:
            return parse(Exploration, document, "table").schema_.columns

    def _explored(self, connection_id: str, *params: tuple[str, str]) -> AbstractContextManager[object]:
        path, is_gone = f"{self._path(connection_id)}/explore", self._gone_rule(connection_id)
        return self._json(path, params=params, is_gone=is_gone, retries=_LOGIN_RETRIES)
