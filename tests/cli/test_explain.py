"""`pulumi-flowservice explain`, as a process of its own: what the installed package says of a code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.explain import sections
from pulumi_flowservice.errors import Code

from tests.support.at_terminal import plain
from tests.support.command import run, run_at_terminal

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
CODES = sorted(value for name, value in vars(Code).items() if name.isupper())


def test_the_package_has_the_page() -> None:
    """Each code has the text of docs/reference/errors.md, whole."""
    found = sections("###")

    assert list(found) == CODES
    for code, text in found.items():
        [section] = re.findall(rf"^### {code}\n\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S)
        assert text == section.strip()


@pytest.mark.parametrize("spelling", ["FS3002", "fs3002", "3002", "FS3002:"])
def test_a_code_is_explained(flowservice_emulator: Emulator, spelling: str) -> None:
    """In any spelling that people copy from an error; a list stays one, and a link is only its words."""
    done = run(flowservice_emulator, "explain", spelling)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith('FS3002\n\n"A connection with this name')
    assert '\n- An interrupted run left it: take it over with `adopt="ID"`; in' in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_what_a_text_refers_to_follows(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Links lead nowhere in a terminal, so the section about doubt is there; lines fit, also those of its table."""
    shown = plain(run_at_terminal(flowservice_emulator, tmp_path, "explain", "FS4003", columns=80))
    told = json.loads(run(flowservice_emulator, "explain", "FS4003", "--json").stdout)

    assert "Credentials in doubt" in shown and "by somebody else" in shown
    assert "](" not in shown and "#credentials" not in shown
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert told["code"] == "FS4003" and "Credentials in doubt" in told["paragraphs"]
    assert all("\\n" not in each for each in told["paragraphs"])


def test_an_unknown_code_brings_similar_ones(flowservice_emulator: Emulator) -> None:
    """And exit code 1; without a code all of them are listed, with what they say."""
    wrong = run(flowservice_emulator, "explain", "FS3099")
    strange = run(flowservice_emulator, "explain", "orders")
    listed = run(flowservice_emulator, "explain")
    document = json.loads(run(flowservice_emulator, "explain", "--json").stdout)

    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "FS5003: there is no code 'FS3099'. Similar codes: FS30" in wrong.stderr
    assert "Without a code, this command lists all." in strange.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()[3:-1]] == CODES == list(document)
    assert document["FS3001"] == "Whether the connection was created is unknown."
    assert all(text and "](" not in text and "*" not in text for text in document.values())
