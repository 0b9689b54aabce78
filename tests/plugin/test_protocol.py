"""The plugin as the engine sees it: its answers to each call, good and bad, over gRPC."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.engine.diagnostics import log
from pulumi_flowservice.lifecycle.properties import UNKNOWN
from pulumi_flowservice.plugin.codec import decode, encode
from pulumi_flowservice.version import __version__

from tests.support.connections import POSTGRESQL, make
from tests.support.flows import make_flow
from tests.support.lifecycle import INPUTS
from tests.support.native import Plugin
from tests.support.protocol import ABOUT, TYPE, URN, Shown, call, create, refused

UNNAMED = {name: value for name, value in INPUTS.items() if name != "name"}


def check(plugin: Plugin, news: dict[str, Any], olds: dict[str, Any] | None = None, **more: Any) -> Any:
    """The answer to `Check`."""
    return plugin.stub.Check(provider_pb2.CheckRequest(**ABOUT, news=encode(news), olds=encode(olds or {}), **more))


def test_who_answers(plugin: Plugin) -> None:
    """Version and schema; a configuration takes no request."""
    assert plugin.stub.GetPluginInfo(empty_pb2.Empty()).version == __version__
    schema = plugin.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
    assert '"flowservice:index:RedshiftConnection"' in schema


def test_check(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """The default name by project, stack and resource; unknown values stay unknown; secrets are marked."""
    found = check(plugin, {**UNNAMED, "server": UNKNOWN, "port": 5439})
    inputs, secrets = decode(found.inputs)
    again, _ = decode(check(plugin, {**UNNAMED, "server": UNKNOWN, "port": 5439}).inputs)

    assert not found.failures
    assert (inputs["server"], inputs["port"], secrets) == (UNKNOWN, 5439, frozenset({"password"}))
    assert inputs == again and inputs["name"].startswith("orders-")
    assert flowservice_emulator.log() == []


@pytest.mark.parametrize(
    ("news", "told"),
    [
        ({**UNNAMED, "serverr": "s"}, "`serverr` is not an input of RedshiftConnection: did you mean `server`?"),
        ({**UNNAMED, "connection_test": "off"}, "Connection: did you mean `connectionTest`?"),
        ({**UNNAMED, "colour": "s"}, "`colour` is not an input of RedshiftConnection."),
        ({**UNNAMED, "server": 5}, "`server` must be a string"),
        ({**UNNAMED, "server": ["a"]}, "`server` must be a string"),
        ({**UNNAMED, "server": None}, "`server` is missing"),
        ({**UNNAMED, "port": True}, "`port` "),
        ({**UNNAMED, "connectionTest": {"a": "b"}}, "`connection_test` must be one of"),
    ],
)
def test_inputs_that_are_wrong(plugin: Plugin, news: dict[str, Any], told: str) -> None:
    """A failure that names no property, so that the engine prints no value."""
    failures = check(plugin, news).failures

    assert [failure.property for failure in failures] == [""]
    assert told in failures[0].reason


def test_names_by_the_stack(plugin: Plugin) -> None:
    """A proposed name is taken, a disabled one is missing, and a connection that has a name keeps it."""
    naming = provider_pb2.CheckRequest.AutonamingOptions
    proposed = check(plugin, UNNAMED, autonaming=naming(proposed_name="team-orders"))
    kept = check(plugin, UNNAMED, {**INPUTS, "name": "kept"}, autonaming=naming(proposed_name="team-orders"))
    disabled = check(plugin, UNNAMED, autonaming=naming(mode=naming.DISABLE))

    assert decode(proposed.inputs)[0]["name"] == "team-orders"
    assert decode(kept.inputs)[0]["name"] == "kept"
    assert "`name` is missing" in disabled.failures[0].reason


def test_previews(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """Without a request, and what only the server knows is unknown."""
    made = plugin.stub.Create(provider_pb2.CreateRequest(**ABOUT, properties=encode(INPUTS), preview=True))
    changed = plugin.stub.Update(
        provider_pb2.UpdateRequest(**ABOUT, olds=encode(INPUTS), news=encode({**INPUTS, "port": 1}), preview=True)
    )

    outputs, secrets = decode(made.properties)
    assert (made.id, outputs["etag"], outputs["imsOrg"]) == ("", UNKNOWN, "EMULATOR@AdobeOrg")
    assert "password" in secrets
    assert (decode(changed.properties)[0]["port"], decode(changed.properties)[0]["etag"]) == (1, UNKNOWN)
    assert flowservice_emulator.log() == []


def test_diff(plugin: Plugin) -> None:
    """Each changed property; a sandbox that is not known yet replaces nothing."""
    _, olds = create(plugin)

    def diff(**changes: Any) -> Any:
        news = {name: value for name, value in {**INPUTS, **changes}.items() if value is not None}
        return plugin.stub.Diff(provider_pb2.DiffRequest(**ABOUT, olds=encode(olds), news=encode(news)))

    kinds = provider_pb2.PropertyDiff
    changed = {"port": 1, "password": "battery-staple", "description": "new", "schema": None}
    detailed = {name: entry.kind for name, entry in diff(**changed).detailedDiff.items()}
    assert detailed == {"port": kinds.UPDATE, "password": kinds.UPDATE, "description": kinds.ADD}
    assert diff().changes == provider_pb2.DiffResponse.DIFF_NONE
    assert list(diff(sandbox="stage").replaces) == ["sandbox"]
    assert list(diff(sandbox=UNKNOWN).replaces) == []
    assert diff(sandbox=UNKNOWN).changes == provider_pb2.DiffResponse.DIFF_SOME


def read(plugin: Plugin, id_: str, kind: str = "RedshiftConnection") -> Any:
    """The answer to the `Read` of an import."""
    token = f"flowservice:index:{kind}"
    return plugin.stub.Read(provider_pb2.ReadRequest(id=id_, urn=URN.replace(TYPE, token), type=token))


def test_imports(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """By id, in the sandbox of the provider or the one in front of the id; the state has the plain id."""
    here, there = make(flowservice_emulator, "here"), make(flowservice_emulator, "there", sandbox="stage")

    found = [read(plugin, here), read(plugin, f"dev/{here}"), read(plugin, f"stage/{there}")]

    assert [each.id for each in found] == [here, here, there]
    assert [decode(each.inputs)[0]["sandbox"] for each in found] == ["dev", "dev", "stage"]
    assert "password" not in decode(found[0].properties)[0]


def test_what_is_imported_stays(plugin: Plugin, flowservice_emulator: Emulator, shown: Shown) -> None:
    """The engine deletes the old resource of an import that replaces one, although both are the same connection."""
    id_, olds = create(plugin)
    read(plugin, f"dev/{id_}")

    plugin.stub.Delete(provider_pb2.DeleteRequest(**ABOUT, id=id_, properties=encode(olds)))

    assert [each["id"] for each in flowservice_emulator.connections()] == [id_]
    assert [text[:6] for _, text in shown] == ["FS4009"]


@pytest.mark.parametrize(
    ("id_", "told"),
    [("", "FS"), ("nobody", "FS2005"), ("a/b/c", "FS"), ("stage/", "FS"), ("../connections", "FS"), ("ü\n", "FS")],
)
def test_imports_of_what_is_not_there(plugin: Plugin, id_: str, told: str) -> None:
    """One sentence that says what to check; never an empty resource."""
    assert refused(lambda: read(plugin, id_)).startswith(told)


def test_imports_of_what_is_not_ours(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """Another kind, another sandbox; one that is disabled is imported as it is."""
    orders = make(flowservice_emulator, "orders", spec=POSTGRESQL)
    disabled = make(flowservice_emulator, "disabled")
    flowservice_emulator.change_connection(disabled, state="disabled")

    assert "is not a connection of kind Amazon Redshift" in refused(lambda: read(plugin, orders))
    assert "FS2005" in refused(lambda: read(plugin, f"stage/{orders}", "PostgreSqlConnection"))
    assert decode(read(plugin, disabled).properties)[0]["state"] == "disabled"


def test_what_the_package_does_not_have(plugin: Plugin) -> None:
    """Resources, functions and arguments."""
    invoke = provider_pb2.InvokeRequest
    odd = provider_pb2.CheckRequest(urn=URN.replace(TYPE, "flowservice:index:Flow"), type="flowservice:index:Flow")
    wrong = [
        (lambda: plugin.stub.Check(odd), "no resource 'flowservice:index:Flow'"),
        (lambda: plugin.stub.Invoke(invoke(tok="flowservice:index:getFlow")), "no function"),
        (lambda: call(plugin, "getTables", {}), "`connectionId` is missing"),
        (lambda: call(plugin, "getTables", {"connectionId": 5}), "`connectionId` must be a string"),
        (lambda: call(plugin, "getTables", {"connectionId": "a", "table": "b"}), "no argument with the name 'table'"),
        (lambda: call(plugin, "getConnection", {"kind": "office", "id": "a"}), "give one of redshift, bigquery"),
        (lambda: call(plugin, "getConnection", {}), "give either the `id` or the `name`"),
        (lambda: call(plugin, "getDataflowRuns", {"id": "a", "limit": "5"}), "`limit` must be an integer"),
        (lambda: call(plugin, "getDataflowRuns", {"id": "a", "limit": 0.5}), "`limit` must be an integer"),
        (lambda: call(plugin, "getDataflowRuns", {"id": "a", "limit": True}), "`limit` must be an integer"),
        (lambda: call(plugin, "getDataflowRuns", {"id": "a", "limit": 0}), "`limit` must be at least 1"),
    ]
    for act, told in wrong:
        assert told in refused(act)


def test_functions(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """Redshift connections with their params beside the other properties, others with a map of them."""
    orders = make(flowservice_emulator, "orders")
    other = make(flowservice_emulator, "other", spec=POSTGRESQL)
    flow = flowservice_emulator.use_connection(orders, "Orders to profiles")

    found = call(plugin, "getRedshiftConnection", {"name": "orders"})
    listed = call(plugin, "listRedshiftConnections", {"server": found["server"]})["connections"]

    assert (found["id"], found["port"], found["imsOrg"]) == (orders, 5439, "EMULATOR@AdobeOrg")
    assert [each["id"] for each in listed] == [orders]
    assert call(plugin, "getConnection", {"kind": "postgresql", "id": other})["params"]["database"] == "dev"
    assert [each["id"] for each in call(plugin, "listConnections", {"kind": "postgresql"})["connections"]] == [other]
    assert call(plugin, "listConnections", {"state": "disabled"}) == {"connections": []}
    [using] = call(plugin, "getFlowsUsing", {"connectionId": orders})["flows"]
    assert (using["id"], using["name"]) == (flow, "Orders to profiles")


def test_functions_of_datasets(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """What a result holds has the names of the protocol, too; what is not known is left out."""
    fields = {"_example.orderId": "string", "_example.changed": "date-time"}
    made = flowservice_emulator.make_dataset("Orders", fields, required=["_example.orderId"])
    flowservice_emulator.settings(schema_ref="shown")
    dataset = {"id": made["id"], "name": "Orders", "sandbox": "dev"}

    assert call(plugin, "getDataset", {"name": "Orders"}) == {**dataset, "schemaId": made["schemaId"]}
    assert call(plugin, "listDatasets", {"name": "Order"}) == {"datasets": []}
    assert call(plugin, "getSchema", {"title": "Orders"})["fields"] == [
        {"path": "_example.orderId", "xdmType": "string", "isRequired": True},
        {"path": "_example.changed", "xdmType": "date-time", "isRequired": False},
    ]
    flowservice_emulator.settings(schema_ref="empty")
    assert call(plugin, "listDatasets", {}) == {"datasets": [dataset]}


@pytest.mark.reading(table_check="never", initializing_seconds=0, run_seconds=0)
def test_functions_of_dataflows(plugin: Plugin, flowservice_emulator: Emulator, shown: Shown) -> None:
    """The schedule is an object of its own; the warning of a function has no resource to stand beside."""
    orders = make(flowservice_emulator, "orders")
    flow = make_flow(flowservice_emulator, orders, "Customers")
    flowservice_emulator.use_connection(orders)

    found = call(plugin, "getDataflow", {"name": "Customers"})
    listed = call(plugin, "listDataflows", {"connection": orders})["dataflows"]

    assert listed == [found]
    assert (found["id"], found["connectionId"], found["table"]) == (flow, orders, "public.customers")
    assert found["schedule"].keys() == {"frequency", "interval", "startTime", "backfill"}
    assert "description" not in found
    assert [(urn, text[:6]) for urn, text in shown] == [("", "FS4020")]
    assert call(plugin, "getDataflowRuns", {"id": flow, "limit": 5}) == {"runs": []}
    flowservice_emulator.settings(connection_test="pass")
    flowservice_emulator.advance(3 * 3_600)
    ran = call(plugin, "getDataflowRuns", {"id": flow, "limit": 2})["runs"]
    assert [(each["status"], each["rowsRead"], each["errors"]) for each in ran] == [("success", 0, [])] * 2
    assert ran[0]["startedAt"] > ran[1]["startedAt"] and ran[0]["completedAt"].endswith("+00:00")


def test_warnings_stand_beside_their_resource(plugin: Plugin, flowservice_emulator: Emulator, shown: Shown) -> None:
    """With the URN of the resource that they are about."""
    flowservice_emulator.settings(connection_test="fail")

    create(plugin, connectionTest="warn")

    assert [urn for urn, _ in shown] == [URN]
    assert shown[0][1].startswith("FS4002")


def test_the_database_in_an_error(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """Named, except where the program made it a secret."""
    flowservice_emulator.settings(connection_test="fail")
    secret = encode({**INPUTS, "username": "canary-user"}, {"username", "password"})

    told = refused(lambda: plugin.stub.Create(provider_pb2.CreateRequest(**ABOUT, properties=secret)))

    assert "server 'redshift.example.com', port 5439, database 'dev'" in told
    assert "canary-user" not in told


def test_a_secret_name(plugin: Plugin) -> None:
    """A comparison that fails does not name it, however short it is."""
    id_, olds = create(plugin, name="zq")
    request = provider_pb2.DiffRequest(
        **ABOUT, id=id_, olds=encode({**olds, "imsOrg": "OTHER@AdobeOrg"}, {"name"}), news=encode(INPUTS)
    )

    assert "'zq'" not in refused(lambda: plugin.stub.Diff(request))


def test_an_engine_that_is_gone(
    plugin: Plugin, flowservice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody gets the log and the warnings any more; an operation still goes on to its end."""
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "level", log.level)
    plugin.configure(sandbox="dev", debug=True)
    flowservice_emulator.settings(connection_test="fail")
    plugin.stop_engine()

    assert refused(lambda: create(plugin)).startswith("FS3006")
    create(plugin, connectionTest="warn")

    assert len(flowservice_emulator.connections()) == 1


@pytest.mark.long
def test_many_calls_at_once(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """64 creations run together: as many requests are on their way as there are calls."""
    flowservice_emulator.settings(latency_ms=100)
    with ThreadPoolExecutor(64) as pool:
        made = list(pool.map(lambda number: create(plugin, name=f"orders-{number}")[0], range(64)))

    assert len(set(made)) == 64
    assert len(flowservice_emulator.log("POST", "/connections")) == 64
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


@pytest.mark.long
@pytest.mark.parametrize("latency_ms", [0, 50])
def test_a_refresh_with_many_calls_at_once(plugin: Plugin, flowservice_emulator: Emulator, latency_ms: int) -> None:
    """Reads that come while a page is on its way wait for it: 64 at once take hardly more requests than four."""
    made = [create(plugin, name=f"orders-{number}") for number in range(100)]
    flowservice_emulator.settings(latency_ms=latency_ms)

    def requests(at_once: int) -> int:
        # A new configuration knows no pages.
        plugin.configure(sandbox="dev")
        flowservice_emulator.clear_log()
        reads = [provider_pb2.ReadRequest(**ABOUT, id=id_, properties=encode(state)) for id_, state in made]
        with ThreadPoolExecutor(at_once) as pool:
            assert all(each.id for each in pool.map(plugin.stub.Read, reads))
        return len(flowservice_emulator.log("GET"))

    assert requests(64) <= requests(4) + 4


def test_a_provider_is_never_replaced(plugin: Plugin) -> None:
    """Whatever changes in its settings: a replacement would replace each of its connections."""
    olds, news = encode({"sandbox": "dev", "imsOrg": "A@AdobeOrg"}), encode({"sandbox": UNKNOWN, "endpoint": "x"})
    found = plugin.stub.DiffConfig(provider_pb2.DiffRequest(old_inputs=olds, olds=olds, news=news))
    wrong = plugin.stub.CheckConfig(
        provider_pb2.CheckRequest(news=encode({"requestTimeout": "soon", "debug": UNKNOWN}))
    )

    assert (found.changes, list(found.replaces)) == (provider_pb2.DiffResponse.DIFF_SOME, [])
    assert [(failure.property, "must be a number" in failure.reason) for failure in wrong.failures] == [("", True)]
