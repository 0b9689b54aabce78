"""What an installation of the Pulumi CLI consists of."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.200.0"
# The newest one that the Go module proxy has; `make test CLI=newest` runs the tests with it.
NEWEST = "3.274.1"

# They run programs of their language for the engine: ours, and those of the examples.
LANGUAGE_HOSTS = ("pulumi-language-python", "pulumi-language-yaml", "pulumi-language-nodejs")
# The engine, the hosts, the script that Python's host starts, and those for dynamic providers and for policies.
PROGRAMS = (
    "pulumi",
    *LANGUAGE_HOSTS,
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
    "pulumi-analyzer-policy-python",
)
# Those of a program in Python, such as the quickstart's.
FOR_PYTHON = tuple(name for name in PROGRAMS if name == "pulumi" or "python" in name)


class Unavailable(RuntimeError):
    """One way, or every way, to a Pulumi CLI is closed; the message says why."""


@dataclass(frozen=True)
class Cli:
    """A Pulumi CLI with its language hosts, and in which way it was found."""

    executable: Path
    version: str
    way: str

    @property
    def search_path(self) -> str:
        """Return a PATH on which this `pulumi`, and with it its language hosts, comes first."""
        return os.pathsep.join((str(self.executable.parent), os.environ.get("PATH", os.defpath)))


def version_of(executable: Path) -> str:
    """Start the program and return its version, without the leading `v`.

    Raises:
        Unavailable: it does not start, or answers something else.
    """
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [str(executable), "version"], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{executable} does not start ({type(error).__name__})") from None
    match = re.search(r"v?(\d+\.\d+\.\d+\S*)", done.stdout)
    if not match:
        raise Unavailable(f"{executable} does not tell its version")
    return match.group(1)
