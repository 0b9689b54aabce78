"""The lines that a program prints, one by one while it runs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

LAST = 15


class CommandError(RuntimeError):
    """The program failed; the message holds the last lines that it printed."""


def output_lines(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, routine: str = ""
) -> Iterator[str]:
    """Run a program in a folder and give each line of its output and its errors as it comes.

    Lines that match the pattern `routine` say nothing about a failure.

    Raises:
        CommandError: the program failed.
    """
    last: list[str] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            for line in process.stdout or ():
                if not re.fullmatch(routine, line.rstrip()):
                    last = [*last, line.rstrip()][-LAST:]
                yield line.rstrip()
        except BaseException:
            # What was interrupted must not go on in the background.
            process.kill()
            raise
    if process.returncode != 0:
        raise CommandError("\n".join(last))
