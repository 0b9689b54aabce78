"""What keeps a program from making a manifest's connections, told at once and without a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pulumi
import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli import validate
from pulumi_flowservice.manifest import connections
from pulumi_flowservice.manifest.reader import read, served_sandboxes

from tests.support.pulumi_stack import Stack

ROOT = Path(__file__).parents[2]
MANIFEST = """
sandboxes: {dev: {server: dev.example.com}}
defaults: {database: d, username: u}
connections:
  orders:
    password: {env: MANIFEST_TEST_ORDERS}
  billing:
    password: {config: "billing:password"}
  clear:
    password: {env: MANIFEST_TEST_CLEAR}
"""


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLOWSERVICE_SANDBOX", "dev")
    monkeypatch.setenv("MANIFEST_TEST_CLEAR", "set")
    monkeypatch.delenv("MANIFEST_TEST_ORDERS", raising=False)
    path = tmp_path / "connections.yaml"
    path.write_text(MANIFEST)
    return path


@pytest.mark.usefixtures("event_loop")
def test_up_stops_where_secrets_are_not_set(manifest: Path) -> None:
    """Each missing one is named with its line and the command that sets it; nothing is made."""
    with pytest.raises(pulumi.RunError) as raised:
        connections(manifest)

    told = str(raised.value)
    assert told.startswith("FS1006: the manifest cannot be used:\n")
    assert f"{manifest}:6: connections.orders.password: environment variable MANIFEST_TEST_ORDERS is not set" in told
    assert f"{manifest}:8: connections.billing.password: config billing:password is not set; pulumi config set" in told
    assert "clear" not in told


def test_a_preview_without_secrets_shows_existing_connections_as_they_are(
    stack: Stack, flowservice_emulator: Emulator
) -> None:
    """A pull request from a fork sees what it changes, and not every connection: only `up` stops."""
    entry = "server: a.example.com, database: d, username: u, connectionTest: off, password: {config: loader}"
    stack.write("from pulumi_flowservice.manifest import connections\nconnections('connections.yaml')\n")
    manifest = stack.folder / "connections.yaml"
    manifest.write_text(f"connections:\n  orders: {{{entry}}}\n  returns: {{{entry}}}\n")
    stack.set_secret("loader", "hunter2-hunter2")
    stack.up().ok()
    stack.run("config", "rm", "loader").ok()
    manifest.write_text(
        manifest.read_text().replace("returns: {", "returns: {port: 5440, ") + f"  fresh: {{{entry}}}\n"
    )

    shown = stack.preview().ok()
    refused = stack.up().failed()

    assert "1 to create" in shown.text and "2 unchanged" in shown.text
    assert "FS4010: secrets are missing" in shown.text
    assert "connections.orders.password: config loader is not set" in refused.text
    assert len(flowservice_emulator.connections()) == 2


def test_a_stack_of_another_sandbox_stops(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack that the file does not know would have its connections deleted otherwise."""
    monkeypatch.setenv("FLOWSERVICE_SANDBOX", "prod")

    with pytest.raises(pulumi.RunError, match=r":2: sandboxes: the stack's sandbox 'prod' is missing here; add it"):
        connections(manifest)


def test_a_stack_without_a_sandbox_stops(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is assumed, `prod` least of all."""
    monkeypatch.delenv("FLOWSERVICE_SANDBOX")

    with pytest.raises(pulumi.RunError, match="the stack has no sandbox; set flowservice:sandbox"):
        connections(manifest)


def test_a_file_that_cannot_be_used_stops(manifest: Path) -> None:
    """The program says what `validate` says."""
    manifest.write_text(MANIFEST.replace("{env: MANIFEST_TEST_ORDERS}", "hunter2"))

    with pytest.raises(pulumi.RunError, match="is written in plain text") as raised:
        connections(manifest)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("example", ["gitops", "environments"])
def test_the_examples_are_valid(example: str) -> None:
    """Their stack files serve the sandboxes that they declare; editors find the schema, or a command writes it."""
    folder = ROOT / "examples" / example

    manifest, _ = read(folder / "connections.yaml", served=served_sandboxes(folder))

    [schema] = re.findall(r"\$schema=(\S+)", (folder / "connections.yaml").read_text())
    assert len(manifest.connections) == 2
    assert (folder / schema).is_file() or schema == validate.SCHEMA


@pytest.mark.parametrize(("page", "user"), [("reference/manifest.md", "loader_prod"), ("how-to/yaml.md", "loader")])
def test_the_documented_file_is_valid(tmp_path: Path, page: str, user: str) -> None:
    """The example of a page can be copied."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    [documented] = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "connections:" in block]
    (tmp_path / "connections.yaml").write_text(documented)

    manifest, _ = read(tmp_path / "connections.yaml")

    assert manifest.settled("campaigns", "prod").inputs["username"] == user
