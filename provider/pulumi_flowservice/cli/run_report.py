"""The report on the runs of a dataflow: a table, the first error of each, and what the last one means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ..lookups.results import DataflowRunResult
from ..lookups.runs import RunHistory
from .output import counted, echo, moment, print_table

_COLUMNS = ("began (UTC)", "took", "read", "written", "failed", "status")


def document(found: RunHistory) -> dict[str, Any]:
    """Return the report as a document for machines."""
    about = {"id": found.id, "name": found.name, "sandbox": found.sandbox, "state": found.state}
    return {**about, "verdict": verdict(found.last), "runs": found.runs}


def verdict(last: DataflowRunResult | None) -> str:
    """Return what the last finished run means: `no run yet`, `ok`, `failed` or `rows failed`."""
    if last is None:
        return "no run yet"
    if last.is_good:
        return "ok"
    return "rows failed" if last.is_success else "failed"


def print_history(found: RunHistory) -> None:
    """Print the report for people."""
    if not found.runs:
        echo(f"{found.name!r} has not run yet. {_expected(found)}")
        return
    print_table(f"Runs of {found.name!r} ({found.state}), {found.id}", _COLUMNS, _rows(found.runs))
    with_errors = [each for each in found.runs if each.errors]
    for each in with_errors:
        more = f" (and {counted(len(each.errors) - 1, 'more error')})" if len(each.errors) > 1 else ""
        echo(f"{moment(each.started_at)}: {each.errors[0]}{more}")
    if found.last and not found.last.is_good:
        echo(f"The last finished run, {found.last.id}, {_meaning(found.last)}.")


def duration(seconds: float) -> str:
    """Return hours, minutes and seconds, such as `0:03:12`."""
    return str(timedelta(seconds=round(seconds)))


def _rows(runs: Sequence[DataflowRunResult]) -> list[tuple[str, ...]]:
    """Return the cells, with numbers that end below each other."""
    cells = [
        (
            moment(each.started_at),
            "-" if each.duration_seconds is None else duration(each.duration_seconds),
            *(f"{count:,}" for count in (each.rows_read, each.rows_written, each.rows_failed)),
            each.status.replace("_", " "),
        )
        for each in runs
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)][:-1]
    return [(*(cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]) for row in cells]


def _expected(found: RunHistory) -> str:
    if found.state != "enabled":
        return f"Its state is {found.state!r}."
    return f"Its first run is due at {moment(found.first_start)} UTC." if found.first_start else "It is enabled."


def _meaning(last: DataflowRunResult) -> str:
    if last.is_success:
        return f"is a success, but {counted(last.rows_failed, 'row')} failed"
    return "has failed" if last.status == "failed" else f"has failed ({last.status.replace('_', ' ') or 'no status'})"
