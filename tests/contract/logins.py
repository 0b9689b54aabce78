"""How a connection logs in to the local database."""

from __future__ import annotations

from typing import Any

from tools.local_database import LocalDatabase


def login_of(database: LocalDatabase) -> dict[str, Any]:
    """Return the params of a Redshift connection to a database."""
    return {
        "server": database.host,
        "port": str(database.port),
        "database": database.database,
        "username": database.username,
        "password": database.password,
    }
