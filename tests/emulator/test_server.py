"""The emulator as a thing to start, look into and reset."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.server import Emulator


def test_the_command_announces_its_address_in_one_line() -> None:
    """Whoever starts the command reads its address from the first line and can send requests at once."""
    command = [sys.executable, "-m", "flowservice_emulator", "--port", "0", "--secrets", "masked"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        settings = EmulatorControl(line.removeprefix("listening on ").strip()).settings()
        process.terminate()

    assert line.startswith("listening on http://127.0.0.1:")
    assert settings["secrets"] == "masked"


def test_each_test_gets_an_empty_emulator(flowservice_emulator: Emulator) -> None:
    """The fixture holds no connections, no log and the settings of the start."""
    assert flowservice_emulator.connections() == []
    assert flowservice_emulator.log() == []
    assert flowservice_emulator.settings()["secrets"] == "omitted"


def test_an_unknown_setting_is_refused_with_its_name(flowservice_emulator: Emulator) -> None:
    """A mistyped setting is an error that names it, not a test that tests nothing."""
    with pytest.raises(ValueError, match="unknown setting secret;"):
        flowservice_emulator.settings(secret="plain")


def test_a_request_of_the_program_under_test_is_logged(flowservice_emulator: Emulator) -> None:
    """The log tells method, path and status, for refused requests as well."""
    address = f"{flowservice_emulator.url}/data/foundation/flowservice/connections"

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)  # noqa: S310  # Our own emulator.
    refused.value.close()

    assert [(entry.method, entry.path, entry.status) for entry in flowservice_emulator.log()] == [
        ("GET", "/connections", 403)
    ]
