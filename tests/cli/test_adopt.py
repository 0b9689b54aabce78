"""`pulumi-flowservice adopt`: what it lists, what it writes, and that it writes nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.manifest.reader import read

from tests.support.at_terminal import plain
from tests.support.command import run, run_at_terminal
from tests.support.connections import make, make_many
from tests.support.second_kind import OFFICE

MANIFEST = """\
# Ours.
connections:
  other:   # made by us
    server: other.example.com
    database: dev
    username: loader
    password: {config: other}
  # The end.
"""


def entry(connection_id: str, name: str = "orders", sandbox: str = "dev") -> str:
    """What is written for a connection of `tests.support.connections`."""
    return (
        f"  {name}:\n    sandboxes:\n      - {sandbox}\n    adopt: {connection_id}\n    name: {name}\n"
        "    server: cluster.example.com\n    port: 5439\n    database: dev\n    username: loader\n"
        "    retainOnDelete: true\n"
    )


def test_the_table_tells_what_exists(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Name, kind, state, number of flows, id, target, who changed it; others are counted, and nothing is written."""
    connection_id = make(flowservice_emulator, "orders")
    make(flowservice_emulator, "office", spec=OFFICE.spec_id, securityToken="t")
    flowservice_emulator.use_connection(connection_id, "Orders to profiles")
    flowservice_emulator.clear_log()

    done = run(flowservice_emulator, "adopt", folder=tmp_path)

    assert (done.exit_code, done.stderr) == (0, "")
    [row] = [line.split("  ") for line in done.stdout.splitlines() if "orders" in line]
    cells = [cell.strip() for cell in row if cell.strip()]
    told = ["1", "orders", "redshift", "enabled", "1", "cluster.example.com/dev", "analyst@example.com"]
    assert cells == [*told, connection_id, "-"]
    assert "The sandbox also has 1 connection of other kinds, which cannot be adopted." in done.stdout
    assert "Nothing was chosen" in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert {entry.method for entry in flowservice_emulator.log() if "token" not in entry.path} == {"GET"}


def test_a_dry_run_shows_and_writes_nothing(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Without --write, the entries go to the terminal only."""
    connection_id = make(flowservice_emulator, "orders")

    done = run(flowservice_emulator, "adopt", "--all", folder=tmp_path)

    assert entry(connection_id) in done.stdout
    assert "Nothing was written: --write writes 1 connection to connections.yaml." in done.stdout
    assert "changes nothing at the server" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_a_manifest(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """What --write writes is valid, names the sandbox, and holds no password."""
    flowservice_emulator.settings(secrets="plain")
    connection_id = make(flowservice_emulator, "orders", sandbox="prod")

    done = run(flowservice_emulator, "adopt", "orders", "--sandbox", "prod", "--write", folder=tmp_path)

    assert done.exit_code == 0
    text = (tmp_path / "connections.yaml").read_text()
    assert text.endswith("connections:\n" + entry(connection_id, sandbox="prod"))
    assert "kept-at-the-server" not in text + done.stdout
    manifest, _ = read(tmp_path / "connections.yaml")
    assert manifest.connections["orders"]["adopt"] == connection_id


def test_entries_are_appended_byte_for_byte(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """What was in the file stays as it was, comments too; a second run adds nothing."""
    file = tmp_path / "ours.yaml"
    file.write_text(MANIFEST)
    connection_id = make(flowservice_emulator, "orders")

    first = run(flowservice_emulator, "adopt", "--all", "--write", "--output", "ours.yaml", folder=tmp_path)
    after = file.read_text()
    second = run(flowservice_emulator, "adopt", "--all", "--write", "--output", "ours.yaml", folder=tmp_path)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert after == MANIFEST.replace("  # The end.\n", entry(connection_id) + "  # The end.\n")
    assert file.read_text() == after
    assert "the file has it already, as 'orders'" in second.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["ours.yaml"]


def test_what_an_entry_has_made_is_not_adopted_again(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """A connection whose name an entry gives, or Pulumi made up for it, belongs to that entry."""
    (tmp_path / "connections.yaml").write_text(MANIFEST)
    make(flowservice_emulator, "other-0a1b2c3", server="other.example.com")

    done = run(flowservice_emulator, "adopt", "--all", "--write", folder=tmp_path)

    assert done.exit_code == 0
    assert "the file has it already, as 'other'" in done.stdout
    assert (tmp_path / "connections.yaml").read_text() == MANIFEST


def test_a_difference_is_shown_beforehand(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Where shared values would change a connection, it is left out with exit code 3, unless that is wanted."""
    given = f"defaults: {{description: Ours, password: {{config: all}}}}\n{MANIFEST}"
    (tmp_path / "connections.yaml").write_text(given)
    make(flowservice_emulator, "orders")

    refused = run(flowservice_emulator, "adopt", "orders", "--write", folder=tmp_path)
    kept = (tmp_path / "connections.yaml").read_text()
    wanted = run(flowservice_emulator, "adopt", "orders", "--write", "--with-changes", folder=tmp_path)

    assert (refused.exit_code, wanted.exit_code) == (3, 0)
    assert "differs: description, password" in refused.stdout
    assert "Left out: orders: the file's shared values would change description, password" in refused.stdout
    assert kept == given
    assert "but it adopts the connection and changes 1 connection at the server." in wanted.stdout


def test_a_broken_file_is_not_touched(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Its problems are named with their lines, before any request."""
    (tmp_path / "connections.yaml").write_text("connections:\n  a: {sever: x}\n")

    done = run(flowservice_emulator, "adopt", "--all", "--write", folder=tmp_path)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "connections.yaml:2: connections.a.sever: is not a known key here; did you mean `server`?" in done.stderr
    assert flowservice_emulator.log() == []


def test_a_sandbox_that_the_file_does_not_serve(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """The file would not be valid any more, so it stays as it is."""
    given = "sandboxes: {prod: {}}\nconnections: {}\n"
    (tmp_path / "connections.yaml").write_text(given)
    make(flowservice_emulator, "orders")

    done = run(flowservice_emulator, "adopt", "--all", "--write", folder=tmp_path)

    assert done.exit_code == 1
    assert "an unknown sandbox; use one of: prod" in done.stderr
    assert (tmp_path / "connections.yaml").read_text() == given


def test_twins_and_near_names_get_names_of_their_own(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Resource names are unique and the same whatever is chosen; a name that several share stays unmanaged."""
    for name in ("twin", "twin", "a b", "a-b", "漢字", "x"):
        make(flowservice_emulator, name)

    everything = json.loads(run(flowservice_emulator, "adopt", "--all", "--json", folder=tmp_path).stdout)
    one = json.loads(run(flowservice_emulator, "adopt", "漢字", "--json", folder=tmp_path).stdout)

    resources = {each["id"]: each["resource"] for each in everything["connections"]}
    assert len(set(resources.values())) == 6
    assert {each["id"]: each["resource"] for each in one["connections"]} == resources
    assert [each["id"] for each in one["connections"] if each["taken"]] == [
        each["id"] for each in everything["connections"] if each["name"] == "漢字"
    ]
    assert [each["name"] for each in everything["connections"] if each["unmanaged"]] == ["twin", "twin"]


def test_any_text_is_written(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Quotes, backslashes, line breaks and other scripts come through as they are, and steer no terminal."""
    texts = {
        "say \"x\" 'y'": "a\\nb",
        "Bestände 漢字 🚀": "two\nlines\u2028or three",
        "{braces}": '"""',
        "tab\tin": "\x1b[31m",
    }
    for name, description in texts.items():
        make(flowservice_emulator, name, description=description)

    shown = run(flowservice_emulator, "adopt", "--all", folder=tmp_path)
    done = run(flowservice_emulator, "adopt", "--all", "--write", folder=tmp_path)

    manifest, _ = read(tmp_path / "connections.yaml")
    assert done.exit_code == 0
    assert {each["name"]: each["description"] for each in manifest.connections.values()} == texts
    assert "\x1b" not in shown.stdout + done.stdout


@pytest.mark.parametrize("options", [(), ("--all",), ("--all", "--json"), ("--all", "--format", "import")])
def test_what_others_wrote_stays_within_its_line(
    options: tuple[str, ...], flowservice_emulator: Emulator, tmp_path: Path
) -> None:
    """Neither a name nor who changed it breaks a table, or gives the log of a pipeline a command."""
    for name in ("::stop-commands::x", "a\n::add-mask::b"):
        connection_id = make(flowservice_emulator, name, description=name)
        flowservice_emulator.change_connection(connection_id, by="ann\n::warning::c", params={"username": "other"})

    done = run(flowservice_emulator, "adopt", *options, folder=tmp_path)

    assert [line for line in (done.stdout + done.stderr).splitlines() if line.strip().startswith("::")] == []
    assert r"ann\n::warning::c" in done.stdout.replace(r"\\n", r"\n")


def test_json_is_for_machines(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """One document with everything that the table has, and whether the file was written."""
    connection_id = make(flowservice_emulator, "orders", description="Daily")
    flow_id = flowservice_emulator.use_connection(connection_id, "Orders")

    done = run(flowservice_emulator, "adopt", "--all", "--write", "--json", folder=tmp_path)

    document = json.loads(done.stdout)
    [connection] = document.pop("connections")
    expected = {"sandbox": "dev", "otherConnections": 0, "output": "connections.yaml", "written": True}
    assert document == {**expected, "otherFlows": 1, "dataflows": []}
    assert connection["id"] == connection_id and connection["taken"] is True
    assert connection["flows"] == [{"id": flow_id, "name": "Orders", "state": "enabled"}]
    assert connection["wouldSend"] == [] and connection["resource"] == "orders"


def test_what_no_inputs_can_describe_is_left_out(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """A server with a path in it would be refused by every `up`: exit code 3, and the rest is written."""
    strange = make(flowservice_emulator, "strange", server="cluster.example.com/dev")
    fine = make(flowservice_emulator, "fine", description="ends in a space ")

    done = run(flowservice_emulator, "adopt", "--all", "--write", folder=tmp_path)

    assert done.exit_code == 3
    assert "Left out: strange: `server` contains a path." in done.stdout
    assert "not managed: `description` begins or ends with white space" in done.stdout
    text = (tmp_path / "connections.yaml").read_text()
    assert strange not in text and fine in text and "description" not in text


def test_flows_may_be_hidden_from_the_credential(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Without the right to see flows, the list is as good otherwise, and says so."""
    make(flowservice_emulator, "orders")
    body = {"error_code": "403025", "message": "Profile is not valid"}
    flowservice_emulator.fault("GET", "/sourceConnections", status=403, body=json.dumps(body))

    done = run(flowservice_emulator, "adopt", folder=tmp_path)

    assert done.exit_code == 0
    assert "The flows are not known: these API credentials have no permission to list them." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["no-such-name"], 1, "nothing that is listed has the id or name 'no-such-name'"),
        (["order"], 1, "Similar names: 'orders'"),
        (["twin"], 1, "2 connections are named 'twin'"),
        (["--all", "orders"], 2, "either --all or ids and names"),
        (["--sandbox", "nowhere"], 1, "sandbox"),
        (["--format", "toml"], 2, "is not one of 'yaml', 'python', 'import'"),
    ],
)
def test_wrong_arguments(
    flowservice_emulator: Emulator, tmp_path: Path, arguments: list[str], exit_code: int, words: str
) -> None:
    """One paragraph on standard error, and nothing written."""
    for name in ("orders", "twin", "twin"):
        make(flowservice_emulator, name)

    done = run(flowservice_emulator, "adopt", *arguments, "--write", folder=tmp_path)

    assert done.exit_code == exit_code
    assert words in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_person_chooses_by_numbers(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """At a terminal the command asks, again after a slip, and what it shows cannot steer the terminal."""
    for name in ("a", "b", "c", "d\x1b[31m"):
        make(flowservice_emulator, name)

    shown = run_at_terminal(flowservice_emulator, tmp_path, "adopt", "--write", answers=["9", "1-2 4"])

    assert "Numbers go from 1 to 4." in shown
    assert "d\\x1b[31m" in shown and "d\x1b[31m" not in shown
    manifest, _ = read(tmp_path / "connections.yaml")
    assert sorted(manifest.connections) == ["a", "b", "d-31m"]


@pytest.mark.parametrize(("answer", "is_written"), [("y", True), ("n", False), ("", False)])
def test_a_person_is_asked_once(flowservice_emulator: Emulator, tmp_path: Path, answer: str, is_written: bool) -> None:
    """After the choice, what would be written is shown; only a yes writes it. Then come the lines of the program."""
    connection_id = make(flowservice_emulator, "orders")
    make(flowservice_emulator, "billing")

    shown = plain(run_at_terminal(flowservice_emulator, tmp_path, "adopt", answers=["2", answer]))

    assert entry(connection_id) in shown.replace("\r", "") and "adopt: " in shown
    assert shown.count("Write 1 connection to connections.yaml? [y/N]") == 1
    assert ("Written to connections.yaml: 1 connection." in shown) == is_written
    assert ("Nothing was written: --write writes 1 connection to connections.yaml." in shown) != is_written
    assert shown.rstrip().endswith('connections("connections.yaml")')
    assert (tmp_path / "connections.yaml").exists() == is_written


def test_only_what_is_named_is_shown(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """By a name, which may be without the digits that Pulumi adds; nothing of the rest, not even its number."""
    for name in ("orders-0a1b2c3", "billing"):
        make(flowservice_emulator, name)
    make(flowservice_emulator, "office", spec=OFFICE.spec_id, securityToken="t")

    done = run(flowservice_emulator, "adopt", "orders", folder=tmp_path)

    assert done.exit_code == 0 and "orders-0a1b2c3" in done.stdout
    assert "billing" not in done.stdout and "other kinds" not in done.stdout


def test_no_line_is_wider_than_the_terminal(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """A name that does not fit is cut, and says so; the others are whole."""
    make(flowservice_emulator, "@" * 250)
    make(flowservice_emulator, "orders")

    shown = run_at_terminal(flowservice_emulator, tmp_path, "adopt", answers=[""])

    lines = plain(shown).splitlines()
    assert any("@@@@@@…" in line for line in lines) and any(" orders " in line for line in lines)
    assert [line for line in lines if len(line.rstrip()) > 200] == []


def test_a_narrow_terminal_has_two_lines_for_each(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """In 80 columns, nine columns would be letters below each other; a terminal that is wide enough has the table."""
    connection_id = make(flowservice_emulator, "orders")

    narrow = run_at_terminal(flowservice_emulator, tmp_path, "adopt", answers=[""], columns=80)
    wide = run_at_terminal(flowservice_emulator, tmp_path, "adopt", answers=[""], columns=240)

    lines = [line.rstrip() for line in plain(narrow).splitlines()]
    [start] = [number for number, line in enumerate(lines) if line.split()[:2] == ["1", "orders"]]
    assert lines[start].split() == ["1", "orders", "redshift", "enabled", "0", "-"]
    assert lines[start + 1].startswith("    cluster.example.com/dev  analyst@example.com  ")
    assert any("orders" in line and connection_id in line for line in wide.splitlines())


def test_an_empty_sandbox(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Nothing to adopt is no error."""
    done = run(flowservice_emulator, "adopt", "--all", "--write", folder=tmp_path)

    assert done.exit_code == 0
    assert "There is no connection to adopt in sandbox dev." in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_two_thousand_connections(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """20 pages, and one page each of source connections and flows."""
    first = make(flowservice_emulator, "c0")
    make_many(flowservice_emulator, [f"c{number}" for number in range(1, 2000)])
    flowservice_emulator.use_connection(first)
    flowservice_emulator.clear_log()

    done = run(flowservice_emulator, "adopt", "--all", "--write", "--json", folder=tmp_path)

    document: dict[str, Any] = json.loads(done.stdout)
    assert sum(each["taken"] for each in document["connections"]) == 2000
    assert flowservice_emulator.counters() == {
        "POST /ims/token/v3": 1,
        "GET /connections": 20,
        "GET /sourceConnections": 1,
        "GET /flows": 1,
    }
    manifest, _ = read(tmp_path / "connections.yaml")
    assert len(manifest.connections) == 2000


def test_another_folder_is_that_of_every_path(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """With --cwd, the file is read and written in that folder, like the project of `pulumi --cwd`."""
    (tmp_path / "project").mkdir()
    make(flowservice_emulator, "orders")
    line = ("adopt", "--cwd", "project", "--all", "--write")

    first = run(flowservice_emulator, *line, folder=tmp_path)
    own = run(flowservice_emulator, *line, "--output", "ours.yaml", folder=tmp_path)
    again = run(flowservice_emulator, *line, folder=tmp_path)

    assert (first.exit_code, own.exit_code, again.exit_code) == (0, 0, 0)
    assert sorted(path.name for path in (tmp_path / "project").iterdir()) == ["connections.yaml", "ours.yaml"]
    assert [path.name for path in tmp_path.iterdir()] == ["project"]
    assert "the file has it already, as 'orders'" in again.stdout
