"""Save a file completely or not at all, and only if it still is what was read."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..errors import Code, FlowServiceError
from ..manifest.reader import raw_bytes


def saved_content(path: Path) -> bytes | None:
    """Return what is in a file; None if there is none. Raises: FlowServiceError."""
    return raw_bytes(path) if path.exists() else None


def save(path: Path, content: bytes, before: bytes | None) -> None:
    """Write a file that had the content `before`, or did not exist. Raises: FlowServiceError; then nothing was written.

    A symbolic link stays one: the file that it leads to is written.
    """
    target = path.resolve()
    # A name that nobody can guess, in the same folder, because only from there it can take the file's place at once.
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with _removed_at_the_end(fresh):
            # Only its owner may read it until it has the mode of the file.
            _write(fresh, content, 0o666 if before is None else 0o600)
            # Somebody may have saved the file while this command asked a question.
            if saved_content(target) != before:
                raise _changed(path)
            if before is None:
                _place(fresh, target)
                return
            # Only root can give a file away.
            with contextlib.suppress(PermissionError):
                os.chown(fresh, target.stat().st_uid, target.stat().st_gid)
            shutil.copymode(target, fresh)
            fresh.replace(target)
    except FileExistsError:
        raise _changed(path) from None
    except OSError as error:
        what = f"{path} cannot be written: {error.strerror}; nothing was written"
        raise FlowServiceError(what, code=Code.FILE) from None


@contextlib.contextmanager
def _removed_at_the_end(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Create a file. Raises: FileExistsError, also if the name is a link."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        # A disk can turn out to be full as late as here.
        os.fsync(file.fileno())


def _place(fresh: Path, target: Path) -> None:
    """Give a file its name. Raises: FileExistsError, if somebody has just created one of this name."""
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems, such as those of memory cards, know no links.
        fresh.rename(target)


def _changed(path: Path) -> FlowServiceError:
    return FlowServiceError(
        f"{path} was changed by somebody else since this command read it; nothing was written",
        code=Code.FILE,
        remedy="Run the command again.",
    )
