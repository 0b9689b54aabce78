"""An account for programs that refuse to run as root.

PostgreSQL does not start as root. An ordinary user runs it as it is; root runs it as an account that the system has
anyway, and nothing is added to the system's list of users.
"""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

ACCOUNTS = ("nobody", "daemon")
SEARCHABLE_BY_ALL = 0o001


@dataclass(frozen=True)
class Account:
    """User and group ids that a child process takes on; `None` for both means that it stays who we are."""

    user: int | None = None
    group: int | None = None

    def own(self, folder: Path) -> None:
        """Hand a folder over to this account."""
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)


def unprivileged_account() -> Account:
    """Return the account for programs that refuse root: ourselves, unless we are root.

    Raises:
        RuntimeError: we are root and the system has none of the accounts that this looks for.
    """
    if os.geteuid() != 0:
        return Account()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    raise RuntimeError(f"PostgreSQL does not run as root, and this system has no account {' or '.join(ACCOUNTS)}")


def is_reachable(path: Path, account: Account) -> bool:
    """Tell whether the account can walk down to `path`, which need not exist yet."""
    if account.user is None:
        return True
    steps = (path.absolute(), *path.absolute().parents)
    return all(step.stat().st_mode & SEARCHABLE_BY_ALL for step in steps if step.exists())


def reachable_folder(folder: Path, account: Account) -> Path:
    """Make `folder` and return where it really is.

    Root's own folders are closed to other accounts. Opening them would change the machine, so the folder then lives
    in the system's temporary folder, and `folder` becomes a link to it.
    """
    if folder.is_symlink() and not folder.exists():
        # The system has emptied its temporary folder since; the link points nowhere.
        folder.unlink()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if is_reachable(folder, account):
            folder.mkdir()
        else:
            folder.symlink_to(tempfile.mkdtemp(prefix="pulumi-flowservice-"), target_is_directory=True)
        folder.chmod(0o700 if account.user is None else 0o711)
    return folder.resolve()


def remove_folder(folder: Path) -> None:
    """Remove what `reachable_folder` made, the link and its target."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
