"""A second kind is one table: check, lifecycle, look-ups and adoption serve it without a change."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.check import check_inputs
from pulumi_flowservice.lookups.adoptable import survey
from pulumi_flowservice.lookups.connections import find_connection, list_connections
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT
from pulumi_flowservice.settings import Settings

from tests.support.lifecycle import Process, error_of, stored
from tests.support.second_kind import OAUTH, OFFICE

SETTINGS = Settings(sandbox="dev", ims_org="EMULATOR@AdobeOrg")
BASIC = {
    "environmentUrl": "https://office.example.com",
    "username": "loader",
    "password": "p-1",
    "securityToken": "t-1",
}


@pytest.fixture
def process(flowservice_emulator: Emulator) -> Process:
    """A provider process for the made-up kind; the database lets everybody in."""
    flowservice_emulator.settings(connection_test="pass")
    return Process(flowservice_emulator, OFFICE)


def checked(olds: dict[str, Any] | None = None, **given: Any) -> list[str]:
    """The problems of these inputs."""
    return check_inputs(OFFICE, olds or {}, {"name": "office", **given}, SETTINGS)[1]


def test_it_lives_the_same_life(flowservice_emulator: Emulator, process: Process) -> None:
    """Check, create, read, diff, update with a rotation, an undo, and delete."""
    inputs, problems = process.lifecycle.check({}, {"autoName": "office-1234567", **OAUTH})
    connection_id, state = process.lifecycle.create(inputs)
    found = process.lifecycle.read(connection_id, state)
    assert found is not None
    moved = {**inputs, "clientSecret": "office-secret-2", "apiVersion": "61.0"}
    updated = process.lifecycle.update(connection_id, found[0], moved)
    there = stored(flowservice_emulator, connection_id)["auth"]
    flowservice_emulator.settings(connection_test="fail")
    refused = error_of(lambda: process.up(connection_id, updated, {**moved, "clientSecret": "wrong-secret"}))
    after = stored(flowservice_emulator, connection_id)["auth"]["params"]
    process.lifecycle.delete(connection_id, updated)

    assert problems == []
    assert found[1] == inputs
    assert not process.lifecycle.diff(connection_id, found[0], inputs).changes
    assert there["specName"] == "OAuth2 Client Credential"
    assert (there["params"]["clientSecret"], there["params"]["apiVersion"]) == ("office-secret-2", "61.0")
    assert "the previous ones were put back" in str(refused)
    assert after["clientSecret"] == "office-secret-2"
    assert flowservice_emulator.connections() == []


def test_the_params_choose_the_way_to_authenticate(flowservice_emulator: Emulator, process: Process) -> None:
    """The other params, the other way."""
    inputs, problems = process.lifecycle.check({}, {"autoName": "office-1234567", **BASIC})
    connection_id, _ = process.lifecycle.create(inputs)

    assert problems == []
    assert stored(flowservice_emulator, connection_id)["auth"]["specName"] == "Basic Authentication"


def test_a_mixture_of_two_ways_is_a_problem() -> None:
    """It names what was mixed, and the params of each way."""
    [problem] = checked(None, **OAUTH, username="loader")

    assert problem.startswith("`environment_url`, `client_id`, `client_secret`, `api_version`, `username` cannot be")
    assert "'Basic Authentication' (`environment_url`, `username`, `password`, `security_token`)" in problem


def test_no_way_is_a_problem() -> None:
    """What both ways share chooses none of them."""
    [problem] = checked(environmentUrl="https://office.example.com")

    assert problem.startswith(
        "give the parameters of one way to authenticate: 'OAuth2 Client Credential' (`environment_url`"
    )


def test_what_the_chosen_way_lacks_is_named() -> None:
    """By the program's name of it."""
    assert checked(environmentUrl="https://x.example.com", clientId="c") == [
        "`client_secret` is missing (it may be left out only when a connection is adopted)"
    ]


def test_another_way_is_refused_with_the_steps_of_a_migration() -> None:
    """Flow Service wants a new connection for it, which is never made in silence."""
    [problem] = checked(olds={"name": "office", **OAUTH}, **BASIC)

    assert "cannot be changed from 'OAuth2 Client Credential' to 'Basic Authentication'" in problem
    assert "Declare a second one, switch the dataflows to it, then remove this one" in problem


def test_look_ups_and_adoption_see_this_kind(
    flowservice_emulator: Emulator, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a Redshift connection of the same name."""
    connection_id, _ = process.lifecycle.create({"name": "office", "sandbox": "dev", **OAUTH})
    redshift = Process(flowservice_emulator)
    redshift.create(name="office")
    run = process.run

    found = find_connection(run, OFFICE, None, "office", "dev")
    listed = list_connections(run, OFFICE, "dev", {"clientId": "client-7"})
    monkeypatch.setitem(KINDS, OFFICE.name, OFFICE)
    offered = survey(run, "dev")
    [candidate] = [each for each in offered.candidates if each.kind is OFFICE]
    adopted, outputs = Process(flowservice_emulator, OFFICE).lifecycle.create(candidate.inputs)
    error = error_of(lambda: redshift.lifecycle.read(connection_id, {"sandbox": "dev"}))

    assert (found.id, found.kind, found.params["clientId"]) == (connection_id, "office", "client-7")
    assert [each.id for each in listed] == [connection_id]
    assert (candidate.connection.id, len(offered.candidates), offered.others) == (connection_id, 2, 0)
    assert "clientSecret" not in {**candidate.inputs, **found.flat()}
    assert (adopted, outputs["environmentUrl"]) == (connection_id, OAUTH["environmentUrl"])
    assert error.code == Code.NOT_OURS
    assert REDSHIFT.title in str(error)
