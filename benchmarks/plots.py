"""The times of `up` as pictures: against the number of connections, and against the API's latency."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pygal
from pygal.style import Style

from benchmarks.contestants import DOCUMENTATION, FLOOR, NATIVE, OURS
from benchmarks.measurements import Cell, Results, Spread

# All of them without connection tests: the provider of the documentation has none.
SHOWN = (DOCUMENTATION, OURS, NATIVE[16], NATIVE[64], FLOOR)
COUNT, LATENCY_MS = 100, 300
# Grey text and no background of its own: readable on a light and on a dark page.
_GREY = "#808080"
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=_GREY,
    foreground_strong=_GREY,
    foreground_subtle=_GREY,
    guide_stroke_color=_GREY,
    major_guide_stroke_color=_GREY,
    guide_stroke_dasharray="1,4",
    major_guide_stroke_dasharray="1,4",
    colors=("#d1603d", "#3d7dd1", "#9a6fd0", "#2e9e6b", _GREY),
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=12,
)
_Point = tuple[float, float]


def draw(results: Results, folder: Path) -> None:
    """Write both pictures into a folder, as SVG that loads nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    by_count = _picture(results, "connections", lambda cell: cell.count if cell.latency_ms == LATENCY_MS else None)
    (folder / "up-by-connections.svg").write_text(by_count)
    by_latency = _picture(results, "milliseconds", lambda cell: cell.latency_ms if cell.count == COUNT else None)
    (folder / "up-by-latency.svg").write_text(by_latency)


def _picture(results: Results, unit: str, position: Callable[[Cell], float | None]) -> str:
    chart = pygal.XY(
        style=_STYLE,
        js=(),
        width=720,
        height=380,
        x_title=unit,
        y_title="seconds",
        include_x_axis=True,
        legend_at_bottom=True,
    )
    for contestant in SHOWN:
        if points := sorted(_points(results, contestant.name, position)):
            chart.add(contestant.name, points)
    text = chart.render(is_unicode=True)
    # Each chart has a random id, comments with dates, and a script for pages that show more beside it.
    text = re.sub(r"<!--.*?-->|<script.*?</script>", "", text, flags=re.DOTALL)
    return str(re.sub(r"chart-[0-9a-f-]{36}", "chart", text)) + "\n"


def _points(results: Results, name: str, position: Callable[[Cell], float | None]) -> Iterator[_Point]:
    """The median of each cell of `up` that the picture shows."""
    for cell in results.cells:
        at, values = position(cell), results.values(name, cell).values()
        if cell.command == "up" and at is not None and values:
            yield at, Spread.of(values).middle
