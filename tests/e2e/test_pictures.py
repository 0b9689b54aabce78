"""The pictures of docs/ show what the programs print today; those of longer stories are compared beside their tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support import command
from tests.support.connections import POSTGRESQL, make
from tests.support.pictures import FOLDER, assert_pictured, picture

# Short lines are legible on a phone.
NARROW = 64
# One connection: the engine shows several in the order in which their processes answer.
PROGRAM = """\
from pulumi_flowservice.native import RedshiftConnection

RedshiftConnection(
    "orders",
    name="orders",
    server="redshift.example.com",
    database="dev",
    username="loader",
    password="canary",
    connection_test="off",
)
"""


@pytest.mark.picture
def test_drift(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """Somebody changes a user in the UI: the plan, and the table of `drift`."""
    stack = make_stack(flowservice_emulator.environment, native=True)
    stack.write(PROGRAM)
    stack.up().ok()
    [orders] = flowservice_emulator.connections()
    flowservice_emulator.change_connection(orders["id"], by="ann@example.com", params={"username": "intruder"})

    plan = stack.show("pulumi", "preview", "--refresh", columns=100)
    drift = stack.show("pulumi-flowservice", "drift", "--stack", "dev", columns=100)

    assert_pictured("plan", "pulumi preview --refresh", plan, columns=100)
    assert_pictured("drift", "pulumi-flowservice drift --stack dev", drift, columns=100)


@pytest.mark.picture
def test_list(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Three connections in a narrow terminal: two lines for each."""
    make(flowservice_emulator, "campaigns", spec=POSTGRESQL, server="pg.example.com", sandbox="prod")
    make(flowservice_emulator, "orders", server="redshift.example.com", sandbox="prod", user="ann@example.com")
    orders = make(flowservice_emulator, "returns", server="redshift.example.com", sandbox="prod")
    flowservice_emulator.use_connection(orders, "Returns to profiles")
    line = ("list", "--sandbox", "prod")

    shown = command.run_at_terminal(flowservice_emulator, tmp_path, *line, columns=80)

    assert_pictured("list", f"pulumi-flowservice {' '.join(line)}", shown)


@pytest.mark.picture
def test_adopt(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Two connections that were made in the UI, of which one is taken over."""
    for name in ("campaigns", "orders"):
        connection_id = make(flowservice_emulator, name, server="redshift.example.com", sandbox="prod")
    flowservice_emulator.use_connection(connection_id, "Orders to profiles")
    line = ("adopt", "orders", "--sandbox", "prod", "--write")

    shown = command.run_at_terminal(flowservice_emulator, tmp_path, *line, columns=80)

    assert_pictured("adopt", f"pulumi-flowservice {' '.join(line)}", shown)


@pytest.mark.picture
def test_compare(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """One connection differs between two sandboxes, another one is missing in one of them."""
    for sandbox in ("stage", "prod"):
        make(flowservice_emulator, "orders", sandbox=sandbox, database=f"sales_{sandbox}", username="loader")
    make(flowservice_emulator, "campaigns", sandbox="stage")
    line = ("compare", "sandbox:stage", "sandbox:prod")

    shown = command.run_at_terminal(flowservice_emulator, tmp_path, *line, columns=NARROW)

    assert_pictured("compare", f"pulumi-flowservice {' '.join(line)}", shown, columns=NARROW)


def test_a_picture_tells_of_a_change() -> None:
    """Another word makes another picture; another id, time, port or pace does not."""
    shown = "orders-{} ({}) at {}\r\n@ updating{}\r\ncreated ({}s)\r\n\x1b[1A\x1b[31mdone{}"
    first = shown.format("0a1b2c3", "0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a", "127.0.0.1:1", "...", "0.91", "")
    later = shown.format("3c2b1a0", "1b1b1b1b-1b1b-1b1b-1b1b-1b1b1b1b1b1b", "127.0.0.1:23456", ".", "12", "")

    assert picture("a", "x", first, columns=80) == picture("a", "x", later, columns=80)
    assert picture("a", "x", first, columns=80) != picture("a", "x", first + "!", columns=80)
    assert "created" not in picture("a", "x", first, columns=80)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_stands_for_itself(path: Path) -> None:
    """It loads nothing from elsewhere, is small, and shows no secret and no folder of the machine that drew it."""
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"(?:href|src)=|url\((?!#)|@import|@font-face|<script", text) == []
    assert len(text) < 30_000
    assert re.findall(r"canary|kept-at-the-server|/tmp/|/home/|/root/", text) == []
