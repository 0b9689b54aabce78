"""The results as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.contestants import ALL, DOCUMENTATION, FLOOR, OURS
from benchmarks.goals import Goal
from benchmarks.measurements import Cell, Measurement, Results, Spread

Value = Callable[[Measurement], float | None]


def times(results: Results) -> Iterator[str]:
    """Median seconds with their ends, and the ratios within each repetition."""
    names = [each.name for each in ALL if any(results.values(each.name, cell) for cell in results.cells)]
    yield _row("connections", "API", "command", *names, f"{OURS.name} / floor", f"documentation / {OURS.name}")
    yield _rule(5 + len(names))
    for cell in results.cells:
        seconds = (_seconds(results.values(name, cell).values()) for name in names)
        ratios = (
            _ratio(results.paired(OURS.name, FLOOR.name, cell)),
            _ratio(results.paired(DOCUMENTATION.name, OURS.name, cell)),
        )
        yield _row(str(cell.count), f"{cell.latency_ms} ms", cell.command, *seconds, *ratios)


def costs(results: Results) -> Iterator[str]:
    """What a run takes beside time, medians: requests, processor, memory, state."""
    columns: Sequence[tuple[str, Value, str]] = (
        ("requests per connection", lambda m: m.requests_per_connection, "{:.2f}"),
        ("requests at once", lambda m: m.requests_at_once, "{:.0f}"),
        ("processor seconds of all", lambda m: m.whole_processor_seconds, "{:.2f}"),
        ("of the provider", lambda m: m.processor_seconds, "{:.2f}"),
        ("peak memory, MiB", lambda m: m.peak_mebibytes, "{:.0f}"),
        ("state per connection, bytes", lambda m: m.state_bytes, "{:.0f}"),
    )
    yield _row("connections", "API", "command", "provider", *(title for title, _, _ in columns))
    yield _rule(4 + len(columns))
    for cell in results.cells:
        for contestant in ALL:
            if results.values(contestant.name, cell):
                values = (_middle(results, contestant.name, cell, of, form) for _, of, form in columns)
                yield _row(str(cell.count), f"{cell.latency_ms} ms", cell.command, contestant.name, *values)


def goal_table(found: Iterable[Goal]) -> Iterator[str]:
    """Every goal with what was found."""
    yield _row("what", "goal", "measured (smallest to largest)", "")
    yield _rule(4)
    for goal in found:
        bound = f"{'at most' if goal.at_most else 'at least'} {goal.wanted:g}{goal.unit}"
        value = f"{_ratio(goal.found)}{goal.unit if goal.found else ''}"
        yield _row(goal.what, bound, value, goal.verdict)


def _middle(results: Results, contestant: str, cell: Cell, of: Value, form: str) -> str:
    values = results.values(contestant, cell, of).values()
    return form.format(Spread.of(values).middle) if values else "-"


def _seconds(values: Iterable[float]) -> str:
    found = list(values)
    return f"{_ratio(Spread.of(found))} s" if found else "-"


def _ratio(spread: Spread | None) -> str:
    if not spread:
        return "-"
    ends = "" if spread.least == spread.most else f" ({spread.least:.2f} to {spread.most:.2f})"
    return f"{spread.middle:.2f}{ends}"


def _row(*values: str) -> str:
    return f"| {' | '.join(values)} |"


def _rule(columns: int) -> str:
    return "|" + "---|" * columns
