"""Open the emulator's database file: for one emulator at a time, recognised, and repaired where it needs to be."""

from __future__ import annotations

import json
import math
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..json_values import InvalidJsonError, Json, strict_json
from ..sealing import Seal

_APPLICATION = 0x41455046
_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, sandbox TEXT NOT NULL, revision INTEGER NOT NULL, name TEXT,
    ready_at REAL, document TEXT NOT NULL, secrets TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS newest ON resources (kind, sandbox, revision);
CREATE INDEX IF NOT EXISTS names ON resources (kind, sandbox, name, revision);
CREATE INDEX IF NOT EXISTS due ON resources (ready_at) WHERE ready_at IS NOT NULL;
"""


class DatabaseFileError(ValueError):
    """A database file cannot be used; the message says why, and what to do."""


@dataclass
class DatabaseFile:
    """An open database, and what comes with it."""

    database: sqlite3.Connection
    seal: Seal
    lock: IO[bytes] | None = None
    repaired: int = 0

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
        opened = DatabaseFile(sqlite3.connect(path, check_same_thread=False), Seal.passing())
        opened.database.executescript(_SCHEMA)
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
        key_file = Path(f"{path}.key")
        if not is_new and not key_file.exists():
            raise DatabaseFileError(
                f"the secrets in {path} cannot be read without {key_file}; put that file back, or name another database"
            )
        # Whoever else locks the file holds up every request: after a second the write is refused instead.
        database = sqlite3.connect(path, timeout=1, check_same_thread=False)
        try:
            seal = Seal.of(key_file)
            version = _VERSION if is_new else _recognised(database, path)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.executescript(_SCHEMA)
            opened = DatabaseFile(database, seal, lock)
            _check_key(opened, path)
            if version < _VERSION:
                opened.repaired = _repair(opened, path)
            database.execute(f"PRAGMA application_id={_APPLICATION}")
            database.execute(f"PRAGMA user_version={_VERSION}")
            database.commit()
        except BaseException:
            database.close()
            raise
        return opened
    except ValueError as error:
        lock.close()
        raise DatabaseFileError(str(error)) from None
    except BaseException:
        lock.close()
        raise


def _lock(path: str) -> IO[bytes]:
    """Return the file, opened in a way that no other emulator can; the system lets go of it however we end."""
    import fcntl

    # Made where it is not there. SQLite uses locks of another kind, which this one leaves alone.
    lock = Path(path).open("ab")  # noqa: SIM115  # Open as long as the database is.
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise DatabaseFileError(
            f"another emulator is using the database file {path}; stop it, or name another file with --database"
        ) from None
    return lock


def _recognised(database: sqlite3.Connection, path: str) -> int:
    """Return the version of an existing database, 0 for those of before versions were written."""
    [application] = database.execute("PRAGMA application_id").fetchone()
    [version] = database.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if application not in (0, _APPLICATION) or (application == 0 and tables != {"resources"}):
        raise DatabaseFileError(f"{path} is the database of another program; name another file with --database")
    if version > _VERSION:
        raise DatabaseFileError(f"{path} was written by a newer emulator; update this one, or name another file")
    return int(version)


def _check_key(opened: DatabaseFile, path: str) -> None:
    """Refuse a key that does not open what is stored."""
    row = opened.database.execute("SELECT secrets FROM resources WHERE secrets <> '{}' LIMIT 1").fetchone()
    try:
        for sealed in json.loads(row[0]).values() if row else ():
            opened.seal.open(sealed)
    except ValueError:
        raise DatabaseFileError(
            f"the secrets in {path} were sealed with another key than that in {path}.key; put the right file back"
        ) from None


def _repair(opened: DatabaseFile, path: str) -> int:
    """Rewrite what an older version stored although no answer can hold it, and return how many resources that was.

    Raises:
        DatabaseFileError: a resource is damaged beyond that.
    """
    count = 0
    for resource_id, text, sealed in opened.database.execute("SELECT id, document, secrets FROM resources").fetchall():
        try:
            secrets = {key: opened.seal.open(value) for key, value in json.loads(sealed).items()}
            if not (_is_readable(text) and _is_readable(json.dumps(secrets))):
                _rewrite(opened, resource_id, _clean(json.loads(text)), _clean(secrets))
                count += 1
        except (ValueError, TypeError, RecursionError):
            raise DatabaseFileError(
                f"the resource {resource_id} in {path} is damaged; name another file with --database"
            ) from None
    return count


def _is_readable(text: str) -> bool:
    try:
        return isinstance(strict_json(text.encode()), dict)
    except InvalidJsonError:
        return False


def _rewrite(opened: DatabaseFile, resource_id: str, document: Json, secrets: Json) -> None:
    name = document.get("name")
    sealed = {key: opened.seal.close(value) for key, value in secrets.items()}
    row = (json.dumps(document), json.dumps(sealed), name if isinstance(name, str) else None, resource_id)
    opened.database.execute("UPDATE resources SET document = ?, secrets = ?, name = ? WHERE id = ?", row)


def _clean(value: Any) -> Any:
    """Return a JSON value with the numbers that are none left null, and halves of surrogate pairs marked."""
    if isinstance(value, dict):
        return {str(_clean(key)): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
