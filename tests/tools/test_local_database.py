"""The local database behaves as the Redshift stand-in must: passwords count, data and port survive."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psycopg
import pytest

from tests.support.database_login import log_in
from tools import own_process
from tools.local_database import LocalDatabase
from tools.ports import free_port
from tools.postgres_server import DatabaseError


def test_the_right_password_reads_the_sample_tables(database: LocalDatabase) -> None:
    """User `loader` logs in over TCP and reads."""
    assert log_in(database, database.username, database.password) == 2


def test_a_wrong_password_is_refused(database: LocalDatabase) -> None:
    """The password is really checked, also from 127.0.0.1."""
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        log_in(database, database.username, "wrong")


def test_a_changed_password_replaces_the_old_one(database: LocalDatabase) -> None:
    """After a rotation in the database only the new password works, whatever characters it holds."""
    database.create_user('odd "name"', "before")

    database.set_password('odd "name"', "it's \\ 100% new")

    assert log_in(database, 'odd "name"', "it's \\ 100% new") == 2
    with pytest.raises(psycopg.OperationalError):
        log_in(database, 'odd "name"', "before")
    database.drop_user('odd "name"')


@pytest.mark.long
def test_a_killed_server_comes_back_on_its_port_with_its_data(tmp_path: Path) -> None:
    """A crash leaves a lock file behind; the next start copes with it."""
    with LocalDatabase(tmp_path / "data") as database:
        port = database.port

        database.stop(kill=True)
        database.start()

        assert database.port == port
        assert log_in(database, database.username, database.password) == 2


@pytest.mark.long
def test_a_lost_port_is_replaced(tmp_path: Path) -> None:
    """Somebody else listens on the last port by now: the server takes another one."""
    with LocalDatabase(tmp_path / "data") as database:
        database.stop()
        with socket.create_server(("127.0.0.1", database.port)) as other:
            database.start()

            assert database.port != other.getsockname()[1]
            assert log_in(database, database.username, database.password) == 2


@pytest.mark.long
def test_a_second_object_finds_the_running_server(tmp_path: Path) -> None:
    """`make down` stops what another process started."""
    with LocalDatabase(tmp_path / "data"):
        found = LocalDatabase(tmp_path / "data")
        assert found.is_running

        found.stop()

        assert not found.is_running


@pytest.mark.long
def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """The end of the block removes the server and its folder."""
    with LocalDatabase(tmp_path / "data") as database:
        port = database.port

    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.long
def test_a_port_asked_for_and_taken_is_an_error(tmp_path: Path) -> None:
    """The error carries PostgreSQL's own words."""
    with socket.create_server(("127.0.0.1", free_port())) as other:
        database = LocalDatabase(tmp_path / "data", port=other.getsockname()[1])

        with pytest.raises(DatabaseError, match="already in use"):
            database.start()
        database.remove()


def test_a_strangers_process_is_not_ours() -> None:
    """A process id in an old file may be anybody's by now: without our text in its command line it is left alone."""
    assert own_process.find_own(os.getpid(), ["-D", "/no/such/folder"]) is None
