"""A second kind in manifests and commands: another name, other params, other secrets, two ways to authenticate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice import settings
from pulumi_flowservice.api.models import Connection
from pulumi_flowservice.cli.adopted_entries import EntriesFile
from pulumi_flowservice.cli.adoption_report import show
from pulumi_flowservice.cli.compare import differences as compared
from pulumi_flowservice.cli.drift import differences as drifted
from pulumi_flowservice.cli.inventory import load
from pulumi_flowservice.lifecycle.operation import Run
from pulumi_flowservice.lookups.adoptable import Survey, candidates, survey
from pulumi_flowservice.manifest import program
from pulumi_flowservice.manifest.problems import ManifestError, Problem
from pulumi_flowservice.manifest.reader import read_text
from pulumi_flowservice.manifest.schema import json_schema
from pulumi_flowservice.resources.connection.kinds import DEFAULT, KINDS

from tests.support.connections import PARAMS, make
from tests.support.second_kind import WAREHOUSE

MANIFEST = """\
defaults: {description: Shared, server: cluster.example.com}
sandboxes:
  dev: {kind: warehouse, accountName: dev-account}
  prod: {}
connections:
  orders: {sandboxes: [dev], secretKey: {env: ORDERS_KEY}}
  billing: {sandboxes: [dev], tenantId: t1, accessToken: {env: BILLING_TOKEN}}
  returns: {sandboxes: [prod], database: d, username: u, password: {config: k}}
"""


@pytest.fixture(autouse=True)
def second_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, WAREHOUSE.name, WAREHOUSE)


def connection(id_: str, name: str, **params: str) -> Connection:
    """What the API shows of a warehouse; its secret is masked."""
    spec = {"id": WAREHOUSE.spec_id, "version": "1.0"}
    auth = {"specName": "Key", "params": {"accountName": "a", "secretKey": "****", **params}}
    return Connection.model_validate({"id": id_, "name": name, "connectionSpec": spec, "auth": auth})


def problems(text: str) -> list[Problem]:
    with pytest.raises(ManifestError) as raised:
        read_text(text.encode(), "connections.yaml")
    assert "hunter2" not in str(raised.value)
    return list(raised.value.problems)


def test_a_manifest_has_connections_of_both_kinds() -> None:
    """The kind comes from entry, sandbox or defaults; what others have in common does not reach it."""
    manifest, _ = read_text(MANIFEST.encode(), "connections.yaml")

    orders, returns = manifest.settled("orders", "dev"), manifest.settled("returns", "prod")

    assert (orders.kind, returns.kind) == (WAREHOUSE, DEFAULT)
    assert {name for name in orders.inputs if name != "description"} == {"accountName", "secretKey"}
    assert returns.inputs["server"] == "cluster.example.com"


@pytest.mark.parametrize(
    ("entry", "field", "said"),
    [
        ("accountName: a", "a", "give the parameters of one way to authenticate; 'Key' (`accountName`, `secretKey`); "),
        ("accountName: a, tenantId: t", "a.accessToken", "is missing (it may be left out only when"),
        ("secretKey: {env: K}", "a.accountName", "is missing; add it here"),
        ("accountName: a, secretKey: {env: K}, tenantId: t", "a", "used together; use the parameters of only one of"),
        ("accountName: a, secretKey: hunter2", "a.secretKey", "is written in plain text; write {config: KEY}"),
        ("accountName: a, secretKey: {hunter2: x}", "a.secretKey", "must hold either `config` or `env`"),
        ("accountName: a, secretKey: {env: K}, server: s", "a.server", "is unknown in a connection of kind warehouse"),
        ("accountName: 5, secretKey: {env: K}", "a.accountName", "must be a string; put it in quotes"),
        (
            "accountName: a, tenantId: t, adopt: x, credentialsVersion: 1",
            "a.credentialsVersion",
            "has an effect only with `accessToken`; add `accessToken`, or remove `credentialsVersion`",
        ),
    ],
)
def test_its_own_rules_count(entry: str, field: str, said: str) -> None:
    """They are the resource's, told with the names and on the line of the file."""
    found = problems(f"connections:\n  a: {{kind: warehouse, {entry}}}\n")

    told = [(each.line, each.field, f"{each.what}; {each.remedy}") for each in found]
    assert any(line == 2 and name == f"connections.{field}" and said in text for line, name, text in told), told


def test_a_kind_that_does_not_exist() -> None:
    """The known ones are named."""
    [problem] = problems("connections: {a: {kind: hunter2}}")[:1]

    assert (problem.field, problem.remedy) == ("connections.a.kind", f"use one of: {', '.join(KINDS)}")


def test_editors_know_both_kinds() -> None:
    """The schema comes from the kinds."""
    entry = json_schema()["$defs"]["Entry"]["properties"]

    assert entry["kind"]["enum"] == list(KINDS)
    assert entry["accountName"] == {"description": "Name of the account.", "minLength": 1, "type": "string"}
    assert entry["secretKey"]["$ref"] == entry["password"]["$ref"]


@pytest.mark.usefixtures("event_loop")
def test_each_kind_has_its_resource_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its inputs arrive by their Python names, its secret as a secret."""
    made: dict[str, dict[str, Any]] = {}
    monkeypatch.setitem(program.CLASSES, "warehouse", lambda name, **given: made.update({name: given}))
    for name, value in (("FLOWSERVICE_SANDBOX", "dev"), ("ORDERS_KEY", "k"), ("BILLING_TOKEN", "t")):
        monkeypatch.setenv(name, value)
    (tmp_path / "connections.yaml").write_text(MANIFEST)

    program.connections(tmp_path / "connections.yaml")

    assert set(made) == {"orders", "billing"}
    assert set(made["billing"]) == {"account_name", "tenant_id", "access_token", "description", "opts"}
    assert isinstance(made["billing"]["access_token"], pulumi.Output)


def test_it_is_adopted_beside_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Entries name the kind where the file does not imply it; the table has a column for it."""
    spec = {"id": DEFAULT.spec_id, "version": "1.0"}
    auth = {"specName": "Basic Authentication", "params": PARAMS}
    other = Connection.model_validate({"id": "id-2", "name": "orders", "connectionSpec": spec, "auth": auth})
    found = candidates([(WAREHOUSE, connection("id-1", "orders")), (DEFAULT, other)], "dev", {})
    path = tmp_path / "connections.yaml"

    path.write_text(EntriesFile(path).with_entries(found))
    placed = EntriesFile(path).place(found, "dev", set())
    show(Survey("dev", found, 0), placed, path)

    text, shown = path.read_text(), capsys.readouterr().out
    assert text.count("kind: warehouse\n") == 1 and text.count("kind:") == 1
    assert "accountName: a\n" in text and "secretKey" not in text
    assert [(each.would_send, bool(each.entry)) for each in placed] == [((), True)] * 2
    assert " a " in shown and "warehouse" in shown and "redshift" in shown


def test_a_file_of_the_second_kind_gets_entries_of_both(tmp_path: Path) -> None:
    """There, it is the first kind that has to be named."""
    path = tmp_path / "connections.yaml"
    path.write_text("defaults: {kind: warehouse}\nconnections: {}\n")
    found = candidates([(WAREHOUSE, connection("id-1", "orders"))], "dev", {})

    text = EntriesFile(path).with_entries(found)

    assert text.count("kind:") == 1 and "accountName: a\n" in text


def test_a_sandbox_is_surveyed_for_all_kinds(flowservice_emulator: Emulator) -> None:
    """One list for all kinds; what is of none is counted."""
    ids = {
        make(flowservice_emulator, "orders"),
        make(flowservice_emulator, "returns", spec=WAREHOUSE.spec_id, host="h", userid="u"),
    }

    found = survey(Run(settings.load(lambda _key: None, flowservice_emulator.environment)), "dev")

    assert {each.connection.id for each in found.candidates} == ids
    assert [each.kind.name for each in found.candidates] == ["redshift", "warehouse"]
    assert found.others == 0


def test_a_stack_is_compared_with_its_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its resources are known by their type; secrets are compared where both sides can know them."""
    outputs = {"accountName": "other", "description": "Shared", "name": "orders-0123abc", "secretKey": "hunter2"}
    resource = {"type": WAREHOUSE.dynamic_type, "urn": f"urn:pulumi:dev::p::{WAREHOUSE.dynamic_type}::orders"}
    export = {"deployment": {"resources": [{**resource, "outputs": outputs}, {**resource, "type": "x:y:Z"}]}}
    (tmp_path / "export.json").write_text(json.dumps(export))
    (tmp_path / "pulumi").write_text(f"#!/bin/sh\ncat {tmp_path}/export.json\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (tmp_path / "connections.yaml").write_text(MANIFEST)
    monkeypatch.chdir(tmp_path)

    sides = ("stack:dev", "connections.yaml#dev")
    stack, file = (load(side, None) for side in sides)

    found = [(each.resource, each.field, each.left, each.right) for each in compared(stack, file)]
    assert found == [("billing", "", None, "exists"), ("orders", "accountName", "other", "dev-account")]


def test_its_drift_is_told() -> None:
    """Steps of its type are looked at like those of the first kind."""
    metadata = {
        "op": "same",
        "type": WAREHOUSE.dynamic_type,
        "urn": f"urn:pulumi:dev::p::{WAREHOUSE.dynamic_type}::orders",
        "old": {"outputs": {"accountName": "a"}},
        "new": {"outputs": {"accountName": "b", "credentialsInDoubt": "foreign"}},
    }

    found = list(drifted([{"resOutputsEvent": {"metadata": metadata}}]))

    assert [(each.field, each.right) for each in found] == [("accountName", "b"), ("credentialsInDoubt", "foreign")]
