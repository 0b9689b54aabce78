"""Runs a program at a terminal of its own, and tells what is left on the screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

TIMEOUT_SECONDS = 180
_LINES = 60


def run(
    command: Sequence[str],
    *,
    folder: Path | None,
    environment: Mapping[str, str],
    answers: Sequence[str] = (),
    columns: int = 80,
) -> subprocess.CompletedProcess[str]:
    """Run the command, type the answers, and return all that was sent to the terminal as its standard output."""
    ours, theirs = opened(columns)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={"TERM": "xterm", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, typed(answers))
    shown = rest(ours).decode()
    return subprocess.CompletedProcess(command, process.wait(timeout=TIMEOUT_SECONDS), shown, "")


def opened(columns: int) -> tuple[int, int]:
    """Return our side and the program's side of a new terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, columns, 0, 0))
    return ours, theirs


def typed(answers: Sequence[str]) -> bytes:
    """Return what somebody types who gives these answers."""
    return "".join(f"{answer}\n" for answer in answers).encode()


def rest(ours: int) -> bytes:
    """Return what is sent to a terminal until nobody has its other side open, and close it."""
    shown = b""
    # Linux ends a terminal whose other side is closed with an error instead of an empty read.
    with contextlib.suppress(OSError):
        while chunk := os.read(ours, 65536):
            shown += chunk
    os.close(ours)
    return shown


def screen(shown: str) -> str:
    """Return what is left of lines written over, after a carriage return or after going up (`ESC [ n A`)."""
    lines, row = [""], 0
    for part in re.split(r"(\n|\x1b\[\d+A)", shown.replace("\r\n", "\n")):
        if part == "\n" or re.fullmatch(r"\x1b\[\d+A", part):
            row += 1 if part == "\n" else -int(part[2:-1])
            lines[row : row + 1] = [""]
        else:
            lines[row] = (lines[row] + part).rpartition("\r")[2]
    return "\n".join(lines)


def plain(shown: str) -> str:
    """Return a text without colours and the like."""
    return re.sub(r"\x1b\[[0-?]*[a-zA-Z]", "", shown)
