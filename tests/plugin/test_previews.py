"""Previews of the plugin, which must work where a write would fail."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.plugin.codec import encode

from tests.support.lifecycle import INPUTS
from tests.support.native import Plugin
from tests.support.protocol import ABOUT, Shown


def test_a_preview_without_credentials(plugin: Plugin, shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Works, and warns once that the write that follows it would fail, with what is missing."""
    for name in ("CLIENT_ID", "CLIENT_SECRET", "IMS_ORG"):
        monkeypatch.delenv(f"FLOWSERVICE_{name}")
    plugin.configure(sandbox="dev")

    for _ in range(2):
        plugin.stub.Create(provider_pb2.CreateRequest(**ABOUT, properties=encode(INPUTS), preview=True))

    [(_, text)] = shown
    assert text.startswith("FS1002: `pulumi up` would fail: the configuration cannot be used: no credentials")
    assert "\n  pulumi config set --secret flowservice:clientSecret\n" in text
