"""Taking over what exists, by the command, the real engine and the emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.command import run, run_beside
from tests.support.connections import FILES, POSTGRESQL, make
from tests.support.programs import HEAD, one_connection
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

Inputs = dict[str, Any]
FROM_YAML = "from pulumi_flowservice.manifest import connections\nconnections('connections.yaml')\n"
NAMES = ("orders", "a,b", 'say "x"', " spaced out ", "Bestände 漢字", "twin", "twin")


def writes(emulator: Emulator) -> list[str]:
    """The methods of the requests that change connections, or test them."""
    logged = [entry for entry in emulator.log() if entry.path.startswith("/connections")]
    return [f"{entry.method} {entry.path}" for entry in logged if entry.method != "GET" or entry.path.endswith("/test")]


def keep_password(inputs: Inputs) -> Inputs:
    """Inputs of an adoption that leaves the password as it is."""
    return {name: value for name, value in inputs.items() if name != "password"}


@pytest.fixture
def existing(flowservice_emulator: Emulator, inputs: Inputs) -> str:
    """The id of a connection that somebody made in the UI, to the real database."""
    params: Inputs = {name: str(value) for name, value in inputs.items()}
    return make(flowservice_emulator, "orders", **params)


def test_all_connections_of_a_sandbox_by_yaml(
    stack: Stack, flowservice_emulator: Emulator, database: LocalDatabase, inputs: Inputs
) -> None:
    """Eight of ten are adopted without a write; then one password rotates, and one entry goes without a deletion."""
    params: Inputs = {name: str(value) for name, value in inputs.items()}
    ids = [make(flowservice_emulator, name, **params) for name in (*NAMES, "last")]
    for name in ("files", "another"):
        make(flowservice_emulator, name, spec=FILES, host="files.example.com", userid="loader", userId="loader")
    before = flowservice_emulator.connections("dev")

    listed = run(flowservice_emulator, "adopt", "--all", "--write", folder=stack.folder)
    assert (listed.exit_code, listed.stderr) == (0, "")
    assert "The sandbox also has 2 connections of other kinds, which cannot be adopted." in listed.stdout
    flowservice_emulator.clear_log()
    stack.write(FROM_YAML)
    first = stack.up().ok()
    requests = [(entry.method, entry.path) for entry in flowservice_emulator.log() if "token" not in entry.path]
    again = stack.up("--expect-no-changes").ok()

    assert first.changes == {"created": 9}
    assert sorted(requests) == sorted(("GET", f"/connections/{id_}") for id_ in ids)
    assert again.changes == {"unchanged": 9}
    assert flowservice_emulator.connections("dev") == before

    file = stack.folder / "connections.yaml"
    text = file.read_text().replace(f"adopt: {ids[0]}\n", f"adopt: {ids[0]}\n    password:\n      config: fresh\n", 1)
    file.write_text(without_entry(text, "last"))
    flowservice_emulator.clear_log()
    database.set_password("loader", "fresh-password")
    try:
        stack.set_secret("fresh", "fresh-password")
        rotated = stack.up().ok()
    finally:
        database.set_password("loader", database.password)

    assert rotated.changes == {"updated": 1, "deleted": 1, "changes": 2, "unchanged": 7}
    assert writes(flowservice_emulator) == [f"PATCH /connections/{ids[0]}", f"GET /connections/{ids[0]}/test"]
    after = {each["id"]: each for each in flowservice_emulator.connections("dev")}
    assert after[ids[0]]["auth"]["params"] == {**params, "password": "fresh-password"}
    assert ids[-1] in after


def without_entry(text: str, name: str) -> str:
    """The file without one entry of it."""
    lines = text.splitlines(keepends=True)
    start = lines.index(f"  {name}:\n")
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith("    ")), len(lines))
    return "".join(lines[:start] + lines[end:])


def test_what_is_adopted_is_managed_like_any_other(
    stack: Stack, flowservice_emulator: Emulator, existing: str, inputs: Inputs
) -> None:
    """What differs is patched, without a test or a password; afterwards the input `adopt` may stay or go.

    Meanwhile `adopt --stack` names what the program has without the file, and offers what it only reads.
    """
    params: Inputs = {name: str(value) for name, value in inputs.items()}
    equal, only_read, other = (make(flowservice_emulator, name, **params) for name in ("equal", "read", "warehouse"))
    before = flowservice_emulator.connections("dev")
    orders = one_connection(keep_password(inputs), adopt=existing, description="Ours now")
    given = f"RedshiftConnection('equal', **{keep_password(inputs)!r}"
    reading = f"RedshiftConnection.get('reading', {only_read!r})\n"

    # One PATCH of one field of one connection.
    stack.write(f"{orders}{given}, adopt={equal!r})\n{reading}")
    stack.up().ok()
    assert writes(flowservice_emulator) == [f"PATCH /connections/{existing}"]
    after = flowservice_emulator.connections("dev")
    [patched] = [each for each in after if each not in before]
    [was] = [each for each in before if each not in after]
    assert (patched["id"], patched["name"], patched["description"]) == (existing, "orders", "Ours now")
    assert patched["auth"] == was["auth"]
    assert stack.outputs() == {"id": existing, "name": "orders"}

    command = ("adopt", "--all", "--stack", "dev")
    listed = run_beside(stack, flowservice_emulator, *command)
    as_json = run_beside(stack, flowservice_emulator, *command, "--json")
    assert (listed.exit_code, as_json.exit_code) == (0, 0), listed.stderr + as_json.stderr
    assert "in the stack as warehouse" in listed.stdout
    assert "Left out: orders: the stack manages it already, as 'warehouse'." in listed.stdout
    assert f"adopt: {only_read}" in listed.stdout and f"adopt: {existing}" not in listed.stdout
    told = {each["id"]: each["stackResource"] for each in json.loads(as_json.stdout)["connections"]}
    assert told == {existing: "warehouse", equal: "equal", only_read: None, other: None}
    # The name of the stack's resource is not given to another connection.
    assert "\n  warehouse-" in listed.stdout and "\n  warehouse:" not in listed.stdout

    # `adopt` stays with one connection and goes from the other; neither needs a password.
    flowservice_emulator.clear_log()
    stack.write(f"{orders}{given})\n{reading}")
    stack.up("--expect-no-changes").ok()
    stack.refresh("--expect-no-changes").ok()
    assert writes(flowservice_emulator) == []
    assert flowservice_emulator.connections("dev") == after

    stack.destroy().ok()
    assert sorted(writes(flowservice_emulator)) == sorted(f"DELETE /connections/{each}" for each in (existing, equal))
    assert {each["id"] for each in flowservice_emulator.connections("dev")} == {only_read, other}


def test_what_cannot_be_adopted(stack: Stack, flowservice_emulator: Emulator, existing: str, inputs: Inputs) -> None:
    """Another specification, another sandbox, an unknown id, one id twice: an error each, and nothing is written."""
    strange = make(flowservice_emulator, "postgres", spec=POSTGRESQL)
    elsewhere = make(flowservice_emulator, "elsewhere", sandbox="stage")
    arguments = ", ".join(f"{name}={value!r}" for name, value in keep_password(inputs).items())
    chosen = {"strange": strange, "elsewhere": elsewhere, "unknown": "no-such-id"}
    lines = "".join(f"RedshiftConnection({n!r}, adopt={i!r}, {arguments})\n" for n, i in chosen.items())
    twice = "".join(f"RedshiftConnection({n!r}, adopt={existing!r}, {arguments})\n" for n in ("first", "twin"))

    stack.write(HEAD + twice)
    twin = stack.preview().failed().text
    stack.write(HEAD + lines)
    text = stack.up("--continue-on-error").failed().text

    assert "it is not a connection of kind Amazon Redshift" in text
    for missing in (elsewhere, "no-such-id"):
        assert f"connections not found with id = [{missing}]" in text
    assert "There is nothing to adopt: check the id and the sandbox" in text
    assert "of this program adopts the same connection" in twin
    assert "Traceback" not in text + twin
    assert writes(flowservice_emulator) == []


def test_get_reads_without_managing(stack: Stack, flowservice_emulator: Emulator, existing: str) -> None:
    """Its outputs are the server's; no password is among them, and `destroy` deletes nothing."""
    flowservice_emulator.settings(secrets="plain")
    stack.write(
        f"{HEAD}found = RedshiftConnection.get('found', {existing!r})\n"
        "names = ('id', 'name', 'server', 'port', 'database', 'username', 'schema', 'description', 'sandbox',"
        " 'ims_org', 'password')\n"
        "for name in names:\n    pulumi.export(name, getattr(found, name))\n"
    )

    shown = stack.preview().ok()
    stack.up().ok()

    assert "orders" in shown.text
    outputs = stack.outputs()
    [connection] = flowservice_emulator.connections("dev")
    params = connection["auth"]["params"]
    assert outputs["id"] == existing and outputs["name"] == "orders" and outputs["sandbox"] == "dev"
    assert (outputs["server"], outputs["port"]) == (params["server"], int(params["port"]))
    assert outputs.get("password") is None and outputs.get("schema") is None and outputs.get("description") is None
    assert outputs["ims_org"] == "EMULATOR@AdobeOrg"
    assert params["password"] not in stack.export()
    stack.up("--expect-no-changes").ok()
    stack.destroy().ok()
    assert writes(flowservice_emulator) == []


def test_get_of_what_is_not_there(stack: Stack, flowservice_emulator: Emulator) -> None:
    """An unknown id stops the run: the engine alone would go on with empty outputs."""
    stack.write(f"{HEAD}RedshiftConnection.get('found', 'no-such-id')\n")

    text = stack.preview().failed().text

    assert "reading connection 'no-such-id' in sandbox 'dev': the API answered 404" in text
    assert "`pulumi-flowservice list` shows what exists" in text
    assert "Traceback" not in text
    assert flowservice_emulator.connections() == []
