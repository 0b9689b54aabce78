"""The commands and the manifest with the native provider."""

from __future__ import annotations

from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.command import run, run_beside
from tests.support.connections import POSTGRESQL, REDSHIFT, make
from tests.support.pulumi_stack import Stack

MANIFEST = """\
defaults: {server: a.example.com, database: d, username: u, connectionTest: off, password: {config: loader}}
connections:
  orders: {}
  returns: {kind: postgresql}
"""


def requests(emulator: Emulator) -> list[str]:
    return [entry.method for entry in emulator.log() if entry.path.startswith("/connections")]


def test_a_sandbox_is_imported(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """Three connections of two kinds come into the state by GETs only, as they are."""
    stack: Stack = make_stack(flowservice_emulator.environment, native=True)
    names = ("orders", "Bestände 漢字", "last")
    ids = [
        make(flowservice_emulator, name, spec=spec)
        for name, spec in zip(names, (REDSHIFT, POSTGRESQL, REDSHIFT), strict=True)
    ]
    before = flowservice_emulator.connections("dev")
    written = run(flowservice_emulator, "adopt", "--all", "--format", "import", "--write", folder=stack.folder)
    flowservice_emulator.clear_log()

    stack.run("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes").ok()
    stack.refresh("--expect-no-changes").ok()

    assert written.exit_code == 0
    assert set(requests(flowservice_emulator)) == {"GET"}
    assert flowservice_emulator.connections("dev") == before
    assert {stack.resource(name)["id"] for name in ("orders", "last")} == {ids[0], ids[2]}
    assert ids[1] in stack.export()
    compared = run_beside(stack, flowservice_emulator, "compare", "stack:dev", "sandbox:dev")
    assert (compared.exit_code, compared.stdout) == (0, "stack:dev and sandbox:dev: no difference\n")


def test_a_manifest_goes_to_the_native_provider(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """One word in the program, no request, and the connections are those of the native provider."""
    stack: Stack = make_stack(flowservice_emulator.environment, native=True)
    program = "from pulumi_flowservice.manifest import connections\nconnections('connections.yaml'{})\n"
    (stack.folder / "connections.yaml").write_text(MANIFEST)
    stack.set_secret("loader", "secret-password")
    stack.write(program.format(""))
    stack.up().ok()
    flowservice_emulator.clear_log()

    stack.write(program.format(", native=True"))
    moved = stack.up().ok()

    assert moved.changes == {"unchanged": 3}
    assert requests(flowservice_emulator) == []
    assert stack.resource("orders")["type"] == "flowservice:index:RedshiftConnection"
    assert stack.resource("returns")["type"] == "flowservice:index:PostgreSqlConnection"
