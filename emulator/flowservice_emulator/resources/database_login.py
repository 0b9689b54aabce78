"""Log in to the database behind a connection, and list what it holds.

Redshift speaks PostgreSQL's protocol, so both kinds of connection are tried in the same way. Databases of other kinds
are not tried: a driver for each would be needed, and something to answer it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..json_values import Json

if TYPE_CHECKING:
    import psycopg

_DEFAULT_PORTS = {"amazon-redshift": "5439", "postgre-sql": "5432"}
# The template of the tutorial on PostgreSQL; spellings as in drivers of the same family.
_CONNECTION_STRING = {
    "server": "server",
    "host": "server",
    "port": "port",
    "database": "database",
    "uid": "username",
    "user id": "username",
    "password": "password",
    "pwd": "password",
}
_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema NOT IN ('information_schema', 'pg_catalog', 'pg_internal')
AND (%(schema)s = '' OR table_schema = %(schema)s)
ORDER BY table_schema, table_name"""
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name = %(table)s ORDER BY ordinal_position"""
_INTEGER = {"type": "integer", "xdm": {"type": "integer"}}
_DOUBLE = {"type": "double", "xdm": {"type": "number"}}
_STRING = {"type": "string", "xdm": {"type": "string"}}
_DATE = {"type": "string", "meta:xdmType": "date", "xdm": {"type": "string", "format": "date"}}
_TIME = {"type": "string", "meta:xdmType": "date-time", "xdm": {"type": "string", "format": "date-time"}}
_TYPES: dict[str, Json] = {
    "smallint": _INTEGER,
    "integer": _INTEGER,
    "bigint": _INTEGER,
    "numeric": _DOUBLE,
    "real": _DOUBLE,
    "double precision": _DOUBLE,
    "boolean": {"type": "boolean", "xdm": {"type": "boolean"}},
    "date": _DATE,
    "timestamp without time zone": _TIME,
    "timestamp with time zone": _TIME,
}


class DatabaseUnavailableError(Exception):
    """The database refused the login or could not be reached."""


def has_login(spec: str) -> bool:
    """Return whether databases of a connection spec, given by its name, can be tried."""
    return spec in _DEFAULT_PORTS


def accepts_login(spec: str, params: Json, timeout_seconds: int) -> bool:
    """Return whether the database lets the user in; a kind that cannot be tried passes."""
    if not has_login(spec):
        return True
    try:
        with login(spec, params, timeout_seconds):
            return True
    except DatabaseUnavailableError:
        return False


def list_tables(spec: str, params: Json, timeout_seconds: int) -> list[Json]:
    """Return the tables that the user may see, as `explore` tells of its root.

    Raises:
        DatabaseUnavailableError: the login failed.
    """
    rows = _rows(spec, params, timeout_seconds, _TABLES, {"schema": str(params.get("schema") or "")})
    return [
        {"type": "table", "name": name, "path": name, "canPreview": True, "canFetchSchema": True}
        for name in (f"{schema}.{table}" for schema, table in rows)
    ]


def list_columns(spec: str, params: Json, path: str, timeout_seconds: int) -> list[Json]:
    """Return the columns of a table, named `schema.table` or by its name alone; none where it does not exist.

    Raises:
        DatabaseUnavailableError: the login failed.
    """
    schema, _, table = path.rpartition(".")
    place = {"schema": schema or str(params.get("schema") or "public"), "table": table}
    rows = _rows(spec, params, timeout_seconds, _COLUMNS, place)
    return [{"name": name, **_TYPES.get(kind, _STRING)} for name, kind in rows]


def _rows(
    spec: str, params: Json, timeout_seconds: int, query: str, values: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return what a query answers; names that no database can hold find nothing."""
    import psycopg

    if any("\0" in value for value in values.values()):
        return []
    with login(spec, params, timeout_seconds) as session:
        try:
            return [(str(first), str(second)) for first, second in session.execute(query.encode(), values).fetchall()]
        except psycopg.Error:
            raise DatabaseUnavailableError from None


@contextmanager
def login(spec: str, params: Json, timeout_seconds: int) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Return a session in the database behind a connection.

    Raises:
        DatabaseUnavailableError: the login failed.
    """
    # Half of the emulator's start-up time, and many runs never try a login.
    import psycopg

    if "connectionString" in params:
        params = _read_connection_string(str(params["connectionString"]))
    given = {key: str(params.get(key) or "") for key in ("server", "port", "database", "username", "password")}
    # The driver tries each host of a list in turn, and takes as long as all of them together.
    if not given["server"] or "," in given["server"] + given["port"] or "\0" in "".join(given.values()):
        raise DatabaseUnavailableError
    try:
        session = psycopg.connect(
            host=given["server"],
            port=given["port"] or _DEFAULT_PORTS[spec],
            dbname=given["database"],
            user=given["username"],
            password=given["password"],
            connect_timeout=max(2, timeout_seconds),
            application_name="flowservice-emulator",
        )
    except (psycopg.Error, ValueError):
        # The driver's text names hosts and users; whoever asked gets none of it.
        raise DatabaseUnavailableError from None
    with session:
        yield session


def _read_connection_string(text: str) -> Json:
    """Return the params in `Server=;Database=;Port=;UID=;Password=`; other keys are ignored."""
    pairs = [each.partition("=") for each in text.split(";")]
    named = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return {param: named[name] for name, param in _CONNECTION_STRING.items() if name in named}
