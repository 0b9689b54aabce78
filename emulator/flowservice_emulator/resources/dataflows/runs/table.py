"""Read the rows of a table, window by window, from the database behind a base connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ....json_values import Json
from ...database_login import DatabaseUnavailableError, login
from .mapped_rows import Mapper, Written
from .source_filters import Test
from .windows import Window

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

_STATEMENT_MILLISECONDS = 30_000
_BATCH = 1_000


@dataclass(frozen=True)
class Login:
    """How to reach a database: the name of the connection spec, its params, and when a login is given up."""

    spec: str
    params: Json
    timeout_seconds: int


@dataclass(frozen=True)
class Question:
    """What is read of a table; `delta_column` is for windows that have an end, no columns mean all."""

    table: str
    columns: tuple[str, ...]
    delta_column: str
    passes: Test
    mapper: Mapper


@dataclass(frozen=True)
class Failure:
    """Why a run has failed; the text names tables and columns, and no value. What it has read is not written."""

    text: str
    read: Written | None = None


def read_windows(
    reached: Login, question: Question, windows: Sequence[tuple[Window, float]]
) -> list[Written | Failure]:
    """Return what each window brings, with the time at which it is read; one login serves them all."""
    import psycopg

    try:
        with login(reached.spec, reached.params, reached.timeout_seconds) as session:
            return [_read(session, question, window, now) for window, now in windows]
    except DatabaseUnavailableError:
        return [Failure("The database refused the login or could not be reached.")] * len(windows)
    except psycopg.Error as error:
        return [Failure(f"The connection to the database has ended: SQLSTATE {error.sqlstate}.")] * len(windows)


def _read(
    session: psycopg.Connection[tuple[object, ...]], question: Question, window: Window, now: float
) -> Written | Failure:
    """Read one window in a transaction of its own."""
    import psycopg

    written = Written()
    try:
        with session.transaction(), session.cursor(name="rows") as cursor:
            session.execute("SET LOCAL TIME ZONE 'UTC'")
            session.execute(f"SET LOCAL statement_timeout = {_STATEMENT_MILLISECONDS}".encode())
            cursor.itersize = _BATCH
            query, values = _query(question, window)
            cursor.execute(query, values)
            names = [each.name for each in cursor.description or ()]
            for values_of_row in cursor:
                row = dict(zip(names, values_of_row, strict=True))
                if question.passes(row):
                    question.mapper.add(row, now, written)
    except psycopg.errors.UndefinedTable:
        return Failure(f"No columns were found for table {question.table[:80]}.")
    except psycopg.errors.UndefinedColumn:
        return Failure(f"A column of table {question.table[:80]} is gone, or the delta column is none of it.")
    except psycopg.errors.InsufficientPrivilege:
        return Failure(f"The user may not read table {question.table[:80]}.")
    except psycopg.Error as error:
        # The driver's text may quote values.
        return Failure(f"The table {question.table[:80]} could not be read: SQLSTATE {error.sqlstate}.")
    return written


def _query(question: Question, window: Window) -> tuple[sql.Composed, list[datetime]]:
    """Return the query of a window, and its values. Rows without a time are in no window."""
    from psycopg import sql

    columns = sql.SQL(", ").join(map(sql.Identifier, question.columns)) if question.columns else sql.SQL("*")
    schema, _, name = question.table.rpartition(".")
    table = sql.Identifier(schema, name) if schema else sql.Identifier(name)
    query = sql.SQL("SELECT {} FROM {}").format(columns, table)
    if window == Window(None, None):
        return query, []
    moment = sql.SQL("CAST({} AS timestamptz)").format(sql.Identifier(question.delta_column))
    conditions = [sql.SQL("{} IS NOT NULL").format(sql.Identifier(question.delta_column))]
    conditions += [sql.SQL("{} >= %s").format(moment)] if window.start is not None else []
    conditions += [sql.SQL("{} < %s").format(moment)] if window.end is not None else []
    values = [datetime.fromtimestamp(each, timezone.utc) for each in (window.start, window.end) if each is not None]
    ordered = sql.SQL("{} WHERE {} ORDER BY {}").format(query, sql.SQL(" AND ").join(conditions), moment)
    return ordered, values
