"""Open the emulator's database file: readable by its owner only, and for one emulator at a time."""

from __future__ import annotations

import os
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_APPLICATION = 0x41455046
_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, sandbox TEXT NOT NULL, revision INTEGER NOT NULL, name TEXT,
    ready_at REAL, document TEXT NOT NULL, secrets TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS newest ON resources (kind, sandbox, revision);
CREATE INDEX IF NOT EXISTS names ON resources (kind, sandbox, name, revision);
CREATE INDEX IF NOT EXISTS due ON resources (ready_at) WHERE ready_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS token_key (key BLOB NOT NULL);
"""
_OWNER_ONLY = 0o600
# SQLite makes these beside the file, with its mode.
_SUFFIXES = ("", "-journal", "-wal", "-shm")


class DatabaseFileError(ValueError):
    """A database file cannot be used; the message says why, and what to do."""


@dataclass
class DatabaseFile:
    """An open database, and the lock that keeps other emulators away from its file."""

    database: sqlite3.Connection
    lock: IO[bytes] | None = None

    def release(self) -> None:
        """Let another emulator have the file."""
        if self.lock is not None:
            self.lock.close()


def open_database(path: str) -> DatabaseFile:
    """Return the database in a file, made at its first use.

    Raises:
        DatabaseFileError: another emulator has it, it is not ours, or it cannot be read.
    """
    if path == ":memory:":
        opened = DatabaseFile(_connect(path))
        _prepare(opened.database)
        return opened
    try:
        return _open_file(path)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise DatabaseFileError(
            f"cannot use the database file {path}: {reason}; name another file with --database"
        ) from None


def _open_file(path: str) -> DatabaseFile:
    lock = _lock(path)
    try:
        # Looked at before anything is written: a file of another program stays as it is.
        is_new = Path(path).stat().st_size == 0
        database = _connect(path)
        try:
            if not is_new:
                _recognise(database, path)
            _hide(path)
            database.execute("PRAGMA journal_mode=WAL")
            # What a killed process has written is kept; after a power failure, the last writes may be missing.
            database.execute("PRAGMA synchronous=NORMAL")
            _prepare(database)
            database.execute(f"PRAGMA application_id={_APPLICATION}")
            database.execute(f"PRAGMA user_version={_VERSION}")
        except BaseException:
            database.close()
            raise
        return DatabaseFile(database, lock)
    except BaseException:
        lock.close()
        raise


def _connect(path: str) -> sqlite3.Connection:
    """Return a connection on which each statement is a transaction of its own."""
    # Whoever else locks the file holds up every request: after a second the write is refused instead.
    return sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)


def _lock(path: str) -> IO[bytes]:
    """Return the file, locked against other emulators; the system releases the lock when the process ends."""
    import fcntl

    # Made where it is not there. SQLite uses locks of another kind, which this one leaves alone.
    lock = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _OWNER_ONLY), "ab")  # noqa: SIM115  # Open as long as the database is.
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise DatabaseFileError(
            f"another emulator is using the database file {path}; stop it, or name another file with --database"
        ) from None
    return lock


def _recognise(database: sqlite3.Connection, path: str) -> None:
    """Refuse an existing database of another program or of another version of this one."""
    [application] = database.execute("PRAGMA application_id").fetchone()
    [version] = database.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise DatabaseFileError(f"{path} is the database of another program; name another file with --database")
    if version > _VERSION:
        raise DatabaseFileError(f"{path} was written by a newer emulator; update this one, or name another file")
    if version < _VERSION:
        raise DatabaseFileError(
            f"{path} was written by an older emulator and cannot be read; remove it, or name another file"
        )


def _hide(path: str) -> None:
    """Let only the owner read the file and what SQLite makes beside it: they hold secrets in plain text."""
    for suffix in _SUFFIXES:
        file = Path(f"{path}{suffix}")
        if file.exists() and file.stat().st_mode & 0o077:
            file.chmod(_OWNER_ONLY)


def _prepare(database: sqlite3.Connection) -> None:
    """Make the tables, and the key that access tokens are signed with, where they are not there yet."""
    database.executescript(_SCHEMA)
    if database.execute("SELECT key FROM token_key").fetchone() is None:
        database.execute("INSERT INTO token_key VALUES (?)", [secrets.token_bytes(32)])
