"""What the terminal shows: each environment's progress while it runs, and one table at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from .environment import Outcome

COLOURS = {"done": "green", "failed": "red", "stopped": "yellow", "not started": "yellow"}
COUNTED = ("create", "update", "replace", "delete", "same")


class Board:
    """Progress as a live table on a terminal, and as lines elsewhere; safe to use from threads."""

    def __init__(self, console: Console, environments: Sequence[str]) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._lines = dict.fromkeys(environments, "waiting")
        self._live = Live(console=console, get_renderable=self._progress, refresh_per_second=4, transient=True)

    def __enter__(self) -> Board:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def report(self, environment: str, line: str) -> None:
        """Tell what an environment is doing now."""
        with self._lock:
            self._lines[environment] = line
        if not self._console.is_terminal:
            self._console.print(escape(f"{environment}: {line}"), highlight=False)

    def announce(self, line: str) -> None:
        """Say something about all of them."""
        self._console.print(line)

    def _progress(self) -> Table:
        table = Table(title=f"{time.monotonic() - self._started:.0f} s", title_justify="left", box=None)
        with self._lock:
            for environment, line in self._lines.items():
                table.add_row(escape(environment), escape(line), style=COLOURS.get(line))
        return table


def print_summary(console: Console, outcomes: Sequence[Outcome]) -> None:
    """One row for each environment, and below it the errors in full."""
    table = Table("environment", "result", *COUNTED, "seconds")
    for outcome in outcomes:
        counts = (str(outcome.changes[name] or "-") for name in COUNTED)
        table.add_row(
            escape(outcome.environment),
            outcome.result,
            *counts,
            f"{outcome.seconds:.1f}",
            style=COLOURS[outcome.result],
        )
    console.print(table)
    for outcome in outcomes:
        for error in outcome.errors:
            console.print(f"[bold]{escape(outcome.environment)}[/]: {escape(error)}", highlight=False, soft_wrap=True)
