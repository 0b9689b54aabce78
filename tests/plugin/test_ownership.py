"""The plugin never deletes what another resource of the program has, asks for, or still needs."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.plugin.codec import encode

from tests.support.connections import make
from tests.support.lifecycle import INPUTS
from tests.support.native import Plugin, configuration
from tests.support.protocol import ABOUT, TYPE, URN, Shown, create, refused


def of(name: str) -> dict[str, Any]:
    """What a request tells about the resource with this name."""
    return {"urn": URN.replace("::orders", f"::{name}"), "type": TYPE}


def test_two_resources_never_have_one_connection(plugin: Plugin, flowservice_emulator: Emulator, shown: Shown) -> None:
    """The second is refused, in either order; removing one keeps the connection of the other."""
    made, state = create(plugin)
    olds = encode(state)

    for name in ("orders", "second"):
        plugin.stub.Check(provider_pb2.CheckRequest(**of(name), olds=encode(INPUTS), news=encode(INPUTS)))
    plugin.stub.Diff(provider_pb2.DiffRequest(**of("orders"), id=made, olds=olds, news=olds))
    adopting = provider_pb2.CreateRequest(**of("second"), properties=encode({**INPUTS, "adopt": made}))
    told = [refused(lambda: plugin.stub.Create(adopting))]
    told.append(
        refused(lambda: plugin.stub.Diff(provider_pb2.DiffRequest(**of("second"), id=made, olds=olds, news=olds)))
    )
    plugin.stub.Delete(provider_pb2.DeleteRequest(**of("second"), id=made, properties=olds))

    assert all("resource 'orders' of this program manages the same connection" in each for each in told)
    assert [each["id"] for each in flowservice_emulator.connections()] == [made]
    assert shown[0][1].startswith("FS4009")
    plugin.stub.Delete(provider_pb2.DeleteRequest(**of("orders"), id=made, properties=olds))
    assert flowservice_emulator.connections() == []


def test_what_a_newer_engine_skips_is_not_deleted(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """It asks for the preview of a creation, without a check, where the creation that adopts is left out."""
    made = make(flowservice_emulator, "orders")
    skipped = encode({**INPUTS, "adopt": made})
    plugin.stub.Create(provider_pb2.CreateRequest(**of("new"), properties=skipped, preview=True))

    told = refused(
        lambda: plugin.stub.Delete(provider_pb2.DeleteRequest(**of("old"), id=made, properties=encode(INPUTS)))
    )

    assert "FS3013" in told
    assert [each["id"] for each in flowservice_emulator.connections()] == [made]


def test_what_is_replaced_stays_until_its_replacement_works(plugin: Plugin, flowservice_emulator: Emulator) -> None:
    """The new connection is refused and cannot be removed: the old one is not deleted in the same run."""
    made, state = create(plugin)
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.fault("DELETE", "/connections/*", status=403)

    assert refused(lambda: create(plugin, sandbox="stage")).startswith("FS3007")
    deletion = provider_pb2.DeleteRequest(**ABOUT, id=made, properties=encode(state))
    assert refused(lambda: plugin.stub.Delete(deletion)).startswith("FS3013")
    assert made in {each["id"] for each in flowservice_emulator.connections()}


def test_two_providers_that_take_over_one_connection_warn(flowservice_emulator: Emulator) -> None:
    """Two explicit providers are two processes: neither knows of the other, so each says what else may have it."""
    flowservice_emulator.settings(connection_test="pass")
    shown: dict[str, Shown] = {"one": [], "two": []}
    plugins = {name: Plugin(Clock, lambda urn, text, to=texts: to.append((urn, text))) for name, texts in shown.items()}  # type: ignore[misc]
    for plugin in plugins.values():
        plugin.configure(**configuration(flowservice_emulator.environment))
        # Each reads its first list before the other one's connection is there.
        create(plugin, name=f"first of {id(plugin)}", connectionTest="off")

    made = {}
    for (name, plugin), kind in zip(plugins.items(), ("lost_answer", "reset"), strict=True):
        flowservice_emulator.fault("POST", "/connections", kind=kind)
        made[name], _ = create(plugin, connectionTest="off")

    assert made["one"] == made["two"]
    for name, id_ in made.items():
        [(_, text)] = shown[name]
        assert text.startswith("FS4012") and id_ in text
        assert "another stack, script or provider with the same client id" in text
    for plugin in plugins.values():
        plugin.stop()
