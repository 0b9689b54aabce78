"""Proxies, certificates and CA bundles."""

from __future__ import annotations

import logging
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi_flowservice.errors import NoAnswerError, UnreachableError

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer, endless
from tests.support.sending import OK, send


def test_a_proxy_is_taken_from_the_environment(passing: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its login goes to the proxy, and to nobody else."""
    with RawServer(OK) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://user:proxy-password@127.0.0.1:{proxy.port}")

        assert send("http://flow.example.com", passing).status == 200

    assert proxy.received[0].path == "http://flow.example.com/path"
    assert proxy.received[0].headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses_is_named_and_its_password_is_not(
    status: int, passing: FakeTime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused CONNECT never carried the request, so even a POST was surely not applied."""
    caplog.set_level(logging.DEBUG)
    with RawServer(answer(status)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:proxy-password@127.0.0.1:{proxy.port}")

        with pytest.raises(UnreachableError, match=rf"proxy .* refused \(status {status}\)") as raised:
            send("https://flow.example.com", passing, method="POST")

    assert "proxy-password" not in str(raised.value) + repr(raised.value) + caplog.text


def test_a_proxy_that_is_not_there_is_named(passing: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to check is the proxy, not the endpoint."""
    monkeypatch.setenv("HTTP_PROXY", "http://user:proxy-password@127.0.0.1:9")

    with pytest.raises(UnreachableError, match=r"the proxy on the way to flow\.example\.com cannot be") as raised:
        send("http://flow.example.com", passing)

    assert "proxy-password" not in str(raised.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A key and a certificate for 127.0.0.1 that nobody has signed but itself."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
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


def test_an_untrusted_certificate_is_refused_at_once(tls: ssl.SSLContext, passing: FakeTime) -> None:
    """Nothing is sent, nothing is tried again, and the way on is a CA bundle."""
    with RawServer(OK, tls=tls) as server, pytest.raises(UnreachableError) as raised:
        send(server, passing)

    assert "certificate of 127.0.0.1" in str(raised.value)
    assert "self-signed" in str(raised.value).replace("self signed", "self-signed")
    assert "REQUESTS_CA_BUNDLE" in str(raised.value)
    assert (passing.sleeps, server.received) == ([], [])


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_private_ca_bundle_is_taken_from_the_environment(
    variable: str, tls: ssl.SSLContext, certificate: Path, passing: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it the same certificate is fine."""
    monkeypatch.setenv(variable, f"{certificate}.crt")

    with RawServer(OK, tls=tls) as server:
        assert send(server, passing).status == 200


def test_a_drip_over_tls_is_cut_off_too(
    tls: ssl.SSLContext, certificate: Path, passing: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time limit holds on encrypted connections as on plain ones."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    drip = endless(b"X", head=b"HTTP/1.1 200 OK\r\nX-Slow: ", pause_seconds=0.02)

    with RawServer(drip, tls=tls) as server, pytest.raises(NoAnswerError) as raised:
        send(server, passing, method="POST", timeout=1.0)

    assert raised.value.timed_out


def test_a_ca_bundle_that_is_missing_is_said(
    tls: ssl.SSLContext, passing: FakeTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is the variable that is wrong, not the server."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))

    with RawServer(OK, tls=tls) as server, pytest.raises(UnreachableError, match="REQUESTS_CA_BUNDLE"):
        send(server, passing)


def test_https_to_a_port_that_speaks_http_is_said(passing: FakeTime) -> None:
    """A broken TLS connection may have carried a request, so this is no "surely not"."""
    broken = pytest.raises(NoAnswerError, match=r"TLS with 127.0.0.1:\d+ failed")
    with RawServer(OK, greeting=answer(400)) as server, broken as raised:
        send(server.url.replace("http:", "https:"), passing, method="POST")

    assert not isinstance(raised.value, UnreachableError)
