"""A real database that stands in for Amazon Redshift, which speaks PostgreSQL's protocol.

Clients log in over TCP with a password, as they would at Redshift. `make up` and the tests both use this class.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from tools.ports import HOST
from tools.postgres_server import SUPERUSER, PostgresServer

if TYPE_CHECKING:
    # Part of `typing` from Python 3.11 on.
    from typing_extensions import LiteralString

SAMPLE_TABLES = """
CREATE TABLE public.customers (id integer PRIMARY KEY, email varchar(320) NOT NULL, created_at timestamp);
CREATE TABLE public.orders (id bigint PRIMARY KEY, customer_id integer, total numeric(12, 2), paid boolean, day date);
CREATE SCHEMA marketing;
CREATE TABLE marketing.campaigns (id integer PRIMARY KEY, name varchar(100), budget double precision);
INSERT INTO public.customers VALUES (1, 'first@example.com', '2024-01-01'), (2, 'second@example.com', '2024-02-01');
INSERT INTO public.orders VALUES (1, 1, 19.90, true, '2024-03-01'), (2, 2, 5.00, false, '2024-03-02');
INSERT INTO marketing.campaigns VALUES (1, 'spring', 1000.0);
"""

Rows = list[tuple[Any, ...]]


class LocalDatabase:
    """A server with database `dev`, some tables in schemas `public` and `marketing`, and user `loader` who reads them.

    As a context manager it starts with the block, and is stopped and removed with its data at the end.
    """

    host = HOST
    database = "dev"
    username = "loader"

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        usual_port: int | None = None,
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        self._server = PostgresServer(folder, port, usual_port=usual_port, passwords=passwords)

    def __enter__(self) -> LocalDatabase:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    @property
    def port(self) -> int:
        """TCP port on 127.0.0.1, the same after a restart as long as nobody else takes it."""
        return self._server.port

    @property
    def password(self) -> str:
        """The password that user `loader` was created with."""
        return self._server.password(self.username)

    @property
    def is_running(self) -> bool:
        """Whether the server's main process lives."""
        return self._server.is_running

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs, such as `psql`."""
        return self._server.program(name)

    def start(self) -> None:
        """Start the server, with database and user in it, and return when it accepts log-ins.

        Raises:
            DatabaseError: the server did not come up.
        """
        self._server.start()
        if not self._server.file("filled").exists():
            self._fill()

    def stop(self, *, kill: bool = False) -> None:
        """Stop the server if it runs; clients are cut off. `kill` gives it no time to tidy up, as a crash would."""
        self._server.stop(kill=kill)

    def remove(self) -> None:
        """Stop the server and remove its data."""
        self._server.remove()

    def execute(self, statement: LiteralString | sql.Composed) -> Rows:
        """Run a statement as superuser in database `dev` and return its rows."""
        with self._superuser(self.database) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create_user(self, username: str, password: str) -> None:
        """Create a user who can log in and read the sample tables."""
        user = sql.Identifier(username)
        self.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(user, sql.Literal(password)))
        for schema in (sql.Identifier("public"), sql.Identifier("marketing")):
            self.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, user))
            self.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, user))

    def set_password(self, username: str, password: str) -> None:
        """Give an existing user another password; sessions that are open stay open."""
        self.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(username), sql.Literal(password)))

    def drop_user(self, username: str) -> None:
        """Remove a user that `create_user` made."""
        user = sql.Identifier(username)
        self.execute(sql.SQL("DROP OWNED BY {}").format(user))
        self.execute(sql.SQL("DROP ROLE {}").format(user))

    def _fill(self) -> None:
        """Create the database with its tables and its user; what an interrupted earlier attempt left goes first."""
        name = sql.Identifier(self.database)
        with self._superuser(SUPERUSER) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(self.username)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        self.execute(SAMPLE_TABLES)
        self.create_user(self.username, self.password)
        self._server.file("filled").touch()

    @contextlib.contextmanager
    def _superuser(self, database: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Log in as superuser; every statement is a transaction of its own."""
        connection = psycopg.connect(
            host=self.host,
            port=self.port,
            dbname=database,
            user=SUPERUSER,
            password=self._server.password(SUPERUSER),
            connect_timeout=10,
            autocommit=True,
        )
        with contextlib.closing(connection):
            yield connection
