"""Signs of life from steps that take longer than anybody wants to look at nothing."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

# A terminal's line is written over; elsewhere each one stays.
TERMINAL_SECONDS, LOG_SECONDS = 1, 15
BAR = 20


class Progress:
    """Shows a step as long as its block runs: how much of it is done, since when, and how long it usually takes.

    At a terminal one line is written over each second, and stays. Elsewhere a line comes at the beginning, and each 15
    seconds. A step that is passing leaves no line, unless it takes so long.
    """

    def __init__(
        self,
        label: str,
        unit: str = "",
        *,
        total: int = 0,
        usually: str = "",
        measure: Callable[[], int] | None = None,
        is_passing: bool = False,
        output: TextIO | None = None,
    ) -> None:
        self._label, self._unit, self._total, self._usually = label, unit, total, usually
        self._measure, self._is_passing = measure, is_passing
        self._output = output or sys.stderr
        self._count = 0
        self._started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show_until_over, daemon=True)

    def __enter__(self) -> Progress:
        if self._at_terminal or not self._is_passing:
            self._show(self._at_terminal)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if self._at_terminal:
            # After an error, the line goes: what follows says more.
            stays = not kind and not self._is_passing
            self._write("\r\x1b[K" + (f"{self.text(self._seconds, is_done=True)}\n" if stays else ""))

    def advance(self, steps: int = 1) -> None:
        """Count what was done."""
        self._count += steps

    def expect(self, total: int) -> None:
        """Correct how many steps there are."""
        self._total = total

    def text(self, seconds: int, *, is_done: bool = False) -> str:
        """Return the line to show after so many seconds."""
        count = self._measure() if self._measure else self._count
        parts = []
        if count or self._total:
            parts.append((f"{count} of {self._total} " if self._total else f"{count} ") + self._unit)
        parts = [part.rstrip() for part in parts]
        if seconds or is_done:
            parts.append(f"{seconds} s")
        usual = f" (usually {self._usually})" if self._usually and not is_done else ""
        return self._label + (f": {', '.join(parts)}" if parts else "") + usual

    @property
    def _at_terminal(self) -> bool:
        return self._output.isatty()

    @property
    def _seconds(self) -> int:
        return int(time.monotonic() - self._started)

    def _show_until_over(self) -> None:
        while not self._over.wait(TERMINAL_SECONDS if self._at_terminal else LOG_SECONDS):
            self._show(self._at_terminal)

    def _show(self, over_the_last: bool) -> None:
        line = self.text(self._seconds)
        if not over_the_last:
            self._write(f"{line}\n")
            return
        # A line that wraps could not be written over.
        width = (os.get_terminal_size(self._output.fileno()).columns or 80) - 1
        self._write(f"\r{(line + self._bar(width - len(line)))[:width]}\x1b[K")

    def _bar(self, room: int) -> str:
        """Return a bar, if there is a total to draw it of and room for it."""
        if not self._total or room < BAR + 3:
            return ""
        count = self._measure() if self._measure else self._count
        done = min(BAR, BAR * count // self._total)
        return f" [{'#' * done}{'.' * (BAR - done)}]"

    def _write(self, text: str) -> None:
        print(text, end="", file=self._output, flush=True)
