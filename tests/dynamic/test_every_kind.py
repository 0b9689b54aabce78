"""Every kind has its resource class, provider, place in manifests, look-ups and row of the documentation."""

from __future__ import annotations

import base64
import importlib
import inspect
import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_flowservice
import pytest
from flowservice_emulator.server import Emulator
from pulumi.dynamic.dynamic import serialize_provider
from pulumi_flowservice import LookupFailedError, get_connection, get_connection_output, list_connections, native
from pulumi_flowservice import dynamic as providers
from pulumi_flowservice.dynamic.provider import FlowServiceProvider
from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.manifest import program
from pulumi_flowservice.manifest.problems import ManifestError
from pulumi_flowservice.manifest.reader import read_text
from pulumi_flowservice.resources.connection.authentication import Param
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS

from tests.support.connections import PARAMS, POSTGRESQL, make
from tests.support.lifecycle import Process
from tests.support.sample_inputs import SAMPLES, Sample, params

EVERY_KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
# Users' states refer to them. A new kind comes here with its release.
RELEASED = (
    "RedshiftConnectionProvider",
    "PostgreSqlConnectionProvider",
    "SqlServerConnectionProvider",
    "SnowflakeConnectionProvider",
    "MySqlConnectionProvider",
    "MariaDbConnectionProvider",
    "AzureSynapseConnectionProvider",
    "OracleConnectionProvider",
    "BigQueryConnectionProvider",
)


def reference(name: str) -> str:
    """The persisted form of a provider class, byte by byte; `test_provider.py` has one as users' states have it."""
    words = (word.encode() for word in ("pulumi_flowservice.dynamic", name))
    body = b"".join(b"\x8c%c%b\x94" % (len(word), word) for word in words) + b"\x93\x94)\x81\x94."
    return base64.b64encode(b"\x80\x04\x95" + len(body).to_bytes(8, "little") + body).decode()


@pytest.fixture
def environment(flowservice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An emulator whose database lets everybody in, named by this process's environment."""
    flowservice_emulator.settings(connection_test="pass")
    for name, value in flowservice_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return flowservice_emulator


@EVERY_KIND
def test_the_state_holds_a_reference_to_the_provider(kind: Kind) -> None:
    """The persisted form is the same in every version: changing it would break users' stacks."""
    provider = getattr(providers, f"{kind.resource}Provider")

    assert provider is providers.PROVIDERS[kind.resource]
    assert provider.resource is kind
    assert serialize_provider(provider()) == reference(provider.__name__)


@pytest.mark.parametrize("name", RELEASED)
def test_a_provider_that_states_refer_to_stays(name: str) -> None:
    """Under its name, in its module."""
    assert issubclass(getattr(importlib.import_module("pulumi_flowservice.dynamic"), name), FlowServiceProvider)


@EVERY_KIND
def test_the_resource_class_is_that_of_the_kind(kind: Kind) -> None:
    """It is exported, has the type of the kind, and an attribute and a described argument for each param."""
    cls = program.CLASSES[kind.name]
    assert isinstance(cls, type)
    names = {python_name(param.name) for param in kind.params}

    assert getattr(pulumi_flowservice, kind.resource) is cls
    assert f"pulumi-python:{cls._resource_type_name}" == kind.dynamic_type
    assert names <= set(inspect.get_annotations(cls))
    assert names <= set(inspect.signature(cls).parameters)
    assert all(f"    {name}: " in inspect.cleandoc(cls.__doc__ or "") for name in names)


@EVERY_KIND
def test_both_providers_have_the_same_arguments(kind: Kind) -> None:
    """In two classes, which say the same of them."""
    one, other = (getattr(module, kind.resource) for module in (pulumi_flowservice, native))

    assert one is not other
    assert inspect.signature(one) == inspect.signature(other)
    assert one.__doc__ == other.__doc__
    assert inspect.get_annotations(one) == inspect.get_annotations(other)
    assert list(inspect.signature(one.get).parameters) == ["resource_name", "id", "opts", "sandbox"]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_manifest_has_an_entry_of_every_kind(sample: Sample) -> None:
    """Visible params in clear, secrets by reference; without a problem."""
    entry = {"kind": sample.kind.name, **sample.given, **{p.name: {"env": "SECRET"} for p in sample.secret}}

    manifest, _ = read_text(json.dumps({"connections": {"orders": entry}}).encode(), "connections.yaml")
    settled = manifest.settled("orders", "dev")

    assert (settled.kind, settled.problems) == (sample.kind, ())
    assert set(settled.inputs) == set(sample.given)


@pytest.mark.parametrize(("sample", "param"), [*params(is_secret=True), *params(is_secret=False)])
def test_a_manifest_has_secrets_by_reference_and_nothing_else(sample: Sample, param: Param) -> None:
    """A secret in plain text is refused by its name and not shown; so is a reference where the value is shown."""
    entry = {"kind": sample.kind.name, **sample.given, **{p.name: {"env": "SECRET"} for p in sample.secret}}
    entry[param.name] = sample.given[param.name] if param.is_secret else {"env": "SECRET"}

    with pytest.raises(ManifestError) as raised:
        read_text(json.dumps({"connections": {"orders": entry}}).encode(), "connections.yaml")

    [problem] = raised.value.problems
    assert problem.field == f"connections.orders.{param.name}"
    assert (problem.what == "is written in plain text") == param.is_secret
    assert not sample.is_in(str(raised.value))


@pytest.mark.usefixtures("event_loop")
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_class_takes_what_a_manifest_gives(sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each argument by its Python name; a secret of the environment as a secret Output."""
    given: dict[str, Any] = {}
    cls = program.CLASSES[sample.kind.name]
    monkeypatch.setitem(program.CLASSES, sample.kind.name, lambda _name, **found: given.update(found))
    monkeypatch.setenv("FLOWSERVICE_SANDBOX", "dev")
    monkeypatch.setenv("SECRET", "canary")
    entry = {"kind": sample.kind.name, **sample.given, **{p.name: {"env": "SECRET"} for p in sample.secret}}
    (tmp_path / "connections.yaml").write_text(json.dumps({"connections": {"orders": entry}}))

    program.connections(tmp_path / "connections.yaml")

    inspect.signature(cls).bind("orders", **given)
    assert all(isinstance(given[python_name(param.name)], pulumi.Output) for param in sample.secret)


def test_an_argument_that_does_not_exist() -> None:
    """As Python says it of any function."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'conection_string'"):
        pulumi_flowservice.SqlServerConnection("orders", conection_string="s")  # type: ignore[call-arg]


@pytest.mark.parametrize("sample", SAMPLES)
def test_look_ups_of_every_kind(environment: Emulator, sample: Sample) -> None:
    """By kind and name, by id, and among those of other kinds; never with a secret."""
    environment.settings(secrets="plain")
    make(environment, "orders", spec=POSTGRESQL if sample.kind.name == "redshift" else KINDS["redshift"].spec_id)
    process = Process(environment, sample.kind)
    inputs, _ = process.lifecycle.check({}, {"name": "orders", **sample.given})
    connection_id, _ = process.lifecycle.create(inputs)

    found = get_connection(kind=sample.kind.name, name="orders")

    assert (found.id, found.kind, get_connection(kind=sample.kind.name, id=connection_id)) == (
        connection_id,
        sample.kind.name,
        found,
    )
    assert {name: value for name, value in found.params.items() if value is not None} == {
        param.name: inputs[param.name] for param in sample.visible
    }
    assert list_connections(kind=sample.kind.name, name="orders") == [found]
    assert list_connections(kind=sample.kind.name, state="disabled") == []
    assert not sample.is_in(repr(found))


def test_look_ups_mean_redshift_where_no_kind_is_given(environment: Emulator) -> None:
    """As manifests do; a kind that does not exist is an error that names the known ones and not the given one."""
    connection_id = make(environment, "orders")

    assert get_connection(id=connection_id).params["server"] == PARAMS["server"]
    assert [each.id for each in list_connections()] == [connection_id]
    with pytest.raises(LookupFailedError, match=r"give one of redshift, bigquery, .*postgresql") as raised:
        list_connections(kind="canary")
    assert "canary" not in str(raised.value)
    assert (
        inspect.signature(get_connection).parameters.keys()
        == inspect.signature(get_connection_output).parameters.keys()
    )
