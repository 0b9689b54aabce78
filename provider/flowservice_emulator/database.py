"""The database behind a connection: whether it lets the user in, and what it holds.

Redshift speaks PostgreSQL's protocol, so both kinds of connection are tried in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

Json = dict[str, Any]
_DEFAULT_PORT = "5439"
_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema NOT IN ('information_schema', 'pg_catalog', 'pg_internal')
AND (%(schema)s = '' OR table_schema = %(schema)s)
ORDER BY table_schema, table_name"""
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name = %(table)s ORDER BY ordinal_position"""
_XDM_TYPES = {
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "numeric": "number",
    "real": "number",
    "double precision": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp without time zone": "date-time",
    "timestamp with time zone": "date-time",
}


class DatabaseUnavailableError(Exception):
    """The database refused the login or could not be reached."""


def accepts_login(params: Json, timeout_seconds: int) -> bool:
    """Return whether the database lets the user in; params without a server have nothing to try and pass."""
    if "server" not in params:
        return True
    try:
        with _login(params, timeout_seconds):
            return True
    except DatabaseUnavailableError:
        return False


def list_tables(params: Json, timeout_seconds: int) -> list[Json]:
    """Return the tables that the user may see, as `explore` tells of its root.

    Raises:
        DatabaseUnavailableError: the login failed.
    """
    with _login(params, timeout_seconds) as session:
        rows = session.execute(_TABLES, {"schema": params.get("schema") or ""}).fetchall()
    return [
        {"type": "table", "name": name, "path": name, "canPreview": True, "canFetchSchema": True}
        for name in (f"{schema}.{table}" for schema, table in rows)
    ]


def list_columns(params: Json, path: str, timeout_seconds: int) -> list[Json]:
    """Return the columns of a table, named `schema.table` or by its name alone; none where it does not exist.

    Raises:
        DatabaseUnavailableError: the login failed.
    """
    schema, _, table = path.rpartition(".")
    place = {"schema": schema or params.get("schema") or "public", "table": table}
    with _login(params, timeout_seconds) as session:
        rows = session.execute(_COLUMNS, place).fetchall()
    return [{"name": name, "type": _xdm(kind), "xdm": {"type": _xdm(kind)}} for name, kind in rows]


def _xdm(database_type: str) -> str:
    return _XDM_TYPES.get(database_type, "string")


@contextmanager
def _login(params: Json, timeout_seconds: int) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    # Half of the emulator's start-up time, and many runs never try a login.
    import psycopg

    try:
        session = psycopg.connect(
            host=str(params.get("server")),
            port=str(params.get("port") or _DEFAULT_PORT),
            dbname=str(params.get("database")),
            user=str(params.get("username")),
            password=str(params.get("password")),
            connect_timeout=max(2, timeout_seconds),
            application_name="flowservice-emulator",
        )
    except (psycopg.Error, UnicodeError):
        # The driver's text names hosts and users; whoever asked gets none of it.
        raise DatabaseUnavailableError from None
    with session:
        yield session
