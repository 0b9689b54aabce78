"""Secret arguments of functions stand in no error, however short, and not in the debug log."""

from __future__ import annotations

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.engine.diagnostics import log

from tests.support.native import Plugin
from tests.support.protocol import Shown, call, refused


@pytest.mark.parametrize(
    ("function", "arguments", "code"),
    [
        ("getRedshiftConnection", {"name": "zq7"}, "FS2005"),
        ("getRedshiftConnection", {"id": "zq7"}, "FS2005"),
        ("getTables", {"connectionId": "zq7"}, "FS2005"),
        ("listRedshiftConnections", {"sandbox": "zq7"}, "FS2004"),
        ("getDataset", {"name": "zq7"}, "FS2005"),
        ("getDataset", {"id": "zq7"}, "FS2005"),
        ("getSchema", {"title": "zq7"}, "FS2005"),
        ("getDataflow", {"name": "zq7"}, "FS2005"),
        ("listDataflows", {"connection": "zq7"}, "FS2005"),
        ("getDataflowRuns", {"id": "zq7"}, "FS2005"),
    ],
)
def test_secret_arguments_of_functions(
    plugin: Plugin, flowservice_emulator: Emulator, function: str, arguments: dict[str, str], code: str
) -> None:
    """The error of a plain argument names it; that of a secret one has the code, and the name of the argument."""
    plain = refused(lambda: call(plugin, function, arguments))
    secret = refused(lambda: call(plugin, function, arguments, secrets=set(arguments)))

    assert "zq7" in plain
    assert plain[:6] == secret[:6] == code
    assert "zq7" not in secret
    assert f"secret arguments were given (`{next(iter(arguments))}`)" in secret


def test_a_secret_number(plugin: Plugin) -> None:
    """As `limit` may be one, in a program that computes it from a secret."""
    told = refused(lambda: call(plugin, "getDataflowRuns", {"id": "zq7", "limit": 77}, secrets={"limit"}))

    assert "secret arguments were given (`limit`)" in told


def test_a_secret_argument_in_the_debug_log(plugin: Plugin, shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id stands in the path of a request."""
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "level", log.level)
    plugin.configure(sandbox="dev", debug=True)

    refused(lambda: call(plugin, "getRedshiftConnection", {"id": "zebra-1"}))
    refused(lambda: call(plugin, "getRedshiftConnection", {"id": "zebra-2"}, secrets={"id"}))

    told = "".join(text for _, text in shown)
    assert "secret arguments were given (`id`)" in told
    assert "/connections/zebra-1" in told
    assert "zebra-2" not in told
