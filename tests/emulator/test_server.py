"""Start the emulator, read its log and settings, reset it."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest
from flowservice_emulator.__main__ import parse_fault
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.server import Emulator

from tests.support import forked


@pytest.mark.long
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


def test_faults_can_be_given_at_the_start() -> None:
    """An option describes each of them, with its details as in the paths that change them later."""
    fault = parse_fault("GET /connections status=429 times=null body=empty retry_after=date:5")

    assert fault == {
        "method": "GET",
        "path": "/connections",
        "status": 429,
        "times": None,
        "body": "empty",
        "retry_after": "date:5",
    }


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--fault", "GET"], "--fault takes METHOD PATH"),
        (["--fault", "GET /connections kind=earthquake"], "unknown kind of fault earthquake"),
        (["--secrets", "hidden"], "secrets cannot be 'hidden'"),
        (["--host", "256.0.0.1"], "flowservice-emulator: "),
    ],
)
def test_a_mistyped_option_is_one_line(option: list[str], message: str) -> None:
    """It says what is wrong, without a traceback."""
    ended = forked.run("flowservice_emulator", *option)

    assert ended.returncode != 0
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_the_command_explains_itself() -> None:
    """`--help` names the credentials and has examples."""
    command = [sys.executable, "-m", "flowservice_emulator", "--help"]

    text = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    assert "emulator-secret" in text
    assert "--fault" in text
    assert "examples:" in text


def test_the_fixture_costs_nothing_until_it_is_used() -> None:
    """Every pytest run imports the plugin; no web server is loaded with it."""
    program = "import sys, flowservice_emulator.pytest_plugin; print({'uvicorn', 'starlette'} & sys.modules.keys())"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)

    assert ended.stdout == "set()\n"


def test_each_test_gets_an_empty_emulator(flowservice_emulator: Emulator) -> None:
    """The fixture holds no connections, no log and the settings of the start."""
    assert flowservice_emulator.connections() == []
    assert flowservice_emulator.log() == []
    assert flowservice_emulator.settings()["secrets"] == "omitted"


def test_an_unknown_setting_is_refused_with_its_name(flowservice_emulator: Emulator) -> None:
    """A mistyped setting is an error that names it."""
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


@pytest.mark.parametrize("fault", [{"kind": "earthquake"}, {"kind": "reset", "seconds": 3}])
def test_an_unknown_fault_is_refused(flowservice_emulator: Emulator, fault: dict[str, Any]) -> None:
    """A mistyped kind or detail is an error that lists what there is."""
    with pytest.raises(ValueError, match=r"known are|it has"):
        flowservice_emulator.fault("GET", "/connections", **fault)
