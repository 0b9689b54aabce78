"""Follow a run: a line that changes at a terminal, a line for each change elsewhere, both on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from ..lifecycle.call import Run
from ..lookups.runs import Progress, RunHistory, watch
from ..redaction import one_line
from .output import echo, moment
from .run_report import duration


def follow(run: Run, found: RunHistory, run_id: str | None, sandbox: str | None) -> bool:
    """Wait for the end of a run, if there is one to wait for; return whether there was. Raises: FlowServiceError."""
    if run_id is None and (found.runs[0].is_over if found.runs else found.state != "enabled"):
        return False
    with _line() as show:
        for progress in watch(run, found.id, run_id, sandbox):
            show(_told(progress, found), progress.seconds)
    return True


def _told(progress: Progress, found: RunHistory) -> str:
    run = progress.run
    if run is None:
        due = f", which is due at {moment(found.first_start)} UTC" if found.first_start else ""
        return f"waiting for the first run{due}"
    rows = f"{run.rows_read:,} rows read, {run.rows_written:,} written, {run.rows_failed:,} failed"
    return f"{run.status.replace('_', ' ')}: {rows}"


@contextmanager
def _line() -> Iterator[Callable[[str, float], None]]:
    """Return what shows a text and the seconds that have passed, in place of what was shown before."""
    if sys.stderr.isatty():
        with Console(stderr=True).status("") as status:
            yield lambda text, seconds: status.update(Text(one_line(f"{duration(seconds)} {text}")))
        return
    shown = ""

    def show(text: str, _seconds: float) -> None:
        # Every line stays, so that the time alone is no news.
        nonlocal shown
        if text != shown:
            shown = text
            echo(text, err=True)

    yield show
