"""The two pages about the emulator are complete and true: they have every choice, and their tests exist."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields
from pathlib import Path

import pytest
from flowservice_emulator.choices import Option, choices
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.faults.kinds import KINDS
from flowservice_emulator.http.error_codes import TITLES
from flowservice_emulator.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = "\n".join(
    (ROOT / "docs" / folder / "emulator.md").read_text(encoding="utf-8") for folder in ("reference", "engineering")
)


def test_every_test_that_the_table_names_exists() -> None:
    """A renamed test is renamed in the table."""
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/*/test_*.py")]
    defined = {name for source in sources for name in re.findall(r"def (test_\w+)", source)}

    assert set(re.findall(r"`(test_\w+)`", PAGE)) <= defined | {"test_my_stack"}


def test_every_behaviour_has_a_source_and_a_test() -> None:
    """No row of the table is empty, and its sources are those that the page explains."""
    table = PAGE.partition("| behaviour |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]

    assert len(rows) > 90
    known = {
        "API",
        "DST",
        "ERR",
        "SRC",
        "LAB",
        "SORT",
        "UPD",
        "DRAFT",
        "RED",
        "AWS",
        "TRB",
        "IMS",
        "PY",
        "CON",
        "CAT",
        "SR",
        "DP",
        "DBF",
        "UPF",
        "FIL",
        "PART",
        "MON",
        "ODI",
        "RETRY",
        "assumed",
    }
    for behaviour, source, test in rows:
        assert set(source.split(", ")) <= known, behaviour
        assert test.startswith("`test_"), behaviour


def test_every_setting_fault_and_method_is_documented() -> None:
    """Each has its row in a table of the page."""
    settings = [field.name for field in fields(Settings)]
    methods = [name for name, value in vars(EmulatorControl).items() if callable(value) and not name.startswith("_")]

    assert [name for name in (*settings, *KINDS) if f"| `{name}` |" not in PAGE] == []
    assert [name for name in methods if f"| `{name}(" not in PAGE] == []
    details = {detail for kind in KINDS.values() for detail in kind.defaults}
    assert [name for name in details if f"`{name}`" not in PAGE] == []


def test_a_connection_is_made_by_hand(
    flowservice_emulator: EmulatorControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program of the page makes and changes one, as another client."""
    program = tmp_path / "by_hand.py"
    program.write_text(PAGE.partition("## A connection made by hand")[2].split("```")[1].removeprefix("python\n"))
    monkeypatch.setattr("sys.argv", [str(program), flowservice_emulator.url])
    runpy.run_path(str(program))

    [made] = flowservice_emulator.connections("dev")
    assert [made[key] for key in ("name", "createdClient", "description", "updatedBy")] == [
        "made by hand",
        "other",
        "changed in the UI",
        "someone@example.com",
    ]


def test_every_choice_is_documented_with_its_options_and_sources() -> None:
    """The table of choices says what the code says, in its order, and every option has a document or is silent."""
    table = PAGE.partition("| choice |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]

    written = [(name.strip("`"), question, options.split(", ")) for name, options, question, _ in rows]
    coded = [(name, question, _shown(options)) for name, question, options in choices()]
    assert written == coded
    assert all(source for *_, source in rows)


def _shown(options: tuple[Option, ...]) -> list[str]:
    """The options as the page writes them: the default first, in bold."""
    first, *others = [str(each).lower() if isinstance(each, bool) else str(each) for each in options]
    return [f"**{first}**", *others]


def test_every_error_code_in_use_has_a_title() -> None:
    """And every title belongs to a code in use."""
    package = ROOT / "emulator" / "flowservice_emulator"
    used = {
        code
        for path in package.rglob("*.py")
        if path.name != "error_codes.py"
        for code in re.findall(r'"(\d{4}-\d{3})"', path.read_text(encoding="utf-8"))
    }

    assert used == set(TITLES)
