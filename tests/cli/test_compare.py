"""`pulumi-flowservice compare`, as a process of its own: manifests, sandboxes and stacks, one against the other."""

from __future__ import annotations

import json
from pathlib import Path

from flowservice_emulator.server import Emulator

from tests.support.command import Result, run, run_beside
from tests.support.connections import make
from tests.support.pulumi_stack import Stack

MANIFEST = """
sandboxes:
  dev: {server: dev.example.com}
  prod: {server: prod.example.com}
connections:
  orders: {database: d, username: loader, password: {config: orders}, connectionTest: off}
  billing: {database: d, username: loader, password: {config: billing}, sandboxes: [dev], connectionTest: off}
"""
PROGRAM = """
from pulumi_flowservice.manifest import connections
connections("connections.yaml")
"""


def differing(done: Result) -> list[tuple[str, str, object, object]]:
    rows = json.loads(done.stdout)["differences"]
    return [(row["connection"], row["field"], row["left"], row["right"]) for row in rows]


def test_two_sandboxes_of_a_manifest(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """What differs by sandbox shows; what is expected to differ can be ignored."""
    (tmp_path / "connections.yaml").write_text(MANIFEST)
    sides = ("connections.yaml#dev", "connections.yaml#prod")

    all_of_it = run(flowservice_emulator, "compare", *sides, "--json", folder=tmp_path)
    expected = run(flowservice_emulator, "compare", *sides, "--ignore", "server", folder=tmp_path)
    same = run(flowservice_emulator, "compare", sides[0], sides[0], folder=tmp_path)

    assert (all_of_it.exit_code, expected.exit_code, same.exit_code) == (2, 2, 0)
    assert differing(all_of_it) == [
        ("billing", "", "exists", None),
        ("orders", "server", "dev.example.com", "prod.example.com"),
    ]
    assert "billing" in expected.stdout and "example.com" not in expected.stdout
    assert flowservice_emulator.log() == []


def test_two_versions_of_a_manifest(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """A pull request's effect in each sandbox, without any credentials; a reference to a secret is not spelled out."""
    (tmp_path / "old.yaml").write_text(MANIFEST)
    (tmp_path / "new.yaml").write_text(MANIFEST.replace("{config: orders}", "{env: ORDERS}").replace("[dev]", "[prod]"))

    done = run(flowservice_emulator, "compare", "old.yaml", "new.yaml", "--json", folder=tmp_path)

    assert differing(done) == [
        ("billing @ dev", "", "exists", None),
        ("billing @ prod", "", None, "exists"),
        ("orders @ dev", "password", "set", "set to another reference"),
        ("orders @ prod", "password", "set", "set to another reference"),
    ]


def test_files_are_those_of_another_folder(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """With --cwd, a path means the file in that folder, also where the caller's folder has one of the same name."""
    (tmp_path / "connections.yaml").write_text("connections: {}")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "connections.yaml").write_text(MANIFEST)
    sides = ("connections.yaml#dev", "file:connections.yaml#prod")

    done = run(flowservice_emulator, "compare", *sides, "--cwd", "project", "--json", folder=tmp_path)

    assert ("orders", "server", "dev.example.com", "prod.example.com") in differing(done)


def test_a_stated_rename_is_no_removal(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """The entry is compared with what it was called before, as Pulumi will do."""
    (tmp_path / "old.yaml").write_text(MANIFEST)
    renamed = "  sales: {previously: orders, description: Sold, "
    (tmp_path / "new.yaml").write_text(MANIFEST.replace("  orders: {", renamed))

    done = run(flowservice_emulator, "compare", "old.yaml#dev", "new.yaml#dev", "--json", folder=tmp_path)

    assert differing(done) == [("sales", "renamed", "orders", "sales"), ("sales", "description", None, "Sold")]


def test_a_rename_that_is_not_stated_is_hinted_at(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """An entry disappears and one with the same database appears: `previously` would keep the connection."""
    (tmp_path / "a.yaml").write_text(MANIFEST)
    (tmp_path / "b.yaml").write_text(MANIFEST.replace("  orders:", "  sales:"))
    (tmp_path / "c.yaml").write_text(
        MANIFEST.replace("  orders:", "  sales:").replace("username: loader", "username: x")
    )

    done = run(flowservice_emulator, "compare", "a.yaml", "b.yaml", folder=tmp_path)
    told = json.loads(run(flowservice_emulator, "compare", "a.yaml", "b.yaml", "--json", folder=tmp_path).stdout)
    other = run(flowservice_emulator, "compare", "a.yaml", "c.yaml", folder=tmp_path)

    assert done.stdout.count("orders disappears, and sales is like it.") == 1
    assert "write `previously: orders` in sales" in done.stdout
    assert told["perhapsRenamed"] == [{"from": "orders", "to": "sales"}]
    assert "disappears" not in other.stdout and other.exit_code == 2


def test_what_people_named_things_cannot_steer_the_terminal(flowservice_emulator: Emulator) -> None:
    """An escape sequence in a description is shown as text."""
    make(flowservice_emulator, name="orders", description="\x1b[2Jcleared")
    make(flowservice_emulator, name="orders", sandbox="prod")

    done = run(flowservice_emulator, "compare", "sandbox:dev", "sandbox:prod")

    assert done.exit_code == 2
    assert "\x1b[2J" not in done.stdout
    assert "x1b[2Jcleared" in done.stdout


def test_a_connection_is_matched_by_its_id(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """Somebody renamed it in the UI, and another has its name now: the entry that adopts it is compared with it."""
    renamed = make(flowservice_emulator, "Renamed", server="dev.example.com", database="d")
    make(flowservice_emulator, "orders", server="other.example.com", database="d")
    entry = f"  orders: {{adopt: {renamed}, name: orders, port: 5439, database: d, username: loader,"
    entry += " sandboxes: [dev]}\n"
    (tmp_path / "connections.yaml").write_text(f"defaults: {{server: dev.example.com}}\nconnections:\n{entry}")

    done = run(flowservice_emulator, "compare", "connections.yaml#dev", "sandbox:dev", "--json", folder=tmp_path)
    back = run(flowservice_emulator, "compare", "sandbox:dev", "connections.yaml#dev", "--json", folder=tmp_path)

    assert differing(done) == [("orders", "name", "orders", "Renamed"), ("orders", "", None, "exists")]
    assert differing(back) == [("orders", "name", "Renamed", "orders"), ("orders", "", "exists", None)]


def test_two_sandboxes_at_the_api(flowservice_emulator: Emulator) -> None:
    """Automatic digits do not keep a connection from its counterpart; the password never appears."""
    make(flowservice_emulator, "orders-0123abc", sandbox="dev")
    make(flowservice_emulator, "orders-fedcba9", sandbox="prod", username="other")
    make(flowservice_emulator, "Billing", sandbox="prod")

    done = run(flowservice_emulator, "compare", "sandbox:dev", "sandbox:prod", "--json")
    shown = run(flowservice_emulator, "compare", "sandbox:dev", "sandbox:prod")

    assert differing(done) == [("Billing", "", None, "exists"), ("orders", "username", "loader", "other")]
    assert (done.exit_code, shown.exit_code) == (2, 2)
    assert "kept-at-the-server" not in shown.stdout + done.stdout


def test_a_stack_beside_its_manifest_its_sandbox_and_another_stack(
    stack: Stack, flowservice_emulator: Emulator
) -> None:
    """The state is read without its passphrase being of use: two stacks differ by what is in them, not by names."""
    # A name that is written down counts, also where it is that of the entry.
    manifest = MANIFEST.replace("  billing: {", "  billing: {name: billing, ")
    (stack.folder / "connections.yaml").write_text(manifest)
    stack.write(PROGRAM)
    stack.configure(secret=dict.fromkeys(("orders", "billing"), "hunter2-hunter2"))
    stack.up().ok()
    stack.run("stack", "init", "prod").ok()

    def compare(left: str, right: str) -> Result:
        wrong = {"PULUMI_CONFIG_PASSPHRASE": "not the passphrase"}
        found = run_beside(stack, flowservice_emulator, "compare", left, right, "--json", **wrong)
        assert found.exit_code in (0, 2), found.stderr
        assert "hunter2" not in found.stdout + found.stderr
        return found

    assert differing(compare("dev", "connections.yaml#dev")) == []
    assert differing(compare("stack:dev", "sandbox:dev")) == []
    assert differing(compare("dev", "connections.yaml#prod")) == [
        ("billing", "", "exists", None),
        ("orders", "server", "dev.example.com", "prod.example.com"),
    ]
    assert differing(compare("stack:dev", "stack:prod")) == [
        ("billing", "", "exists", None),
        ("orders", "", "exists", None),
    ]


def test_what_cannot_be_compared_ends_with_1(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """A file that is not there and wrong arguments are no difference."""
    gone = run(flowservice_emulator, "compare", "a.yaml", "b.yaml", folder=tmp_path)
    wrong = run(flowservice_emulator, "compare", "a.yaml", folder=tmp_path)
    nothing = run(flowservice_emulator, "compare", "stack:", "b.yaml", folder=tmp_path)

    assert [done.exit_code for done in (gone, wrong, nothing)] == [1, 1, 1]
    assert "no such file" in gone.stderr
    assert "Missing argument 'B'" in wrong.stderr
    assert "FS5003: 'stack:' has no name after the colon" in nothing.stderr


def test_hosts_that_differ_at_their_ends_are_told_apart(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """In a pipe, no value is cut to the width of a terminal that is not there."""
    hosts = [f"warehouse-prod-analytics-cluster-of-the-data-team.{region}.example.com" for region in ("eu", "us")]
    for name, host in zip(("a.yaml", "b.yaml"), hosts, strict=True):
        (tmp_path / name).write_text(MANIFEST.replace("dev.example.com", host))

    done = run(flowservice_emulator, "compare", "a.yaml#dev", "b.yaml#dev", folder=tmp_path)

    assert any(all(host in line for host in hosts) for line in done.stdout.splitlines())
