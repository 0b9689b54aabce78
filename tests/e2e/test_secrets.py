"""A canary in every secret input, and a search for it in everything that a life of runs has written.

The places are named here and in docs/engineering/faults.md; the engine's own verbose log is judged apart from them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.redaction import LEFT_OUT

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Result, Stack
from tools.pulumi_cli.programs import NEWEST

CLIENT = "pipeline"
# The emulator's rule: a client's secret is its id and `-secret`.
CLIENT_SECRET = f"{CLIENT}-secret"
FIRST, SECOND = 'canary-1 "quoted" {json: 100%}\\', "canary-2/with+plus=&<html>"
IN_ADDRESS = "canary-3-in-an-address"
PASSPHRASE = "canary-4-passphrase"

PROGRAM = """\
import os
import pulumi
from pulumi_flowservice import RedshiftConnection

server = os.environ.get("SERVER_CANARY")
warehouse = RedshiftConnection(
    "warehouse",
    server=pulumi.Output.secret(server) if server else "db.example.com",
    database="dev",
    username="loader",
    password=os.environ["PASSWORD_CANARY"],  # A plain string: the resource makes it a secret.
)
pulumi.export("id", warehouse.id)
pulumi.export("password", warehouse.password)
"""


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator that keeps its data in a file, and knows a client whose secret is a canary."""
    database = tmp_path / "emulator.db"
    with Emulator(str(database), connection_test="pass", other_clients=[CLIENT]) as running:
        yield running


@pytest.fixture
def stack(make_stack: MakeStack, emulator: Emulator) -> Stack:
    """A stack with its credentials in its own configuration."""
    kept = {name: value for name, value in emulator.environment.items() if "CLIENT" not in name}
    made = make_stack({**kept, "PASSWORD_CANARY": FIRST, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE})
    made.write(PROGRAM)
    made.configure({"flowservice:clientId": CLIENT})
    made.set_secret("flowservice:clientSecret", CLIENT_SECRET)
    return made


def spellings(secret: str) -> set[str]:
    """How a secret may be written."""
    in_json = json.dumps(secret)[1:-1]
    return {secret, in_json, json.dumps(in_json)[1:-1], repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}


def found(text: str) -> list[str]:
    """The canaries in a text, and pieces of them."""
    secrets = [spelling for secret in (CLIENT_SECRET, FIRST, SECOND) for spelling in spellings(secret)]
    pieces = ["canary-1", "canary-2", IN_ADDRESS, PASSPHRASE]
    return [secret for secret in (*secrets, *pieces) if secret in text]


def life(stack: Stack, emulator: Emulator) -> dict[str, Result]:
    """Every command that prints or stores something, with success and failure, plain and debugging."""
    rotated = {"PASSWORD_CANARY": SECOND}
    debugging = {"FLOWSERVICE_DEBUG": "true"}
    leaking = {"SERVER_CANARY": f"jdbc:redshift://db.example.com/dev?password={IN_ADDRESS}"}
    runs = {
        "preview": stack.preview("--diff").ok(),
        # Up to this verbosity, the engine's log has no secret, as SECURITY.md says.
        "up": stack.up("--logtostderr", "-v=6").ok(),
        "a preview of a rotation": stack.run("preview", "--diff", variables=rotated).ok(),
        "the same in JSON": stack.run("preview", "--json", variables=rotated).ok(),
    }
    emulator.fault("PATCH", "/connections/*", status=400, body="echo")
    runs["a rotation whose body comes back in the error, debugging"] = stack.run(
        "up", "--yes", "--skip-preview", variables={**rotated, **debugging}
    ).failed()
    runs["a rotation"] = stack.run("up", "--yes", "--skip-preview", "--diff", variables=rotated).ok()
    runs["a server that is an address with a password"] = stack.run(
        "preview", variables={**rotated, **leaking}
    ).failed()
    emulator.settings(secrets="plain")
    runs["a refresh that reads the password back"] = stack.refresh("--diff").ok()
    emulator.settings(secrets="omitted")
    runs["stack"] = stack.run("stack", "--show-ids").ok()
    runs["outputs"] = stack.run("stack", "output", "--json").ok()
    runs["export"] = stack.run("stack", "export").ok()
    runs["history"] = stack.run("stack", "history", "--json").ok()
    return runs


def test_no_canary_gets_out(stack: Stack, emulator: Emulator, tmp_path: Path) -> None:
    """Terminal, state, checkpoints, backups, Pulumi's home, the emulator's log, answers and database: nothing."""
    runs = life(stack, emulator)
    debugged = runs["a rotation whose body comes back in the error, debugging"].text
    places = {f"terminal: {name}": run.text for name, run in runs.items()}
    files = [file for file in sorted(stack.folder.rglob("*")) if file.is_file()]
    places |= {f"file: {file.relative_to(stack.folder)}": file.read_bytes().decode("latin-1") for file in files}
    places["emulator: log"] = json.dumps([asdict(entry) for entry in emulator.log()])
    places["emulator: answers"] = json.dumps(emulator.request("GET", "/connections").json)
    with sqlite3.connect(tmp_path / "emulator.db") as database:
        # Its secrets have a column of their own, where they must be.
        shown = database.execute("SELECT id, name, document FROM resources").fetchall()
        places["emulator: database"] = json.dumps(shown, ensure_ascii=False)

    assert {name: found(text) for name, text in places.items() if found(text)} == {}
    assert len([name for name in places if name.startswith("file: state")]) > 5
    # The search would find something: the debugging run did log the request and the echo.
    assert LEFT_OUT in debugged and "PATCH /data" in debugged and "Traceback" in debugged
    assert emulator.connections()[0]["auth"]["params"]["password"] == SECOND


def test_the_engine_s_verbose_log(stack: Stack) -> None:
    """From `-v=7` on the engine prints inputs in clear, and some the stack's secrets too, as the page on security says.

    The lines are the engine's own, for resources of any provider; ours add none. The newest prints none any more.
    """
    nine = stack.up("--logtostderr", "-v=9").ok()
    stack.write(PROGRAM.replace('os.environ["PASSWORD_CANARY"]', 'pulumi.Config().require_secret("password")'))
    stack.set_secret("password", "canary-5-of-the-configuration")
    configured = stack.up("--logtostderr", "-v=9").ok()

    lines = (nine.text + configured.text).splitlines()
    shown = [line for line in lines if found(line) or "canary-5" in line]
    assert bool(shown) == (stack.engine != NEWEST)
    assert all(re.match(r"I\d{4} [\d:.]+ +\d+ \w+\.go:\d+\]", line) for line in shown)
