"""The quickstart's warehouse: addresses that stay, and a role that may make others."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest

from tests.support.database_login import log_in
from tools.local_database import LocalDatabase
from tools.ports import first_free, free_port
from tools.quickstart import database as warehouses


@pytest.mark.long
def test_a_connection_of_ones_own_works_after_the_database_was_made_again(tmp_path: Path) -> None:
    """Port and password are the same after `make down` and `make up`; the administrator rotates two users."""
    usual = free_port()
    for _ in range(2):
        with LocalDatabase(tmp_path / "data", usual_port=usual, passwords=warehouses.PASSWORDS) as database:
            warehouses.start(database)
            warehouses.start(database)
            with psycopg.connect(
                host=database.host, port=usual, dbname="dev", user="admin", password="admin-secret", autocommit=True
            ) as administrator:
                administrator.execute("CREATE USER loader_b PASSWORD 'second' IN ROLE readers")
                administrator.execute("ALTER USER loader_b PASSWORD 'third'")

            assert log_in(database, "loader", "loader-secret") == log_in(database, "loader_b", "third") == 2
            with pytest.raises(psycopg.OperationalError):
                log_in(database, "loader_b", "second")


def test_a_taken_port_is_passed_over() -> None:
    """The first of the wanted ports that is free, else another one."""
    wanted = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert first_free((port, None, wanted)) == wanted
        assert first_free((port,)) not in (port, 0)
