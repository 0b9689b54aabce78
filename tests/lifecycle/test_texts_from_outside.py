"""Answers that echo a password, passwords that are ordinary words, and names that would steer a terminal."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code, FlowServiceError
from pulumi_flowservice.redaction import LEFT_OUT

from tests.support.command import run
from tests.support.lifecycle import INPUTS, Process, error_of, stored
from tests.support.native import NativeLifecycle

PASSWORD = "p/ss=w'örd-2025"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "slash": lambda text: text.replace("/", r"\/"),
    "unicode escape": lambda text: text.replace("=", r"\u003d").replace("ö", r"\u00f6"),
    "percent": lambda text: quote(text, safe="").lower(),
    "html": lambda text: text.replace("'", "&#39;").replace("ö", "&ouml;"),
    "sql": lambda text: text.replace("'", "''"),
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "upper": str.upper,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of a login": lambda text: base64.b64encode(f"loader:{text}".encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "a piece": lambda text: text[5:],
}
REQUEST = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STEERING = "Ann\x1b[31m\r\n::stop-commands::x\n##[group]y\u202e\u200bz"
ONE_LINE = r"Ann\x1b[31m\r\n::stop-commands::x\n##[group]y\u202e\u200bz"


@pytest.fixture(params=[False, True], ids=["dynamic", "native"])
def process(flowservice_emulator: Emulator, request: pytest.FixtureRequest) -> Process:
    """A process of each provider, with a database that lets everybody in."""
    flowservice_emulator.settings(connection_test="pass", vary=None)
    return Process(flowservice_emulator, native=request.param)


def told(process: Process, failed: FlowServiceError) -> str:
    """All that was told, with requests by one id."""
    return REQUEST.sub("ID", "\n".join([str(failed), *process.warnings]))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_the_password_is_told(flowservice_emulator: Emulator, process: Process, spelling: str) -> None:
    """In a refused creation, a refused change, an undo that is refused, and a test without a result."""
    spelled = SPELLINGS[spelling](PASSWORD)
    body = {"type": "http://ns.adobe.com/aep/errors/FLOW-1304-400", "title": "Bad", "detail": f"got {spelled}."}
    echo: dict[str, Any] = {"status": 400, "json": body}
    flowservice_emulator.fault("POST", "/connections", **echo)
    texts = [told(process, error_of(lambda: process.create(password=PASSWORD)))]
    connection_id, state = process.create(password=PASSWORD)
    rotated = {**INPUTS, "password": PASSWORD[::-1]}
    flowservice_emulator.fault("PATCH", "/connections/*", **echo)
    texts.append(told(process, error_of(lambda: process.lifecycle.update(connection_id, state, rotated))))
    flowservice_emulator.fault("GET", "/connections/*/test", **echo)
    flowservice_emulator.settings(connection_test="fail")
    process.lifecycle.update(connection_id, state, {**INPUTS, "password": PASSWORD, "server": "new.example.com"})
    flowservice_emulator.fault("PATCH", "/connections/*", skip=1, **echo)
    texts.append(told(process, error_of(lambda: process.lifecycle.update(connection_id, state, rotated))))

    for text in texts:
        assert f"400 1304-400: a mandatory field is missing; {LEFT_OUT} (request ID)" in text
        assert not any(word in text for word in (spelled, PASSWORD, "2025", "got"))
    assert f"{Code.NO_TEST_RESULT}: " in "".join(process.warnings)


@pytest.mark.parametrize("body", ["html", "empty", "malformed", "charset", "echo"])
def test_bodies_of_all_forms(flowservice_emulator: Emulator, process: Process, body: str) -> None:
    """What the emulator can answer: only the echo is left out."""
    flowservice_emulator.fault("POST", "/connections", status=400, body=body)

    text = told(process, error_of(lambda: process.create(password=PASSWORD)))

    assert (LEFT_OUT in text) == (body == "echo")
    assert "p/ss" not in text


@pytest.mark.parametrize("password", ["database", "pulumi", "connection", "credentials", "400", "pass"])
def test_a_password_that_is_an_ordinary_word(flowservice_emulator: Emulator, process: Process, password: str) -> None:
    """Our sentences have no gap, and say the same as with any other password."""

    def life(password: str) -> list[str]:
        process.warnings.clear()
        inputs = {**INPUTS, "password": password, "server": f"{len(password)}.example.com"}
        flowservice_emulator.settings(connection_test="fail")
        texts = [told(process, error_of(lambda: process.lifecycle.create(inputs)))]
        flowservice_emulator.fault("POST", "/connections", status=400, body="echo")
        texts.append(told(process, error_of(lambda: process.lifecycle.create(inputs))))
        flowservice_emulator.settings(connection_test="pass")
        connection_id, state = process.lifecycle.create(inputs)
        flowservice_emulator.change_connection(connection_id, by="Ann")
        process.lifecycle.read(connection_id, state)
        flowservice_emulator.fault("PATCH", "/connections/*", status=503, times=None)
        changed = {**inputs, "description": "other"}
        texts.append(told(process, error_of(lambda: process.lifecycle.update(connection_id, state, changed))))
        flowservice_emulator.clear_faults()
        flowservice_emulator.delete_connection(connection_id)
        return [re.sub(r"\d+ s\b|\d+\.example|2\d{3}-[\d-]+ [\d:]+", "N", text) for text in texts]

    texts = life(password)

    assert texts == life("x" * len(password))
    assert "run `pulumi up` again" in texts[0] and "the database" in texts[0] and "the connection's" in texts[0]
    assert LEFT_OUT in texts[1] and "last change by Ann" in texts[2]


def test_a_harmless_text_is_quoted(flowservice_emulator: Emulator, process: Process) -> None:
    """With names in place of the values that may be secret, where the provider is not told what is."""
    text = 'Login failed for "loader" at redshift.example.com:5439, database dev.'
    flowservice_emulator.fault("POST", "/connections", status=400, json={"errorMessage": text})

    shown = str(error_of(lambda: process.create(password=PASSWORD)))

    is_told = isinstance(process.lifecycle, NativeLifecycle)
    replaced = 'Login failed for "username" at server:port, database database'
    assert (text.rstrip(".") if is_told else replaced) in shown


def test_names_at_the_server_are_one_harmless_line(
    flowservice_emulator: Emulator, process: Process, tmp_path: Any
) -> None:
    """Who changed a connection, in warnings, in errors, in the command's table and in its JSON."""
    connection_id, state = process.create()
    flowservice_emulator.change_connection(connection_id, by=STEERING, params={"server": "theirs.example.com"})

    process.lifecycle.read(connection_id, state)
    failed = error_of(lambda: process.lifecycle.update(connection_id, state, {**INPUTS, "server": "ours.example.com"}))
    table, document = (run(flowservice_emulator, "adopt", *options, folder=tmp_path) for options in ((), ("--json",)))

    assert len(process.warnings) == 1
    for text in (str(failed), *process.warnings):
        assert f"changed by {ONE_LINE} at" in text or f"change by {ONE_LINE} at" in text
        assert text.isprintable()
    for output in (table.stdout, document.stdout):
        assert output.replace("\n", "").isprintable()
        assert not re.search(r"^\s*::|##\[", output, re.M)
    [found] = json.loads(document.stdout)["connections"]
    assert found["updated_by"] == ONE_LINE


def test_a_name_that_is_the_password(flowservice_emulator: Emulator, process: Process) -> None:
    """Somebody, or the API, has written the password where the editor is named, and into a flow's name."""
    connection_id, state = process.create(password=PASSWORD)
    flow = flowservice_emulator.use_connection(connection_id, f"with {PASSWORD.upper()}")
    other = flowservice_emulator.use_connection(connection_id, "dev to profiles")
    flowservice_emulator.change_connection(connection_id, by=f"loader:{PASSWORD}", params={"password": "theirs"})

    process.lifecycle.read(connection_id, state)
    in_use = str(error_of(lambda: process.lifecycle.delete(connection_id, state)))

    [warned] = process.warnings
    assert "last change by somebody whose name is not shown at" in warned
    assert f"'dev to profiles' ({other})" in in_use and flow in in_use
    assert "2025" not in f"{warned} {in_use.replace(flow, '')}" and "ss=" not in f"{warned} {in_use}".lower()


def test_odd_ids_are_one_harmless_line(flowservice_emulator: Emulator, process: Process) -> None:
    """An entry of a list that cannot be read is named in a warning."""
    odd = [{"id": STEERING, "updatedBy": 7}, {"id": f"x-{PASSWORD}", "updatedBy": 7}]
    flowservice_emulator.fault("GET", "/connections", status=200, json={"items": odd})

    connection_id, _ = process.create(password=PASSWORD)

    assert stored(flowservice_emulator, connection_id)
    assert [warning.partition(" of a list")[0] for warning in process.warnings] == [
        f"{Code.ODD_ENTRY}: entry {quoted!r}"
        for quoted in (ONE_LINE.replace(r"\r\n", " ").replace(r"\n", " "), "one whose id is not shown")
    ]
    assert all(warning.isprintable() for warning in process.warnings)


@pytest.mark.parametrize(
    "field", ["imsOrgId", "sandboxName", "state", "connectionSpec", "updatedBy", "createdBy", "etag", "name", "id"]
)
def test_no_field_of_an_object_steers_a_terminal(flowservice_emulator: Emulator, process: Process, field: str) -> None:
    """Whichever the API fills with control characters, every text about the object is one line."""
    connection_id, state = process.create()
    flowservice_emulator.change_connection(connection_id, params={"server": "theirs.example.com"})
    there = {**stored(flowservice_emulator, connection_id), field: STEERING}
    if field == "connectionSpec":
        there["connectionSpec"] = {"id": STEERING}
    flowservice_emulator.fault("GET", "/connections/*", status=200, json={"items": [there]}, times=None)
    flowservice_emulator.fault("GET", "/connections", status=200, json={"items": [there]}, times=None)
    news = {**INPUTS, "server": "ours.example.com"}
    acts: list[Callable[[], object]] = [
        lambda: process.lifecycle.read(connection_id, state),
        lambda: process.lifecycle.update(connection_id, state, news),
        lambda: process.lifecycle.update(connection_id, {**state, "etag": None}, news),
        lambda: process.lifecycle.create({**INPUTS, "adopt": connection_id}),
        process.create,
        lambda: process.lifecycle.delete(connection_id, state),
    ]

    texts = process.warnings
    for act in acts:
        try:
            act()
        except FlowServiceError as error:
            texts.append(str(error))

    assert texts
    assert [text for text in texts if not text.isprintable()] == []
