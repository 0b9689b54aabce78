"""The table of differences on a terminal."""

from __future__ import annotations

import pytest
from pulumi_flowservice.cli.difference import Difference, print_table


def test_no_control_character_of_a_server_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """What a server named a connection is shown, and cannot steer the terminal."""
    rows = [Difference("a\x1b[2J", "name", "b\x1b]0;", "c\r")]

    print_table("t\x1b", "left", "right", rows)

    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert "a\\x1b[2J" in shown
