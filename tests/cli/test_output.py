"""Tables, JSON and lines, in a pipe and at a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.difference import Difference, print_differences
from pulumi_flowservice.cli.output import echo, print_json, print_table

from tests.support.at_terminal import plain
from tests.support.command import run, run_at_terminal
from tests.support.connections import make


def test_no_control_character_of_a_server_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """What a server named a connection is shown on one line, and cannot steer the terminal."""
    rows = [Difference("a\x1b[2J", "name", "b\x1b]0;", "c\r\nd")]

    print_differences("t\x1b", "left", "right", rows)

    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "\r" not in shown
    assert "a\\x1b[2J" in shown and "c\\r\\nd" in shown


def test_nothing_is_cut_or_folded_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row is one line, however long its cells are, and ends without padding."""
    host = "warehouse-prod-analytics." + "x" * 5000

    print_table("Hosts", ("name", "host"), [("orders", host), ("a", "b")])

    lines = capsys.readouterr().out.splitlines()
    assert any(host in line for line in lines)
    assert all(line == line.rstrip() for line in lines)
    assert len(lines) == 7


def test_what_looks_like_markup_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets in a name are no colours."""
    print_table("[red]", ("[bold]",), [("[/] [link=x]",)])

    shown = capsys.readouterr().out
    assert "[red]" in shown and "[bold]" in shown and "[/] [link=x]" in shown


@pytest.mark.parametrize(
    "text", ["::stop-commands::x", "\u00a0::add-mask::x", "a\n::set-env::x", "##[group]x", "##vso[x]"]
)
def test_no_text_is_a_command_of_a_pipeline(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub takes lines that begin with `::`, also after white space; Azure Pipelines takes `##vso[`."""
    print_table(text, (text, "id"), [(text, text), ("orders", text)])
    print_json({"name": text, text: [text]})
    echo(text)
    echo(text, err=True)

    captured = capsys.readouterr()
    lines = [line.strip() for line in (captured.out + captured.err).splitlines()]
    assert [line for line in lines if line.startswith("::") or "##[" in line or "##vso[" in line] == []


def test_json_keeps_the_values(capsys: pytest.CaptureFixture[str]) -> None:
    """Only control characters are shown as text, as in tables; the address of a server stays one."""
    print_json({"server": "::1", "hash": "##[x]", "rows": [Difference("a\nb", "port", 5439, None).document()]})

    row = {"connection": "a\\nb", "field": "port", "left": 5439, "right": None}
    assert json.loads(capsys.readouterr().out) == {"server": "::1", "hash": "##[x]", "rows": [row]}


def test_sentences_are_wrapped_at_words(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """In a terminal no word is cut, also of an error; in a pipe, an error is one line."""
    for name in ("orders", "orders"):
        make(flowservice_emulator, name)

    shown = plain(run_at_terminal(flowservice_emulator, tmp_path, "usage", "orders", columns=60))
    piped = run(flowservice_emulator, "usage", "orders", folder=tmp_path)

    lines = [line.rstrip() for line in shown.splitlines()]
    assert len(lines) > 3 and max(map(len, lines)) <= 60
    assert " ".join(lines) == piped.stderr.rstrip("\n")
