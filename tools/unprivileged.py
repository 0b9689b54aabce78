"""An account for programs that refuse to run as root.

PostgreSQL does not start as root. An ordinary user runs it as it is; root runs it as an account that the system has
anyway, and nothing is added to the system's list of users.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

ACCOUNTS = ("nobody", "daemon")
SEARCHABLE_BY_ALL = 0o001


class AccountError(RuntimeError):
    """PostgreSQL cannot run for this user on this machine; the message says why."""


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
        AccountError: we are root and the system has none of the accounts that this looks for.
    """
    if os.geteuid() != 0:
        return Account()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    raise AccountError(f"PostgreSQL does not run as root, and this system has no account {' or '.join(ACCOUNTS)}")


def is_reachable(path: Path, account: Account) -> bool:
    """Tell whether the account can walk down to `path`, which need not exist yet."""
    if account.user is None:
        return True
    steps = (path.absolute(), *path.absolute().parents)
    return all(step.stat().st_mode & SEARCHABLE_BY_ALL for step in steps if step.exists())


def reachable_place(folder: Path, account: Account) -> Path:
    """Return where the account can have a folder: `folder` itself, or a place that stands for it.

    Root's own folders are closed to other accounts, and opening them would change the machine. The place for them is in
    the system's temporary folder, with a name that follows from `folder`, so that it is found again.
    """
    if is_reachable(folder.absolute().parent, account):
        return folder.absolute()
    name = f"pulumi-flowservice-{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"
    return Path(tempfile.gettempdir()) / name


def make_folder(place: Path, account: Account) -> None:
    """Make the folder, closed to everybody but us and the account.

    Raises:
        AccountError: there is something else in its place, such as a trap set by another user of this machine.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise AccountError(f"{place} belongs to somebody else")
    place.chmod(0o700 if account.user is None else 0o711)
