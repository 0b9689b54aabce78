"""The run against the real service, here against an emulator: it reports what differs, and changes nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.choices import chosen
from flowservice_emulator.server import Emulator
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.api import Answer
from tests.contract.datasets import orders
from tests.contract.guard import ForbiddenWriteError, Guard, harm
from tests.contract.logins import login_of
from tests.contract.redaction import redacted
from tests.emulator.program import made
from tools.local_database import LocalDatabase

ROOT = Path(__file__).parents[2]
# None of these lets connections or flows take their time, for which a real run would have to sleep, hides a schema, or
# keeps mapping sets.
NEEDED = {"initializing_seconds": 0, "schema_ref": "shown", "mapping_set_delete": 204, "transition_seconds": 0}
NEEDED |= {"run_seconds": 0}
# It takes an hour.
UNTRIED = {"missed_windows"}
SEEDS = [*islice((seed for seed in count() if NEEDED.items() <= chosen(seed).items()), 2)]


def run(url: str, dataset_id: str, login: dict[str, Any], report: Path) -> subprocess.CompletedProcess[str]:
    """Run the suite's look at the choices, and some cases beside it, as if the emulator were Adobe's service."""
    environment = {
        **os.environ,  # noqa: TID251  # The program is started with an environment of its own.
        "FLOWSERVICE_ENDPOINT": url,
        "FLOWSERVICE_IMS_ENDPOINT": url,
        "FLOWSERVICE_CLIENT_ID": "emulator",
        "FLOWSERVICE_CLIENT_SECRET": "emulator-secret",
        "FLOWSERVICE_IMS_ORG": "EMULATOR@AdobeOrg",
        "CONTRACT_DATASET": dataset_id,
        **{f"REDSHIFT_{key.upper()}": value for key, value in login.items()},
    }
    paths = [f"tests/contract/test_{name}.py" for name in ("choices", "callers", "create_and_read")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *paths]
    # Without the fixtures of the other tests, which load the provider and the engine's libraries.
    arguments = ["--confcutdir", "tests/contract", "--live", "--sandbox", "stage", "--report", str(report)]
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_reports_exactly_the_choices_that_differ(tmp_path: Path, database: LocalDatabase, seed: int) -> None:
    """Every other row of the list is confirmed, what was there before stays as it was, and nothing private shows."""
    report = tmp_path / "report.md"
    with Emulator(vary=seed) as emulator:
        others = [made_in_stage(emulator, f"somebody's {number}") for number in range(101)]
        before = emulator.connections()

        ended = run(emulator.url, orders(emulator, sandbox="stage")["id"], login_of(database), report)

        after, log = emulator.connections(), emulator.log()

    page = report.read_text(encoding="utf-8")
    table = page.partition("## Choices")[2].partition("## Behaviours")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    seen = {row[0].strip(" `"): row[3].strip() for row in rows}
    differing = {name for name, option in chosen(seed).items() if option != chosen(None)[name]}
    assert {name for name, verdict in seen.items() if verdict == "contradicted"} == differing - UNTRIED, ended.stdout
    confirmed = {name for name, verdict in seen.items() if verdict == "confirmed"}
    assert confirmed == chosen(None).keys() - differing - UNTRIED
    assert set(re.findall(r"^FAILED .*\[(\w+)\]", ended.stdout, re.MULTILINE)) == UNTRIED, ended.stdout
    assert after == before
    writes = [number for number, entry in enumerate(log) if entry.method != "GET" and "token" not in entry.path]
    reads = [number for number, entry in enumerate(log) if "testParam" in entry.query]
    assert max(reads) < min(writes)
    assert "Everything that was made was removed." in page
    for private in (*others, "somebody", "emulator-secret", "EMULATOR@AdobeOrg", "stage", emulator.url):
        assert private not in page


def made_in_stage(emulator: Emulator, name: str) -> str:
    """Make a connection where the run works, and return its id."""
    return made(emulator, name, sandbox="stage")


@pytest.mark.parametrize("sandbox", ["", "prod"])
def test_a_run_needs_a_sandbox_that_is_not_prod(sandbox: str) -> None:
    """It stops before the first request."""
    assert "and not prod" in harm(sandbox, {"FLOWSERVICE_CLIENT_ID": "x"})


def test_a_run_needs_credentials() -> None:
    """The first one that is missing is named."""
    assert harm("stage", {"FLOWSERVICE_CLIENT_ID": "x"}) == ""
    assert "FLOWSERVICE_IMS_ORG" in harm("stage", {"FLOWSERVICE_CLIENT_ID": "x", "FLOWSERVICE_IMS_ORG": ""})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/connections", {"name": "somebody's"}),
        ("DELETE", "/connections/of-somebody", None),
        ("DELETE", "/connections/of-somebody/", None),
        ("PATCH", "/connections/of-somebody", [{"op": "remove", "path": "/description"}]),
        ("POST", "/connections/of-somebody/action?op=publish", None),
        ("DELETE", "/connections", None),
        ("DELETE", "/connections/ours/of-somebody", None),
        ("POST", "/connectionSpecs", {"name": "contract-x"}),
        ("PUT", "/connections/ours", None),
        ("POST", "/runs", {"flowId": "of-somebody"}),
        ("POST", "/runs", ["ours"]),
        ("PUT", "/data/foundation/conversion/mappingSets/of-somebody", {}),
    ],
)
def test_a_write_elsewhere_is_never_sent(method: str, path: str, body: Any) -> None:
    """The guard allows writes only to what the run has made."""
    guard = Guard()
    guard.ours.add("ours")

    with pytest.raises(ForbiddenWriteError):
        guard.check(method, path, b"" if body is None else json.dumps(body).encode())


def test_a_write_to_what_is_ours_is_sent() -> None:
    """Creations under our name, and changes to what they made; a case that is to read sends not even those."""
    guard = Guard()
    guard.ours.add("ours")
    create = json.dumps({"name": f"{guard.prefix} orders"}).encode()

    run = json.dumps({"flowId": "ours"}).encode()
    for method, path, content in (
        ("POST", "/connections?mode=draft", create),
        ("DELETE", "/connections/ours/", b""),
        ("PUT", "/data/foundation/conversion/mappingSets/ours", b"{}"),
        ("POST", "/runs", run),
        ("POST", "/runs", b"not JSON"),
    ):
        guard.check(method, path, content)
        guard.is_reading = True
        with pytest.raises(ForbiddenWriteError):
            guard.check(method, path, content)
        guard.is_reading = False
    guard.check("POST", "/connections/search", b"{}")


PRIVATE = st.one_of(
    st.uuids().map(str),
    st.emails(),
    st.ip_addresses().map(str).filter(lambda address: address != "::"),  # Two colons tell nothing.
    st.from_regex(r"[a-z]{3,8}-[0-9a-f]{8}\.(example|internal)\.(com|net)", fullmatch=True),
    st.from_regex(r"[A-Z0-9]{12}@AdobeOrg", fullmatch=True),
    st.from_regex(r"[A-Z][a-z]{4}[0-9]{4}[!$%][a-z]{3}", fullmatch=True),
)


@given(PRIVATE, st.sampled_from([200, 400, 404, 500]), st.integers(0, 4))
def test_nothing_private_is_in_a_report(private: str, status: int, place: int) -> None:
    """In any part of an answer."""
    texts = [
        json.dumps({"errorMessage": f"connections not found with id = [{private}]", "errorDetails": private}),
        json.dumps({"type": f"https://ns.adobe.com/aep/errors/{private}", "title": private, "status": status}),
        json.dumps({"items": [{"id": private, "auth": {"params": {private: private}}}]}),
        f"<html>{private}</html>",
        json.dumps(private),
    ]

    shown = redacted(Answer(status, {"content-type": f"text/{private}"}, texts[place]), ["stage"])

    pieces = [piece for piece in re.split(r"[^A-Za-z0-9]+", private) if len(piece) > 4 and piece != "AdobeOrg"]
    assert private not in shown
    assert [piece for piece in pieces if not piece.isalpha() and piece in shown] == []


def test_what_is_public_stays() -> None:
    """The codes and the words of Adobe's messages, which a report needs."""
    text = "connections not found with id = [4890fc95-5a1f-4983-94bb-e060c08e3f81]"
    coded = {"type": "https://ns.adobe.com/aep/errors/FLOW-1439-404", "title": "Resource not found", "status": 404}

    legacy = redacted(Answer(404, {}, json.dumps({"errorMessage": text})))
    published = redacted(Answer(404, {}, json.dumps(coded)))
    gateway = redacted(Answer(401, {}, json.dumps({"error_code": 401013, "message": "Oauth token is not valid"})))
    hidden = redacted(Answer(400, {}, json.dumps({"message": "Please provide a valid spec id"})), ["spec"])

    assert legacy == '404 {"errorMessage": "connections not found with id = […]"}'
    assert "FLOW-1439-404" in published and "Resource not found" in published
    assert gateway == '401 {"error_code": 401013, "message": "Oauth token is not valid"}'
    assert hidden == '400 {"message": "Please provide a valid … id"}'
