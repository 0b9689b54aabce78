"""A log-in to the local database, as Flow Service makes one."""

from __future__ import annotations

import psycopg

from tools.local_database import LocalDatabase


def log_in(database: LocalDatabase, username: str, password: str) -> int:
    """Log in as a client would and return the number of rows in a sample table."""
    with psycopg.connect(
        host=database.host, port=database.port, dbname=database.database, user=username, password=password
    ) as connection:
        row = connection.execute("SELECT count(*) FROM public.orders").fetchone()
    assert row is not None
    return int(row[0])
