"""The quickstart's warehouse: the local database at its usual port, with a role that may make others.

Passwords are the same on every machine, as the emulator's client secret is, so that a stack of one's own keeps working
after `make down` and `make up`. They protect nothing: the server listens on 127.0.0.1 and has sample rows only.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from psycopg import sql

from tools.local_database import LocalDatabase
from tools.progress import Progress

# Amazon Redshift's.
PORT = 5439
ADMINISTRATOR = "admin"
PASSWORDS = {LocalDatabase.username: "loader-secret", ADMINISTRATOR: "admin-secret"}
# With it, a rotation with two users can be tried: `CREATE USER loader_b PASSWORD '…' IN ROLE readers`.
_ROLES = sql.SQL("""
CREATE ROLE readers;
GRANT USAGE ON SCHEMA public, marketing TO readers;
GRANT SELECT ON ALL TABLES IN SCHEMA public, marketing TO readers;
CREATE ROLE {administrator} LOGIN CREATEROLE PASSWORD {password};
GRANT readers, {user} TO {administrator} WITH ADMIN OPTION;
""")


def database(folder: Path) -> LocalDatabase:
    """Return the database with its data in this folder; it need not run."""
    return LocalDatabase(folder, usual_port=PORT, passwords=PASSWORDS)


def start(database: LocalDatabase) -> None:
    """Start the database and return when it accepts log-ins of both users.

    Raises:
        DatabaseError: the server did not come up.
    """
    with Progress("Starting the database", usually="3 s", is_passing=True):
        database.start()
        known = sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = {}").format(sql.Literal(ADMINISTRATOR))
        if not database.execute(known):
            names = {"administrator": ADMINISTRATOR, "user": database.username}
            words = {key: sql.Identifier(name) for key, name in names.items()}
            database.execute(_ROLES.format(**words, password=sql.Literal(PASSWORDS[ADMINISTRATOR])))


def write_psql(database: LocalDatabase, folder: Path) -> None:
    """Make the command `psql` in a folder for the search path, without the other programs of PostgreSQL."""
    folder.mkdir(mode=0o700, exist_ok=True)
    command = folder / "psql"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(database.program("psql"))} "$@"\n')
    command.chmod(0o700)


def variables(database: LocalDatabase) -> dict[str, str]:
    """Return the environment in which `psql` logs in as the administrator."""
    return {
        "PGHOST": database.host,
        "PGPORT": str(database.port),
        "PGDATABASE": database.database,
        "PGUSER": ADMINISTRATOR,
        "PGPASSWORD": PASSWORDS[ADMINISTRATOR],
    }
