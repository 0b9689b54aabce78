"""A Pulumi CLI that the machine has already."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from tools.pulumi_cli.programs import LANGUAGE_HOSTS, Cli, Unavailable, version_of

OLDEST = (3, 100)


def find(hosts: Collection[str] = LANGUAGE_HOSTS) -> Cli | None:
    """Return the first usable CLI with these hosts on PATH, in `$PULUMI_HOME/bin` or in `~/.pulumi/bin`."""
    for executable in _candidates():
        if not _has(hosts, executable):
            continue
        try:
            version = version_of(executable)
        except Unavailable:
            # A broken installation is no reason to stop: there are more places and ways.
            continue
        if tuple(int(part) for part in version.split(".")[:2]) >= OLDEST:
            return Cli(executable, version, "found on this machine")
    return None


def _candidates() -> list[Path]:
    """List executables named `pulumi`, in the order in which a shell and then Pulumi's installer would put them."""
    homes = [os.environ.get("PULUMI_HOME"), str(Path.home() / ".pulumi")]
    folders = [*os.get_exec_path(), *(str(Path(home) / "bin") for home in homes if home)]
    found = (shutil.which("pulumi", path=folder) for folder in folders if folder)
    return list(dict.fromkeys(Path(path).absolute() for path in found if path))


def _has(hosts: Collection[str], executable: Path) -> bool:
    """Tell whether the hosts are beside the CLI (a link's target counts too) or on PATH, where the CLI looks."""
    beside = {str(executable.parent), str(executable.resolve().parent)}
    folders = os.pathsep.join([*beside, *os.get_exec_path()])
    return all(shutil.which(name, path=folders) for name in hosts)
