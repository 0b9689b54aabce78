"""`pulumi-flowservice doctor`, as a process of its own against the emulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.doctor import examine
from pulumi_flowservice.settings import SETTINGS, load

from tests.support.command import Result, run, run_at_terminal

QUESTIONS = ["settings", "token", "sandbox and reading", "datasets", "schemas"]


def document(done: Result) -> dict[str, Any]:
    """What `--json` printed."""
    return dict(json.loads(done.stdout))


def outcomes(done: Result) -> list[str]:
    """The answers, in the order of the questions."""
    checks = document(done)["checks"]
    assert [check["name"] for check in checks] == QUESTIONS
    return [check["outcome"] for check in checks]


def test_all_is_well(flowservice_emulator: Emulator) -> None:
    """Four requests, a token and three lists; nothing is written, no secret is shown."""
    done = run(flowservice_emulator, "doctor")

    assert done.exit_code == 0
    assert "No problem was found" in done.stdout
    assert "FLOWSERVICE_CLIENT_ID" in done.stdout and "set, and secret" in done.stdout
    assert "emulator-secret" not in done.stdout + done.stderr
    # Without a terminal, names and answers are not cut to any width.
    assert "flowservice:requestsPerSecond" in done.stdout and "FLOWSERVICE_IMS_ENDPOINT" in done.stdout
    asked = [(entry.method, entry.status) for entry in flowservice_emulator.log()]
    assert asked == [("POST", 200), ("GET", 200), ("GET", 200), ("GET", 200)]


def test_names_are_whole_at_a_narrow_terminal(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """At 80 columns every setting and its variable can be copied; only values are folded."""
    shown = run_at_terminal(flowservice_emulator, tmp_path, "doctor", columns=80)

    assert all(f"flowservice:{key} " in shown for key in SETTINGS)
    assert "FLOWSERVICE_CLIENT_SECRET" in shown and "FLOWSERVICE_IMS_ENDPOINT" in shown


def test_each_setting_has_its_origin(flowservice_emulator: Emulator) -> None:
    """The variable's name, or that it is the default; a misspelt one is named."""
    variables = {"FLOWSERVICE_REQUEST_TIMEOUT": "20", "FLOWSERVICE_SANBOX": "prod"}

    done = run(flowservice_emulator, "doctor", "--json", variables=variables)

    settings = {setting["name"]: (setting["value"], setting["origin"]) for setting in document(done)["settings"]}
    assert settings["flowservice:requestTimeout"] == ("20.0", "FLOWSERVICE_REQUEST_TIMEOUT")
    assert settings["flowservice:operationTimeout"] == ("600.0", "default")
    assert settings["flowservice:clientSecret"] == ("set, and secret", "FLOWSERVICE_CLIENT_SECRET")
    assert settings["flowservice:accessToken"] == (None, "")
    assert document(done)["without effect"] == ["FLOWSERVICE_SANBOX"]


@pytest.mark.parametrize(
    ("variables", "failed", "words"),
    [
        ({"FLOWSERVICE_CLIENT_SECRET": ""}, "settings", "FLOWSERVICE_CLIENT_SECRET is not"),
        ({"FLOWSERVICE_SANDBOX": ""}, "settings", "no default sandbox"),
        ({"FLOWSERVICE_CLIENT_SECRET": "canary-that-is-wrong"}, "token", "the client secret is wrong"),
        ({"FLOWSERVICE_CLIENT_ID": "nobody"}, "token", "the client id is unknown"),
        ({"FLOWSERVICE_SANDBOX": "nowhere"}, "sandbox and reading", "Check that the sandbox exists"),
        ({"FLOWSERVICE_IMS_ORG": "NOBODY@AdobeOrg"}, "sandbox and reading", "flowservice:imsOrg"),
        (
            {"FLOWSERVICE_CLIENT_SECRET": "", "FLOWSERVICE_CLIENT_ID": "", "FLOWSERVICE_API_KEY": "emulator"}
            | {"FLOWSERVICE_ACCESS_TOKEN": "canary-expired"},
            "sandbox and reading",
            "live for 24 hours at most",
        ),
    ],
)
def test_what_is_wrong_is_said(
    variables: dict[str, str], failed: str, words: str, flowservice_emulator: Emulator
) -> None:
    """The first failure ends the questions, and its text says what to do."""
    checks = examine(load(lambda _key: None, {**flowservice_emulator.environment, **variables}))

    position = QUESTIONS.index(failed)
    assert [check.outcome for check in checks] == ["ok"] * position + ["failed"] + ["skipped"] * (4 - position)
    assert words in checks[position].text
    assert "canary" not in f"{checks}"


def test_a_missing_permission_is_named(flowservice_emulator: Emulator) -> None:
    """In the words that an administrator of Experience Platform knows."""
    flowservice_emulator.settings(deny=["read"])

    done = run(flowservice_emulator, "doctor", "--json")

    assert outcomes(done) == ["ok", "ok", "failed", "skipped", "skipped"]
    assert "Manage Sources" in document(done)["next"]


@pytest.mark.parametrize(
    ("path", "position", "permission"),
    [
        ("/data/foundation/catalog/dataSets", 3, "View Datasets"),
        ("/data/foundation/schemaregistry/tenant/schemas", 4, "View Schemas"),
    ],
)
def test_what_only_dataflows_need_is_a_warning(
    path: str, position: int, permission: str, flowservice_emulator: Emulator
) -> None:
    """Whoever has connections only lacks nothing, so that the exit code is 0; the text says what to ask for."""
    flowservice_emulator.fault("GET", path, times=None, status=403)

    done = run(flowservice_emulator, "doctor", "--json")

    found = outcomes(done)
    assert (done.exit_code, found[position], found.count("ok")) == (0, "warning", 4)
    assert document(done)["next"].startswith("Connections can be managed, dataflows cannot: FS2004")
    assert permission in document(done)["next"]


def test_a_warning_is_shown_below(flowservice_emulator: Emulator) -> None:
    """As a failure is: the table stays narrow."""
    flowservice_emulator.fault("GET", "/data/foundation/catalog/dataSets", times=None, status=403)

    done = run(flowservice_emulator, "doctor")

    assert done.exit_code == 0
    [row] = [line for line in done.stdout.splitlines() if line.strip().startswith("datasets")]
    assert row.split() == ["datasets", "warning", "see", "below"]
    assert done.stdout.splitlines()[-1].startswith("Next: Connections can be managed, dataflows cannot: ")


def test_help_states_the_exit_codes(flowservice_emulator: Emulator) -> None:
    """A pipeline's author learns them without reading code."""
    done = run(flowservice_emulator, "doctor", "--help")

    assert "Exit codes: 0 no check failed" in " ".join(done.stdout.split())
