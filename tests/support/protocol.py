"""Calls of the plugin's protocol, as the engine makes them for a Redshift connection."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.plugin.codec import decode, encode

from tests.support.lifecycle import INPUTS
from tests.support.native import Plugin

TYPE = "flowservice:index:RedshiftConnection"
URN = f"urn:pulumi:dev::project::{TYPE}::orders"
ABOUT: dict[str, Any] = {"urn": URN, "type": TYPE}
Shown = list[tuple[str, str]]


def create(plugin: Plugin, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Create a connection; return its id and its outputs."""
    done = plugin.stub.Create(provider_pb2.CreateRequest(**ABOUT, properties=encode({**INPUTS, **changes})))
    return done.id, decode(done.properties)[0]


def refused(act: Callable[[], object]) -> str:
    """The text with which a call fails."""
    with pytest.raises(grpc.RpcError) as raised:
        act()
    error: Any = raised.value
    return str(error.details())


def call(plugin: Plugin, function: str, arguments: dict[str, Any], *, secrets: Collection[str] = ()) -> dict[str, Any]:
    """The result of a function."""
    request = provider_pb2.InvokeRequest(tok=f"flowservice:index:{function}", args=encode(arguments, secrets))
    return decode(getattr(plugin.stub.Invoke(request), "return"))[0]
