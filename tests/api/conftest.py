"""Fixtures of the tests that send requests to servers of their own."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api import client as flow_service
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.settings import load

from tests.support.fake_time import FakeTime


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep out the proxies, CA bundles and logins of whoever runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))


@pytest.fixture
def passing() -> FakeTime:
    """Return a clock that only sleeps move."""
    return FakeTime()


@pytest.fixture
def client(flowservice_emulator: Emulator, passing: FakeTime) -> FlowServiceClient:
    """Return a client of the emulator."""
    flow_service._connect.cache_clear()
    return flow_service.connect(load(lambda _key: None, flowservice_emulator.environment), passing.clock)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A key and a certificate for 127.0.0.1 and flow.example.com that nobody has signed but itself."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:flow.example.com", "-days", "2"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(file)]
    command = ["openssl", "req", "-x509", *key, "-out", f"{file}.crt", *subject]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    yield file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """The server's side of TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
