"""Pictures of the terminal for docs/: a test that runs a program compares them, and under `--pictures` draws them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.support.at_terminal import screen
from tests.support.connections import ID

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
# What differs from run to run, and what stands for it, of the same length where something is beside it.
_NEUTRAL: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\x1b\[[0-?]*[A-Za-ln-z]", ""),
    (r"[0-9a-f]{8}-[0-9a-f-]+…", lambda cut: "5f5b5b2b-0cb1-4e5b-9a48-3ab2a0b1f9f0"[: len(cut[0]) - 1] + "…"),
    (r"(?<=\w)-[0-9a-f]{7}\b", "-1a2b3c4"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:5439"),
    (r"http://127\.0\.0\.1:5439", "http://127.0.0.1:8091"),
    (r" \(another program has port \d+\)", ""),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-01-31 09:30:00"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d(?!:)", "2026-01-31 09:30"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-31T09:30:00Z"),
    (r"creating \([\d.]+s\)", "creating (0s)"),
    (r"(created \(|Duration:(?:\x1b\[0m)? )[\d.]+s", r"\g<1>2s"),
    (r"(?<![\d.])\d+\.\d +", lambda seconds: "4.2".ljust(len(seconds[0]))),
    (r"@ [\w ]+\.+\n", ""),
    (r" +(?=\n)", ""),
    (r"\n+(?= \+ )", "\n"),
    (r"\n{3,}", "\n\n"),
)
# As rich's own, without the fonts that it loads from elsewhere.
_FORMAT = """\
<svg width="PIXELS" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }}
{styles}
</style>
<defs>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
is_drawing = False


def assert_pictured(name: str, command: str, shown: str, *, columns: int = 80) -> None:
    """A picture of docs/ shows this command and what the terminal showed, byte by byte."""
    path, now = FOLDER / f"{name}.svg", picture(name, command, shown, columns=columns)
    if is_drawing:
        path.write_text(now, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == now, f"{path.name} shows something else: run `make pictures`"


def picture(name: str, command: str, shown: str, *, columns: int) -> str:
    """Return an SVG of a terminal in which a command has ended."""
    ids: dict[str, str] = {}
    text = re.sub(
        ID, lambda id_: ids.setdefault(id_[0], f"5f5b5b2b-0cb1-4e5b-9a48-3ab2a0b1f9f{len(ids):x}"), screen(shown)
    )
    for pattern, instead in _NEUTRAL:
        text = re.sub(pattern, instead, text)
    console = Console(record=True, file=io.StringIO(), width=columns, color_system="truecolor")
    console.print(Text.assemble(("$ ", "bright_black"), (command, "bold")))
    console.print(Text.from_ansi(text.rstrip("\n")))
    return console.export_svg(title="", code_format=_FORMAT.replace("PIXELS", str(columns * 17 // 2)), unique_id=name)
