"""Fixtures of the tests that call functions as a program does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator
from pulumi.runtime import set_all_config
from pulumi_flowservice.settings import variable


@pytest.fixture
def stack_config(flowservice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stack's configuration names the emulator, with the client's secret among the secret keys."""
    for key in ("sandbox", "debug", "apiKey", "accessToken"):
        monkeypatch.delenv(variable(key), raising=False)
    url = flowservice_emulator.url
    values = {
        "endpoint": url,
        "imsEndpoint": url,
        "clientId": "emulator",
        "clientSecret": "emulator-secret",
        "imsOrg": "EMULATOR@AdobeOrg",
        "sandbox": "dev",
    }
    set_all_config({f"flowservice:{key}": value for key, value in values.items()}, ["flowservice:clientSecret"])
    yield
    set_all_config({}, [])
