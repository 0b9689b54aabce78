"""What long steps show, at a terminal and elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from tests.support import at_terminal
from tools.progress import Progress

PROGRAM = """
from tools.progress import Progress

with Progress("Fetching", "packages", total=4, usually="half a minute") as progress:
    progress.advance(2)
    progress.expect(3)
    progress.advance(1)
"""


def test_a_line_says_how_much_is_done_since_when_and_how_long_it_usually_takes() -> None:
    """What is not known is left out."""
    packages = Progress("Fetching", "packages", total=52, usually="half a minute")
    packages.advance(12)
    modules, alone = Progress("Fetching", "modules"), Progress("Starting", usually="5 s")

    assert packages.text(8) == "Fetching: 12 of 52 packages, 8 s (usually half a minute)"
    assert packages.text(30, is_done=True) == "Fetching: 12 of 52 packages, 30 s"
    assert modules.text(0) == "Fetching"
    assert alone.text(3) == "Starting: 3 s (usually 5 s)"


def test_what_is_measured_counts() -> None:
    """A step that cannot count asks for the figure."""
    found = [1, 2, 3]

    assert (
        Progress("Installing", "packages", total=4, measure=lambda: len(found)).text(0) == "Installing: 3 of 4 packages"
    )


def test_a_log_gets_one_line_and_no_control_characters() -> None:
    """A step that is over within 15 seconds does not repeat itself."""
    output = io.StringIO()

    with Progress("Starting", usually="5 s", output=output):
        pass

    assert output.getvalue() == "Starting (usually 5 s)\n"


@pytest.mark.parametrize("columns", [80, 40])
def test_a_terminal_keeps_one_line(columns: int) -> None:
    """It is written over, never wraps, and in the end says what was done."""
    shown = at_terminal.run([sys.executable, "-c", PROGRAM], folder=None, environment={}, columns=columns).stdout

    lines = at_terminal.plain(shown).replace("\r\n", "\n").replace("\r", "\n").splitlines()
    assert lines[-1] == "Fetching: 3 of 3 packages, 0 s"
    assert max(len(line) for line in lines[:-1]) < columns
    assert columns == 40 or "[....................]" not in lines[-1]
