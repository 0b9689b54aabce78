"""Proxies, certificates and CA bundles."""

from __future__ import annotations

import contextlib
import logging
import ssl
import time
from pathlib import Path

import pytest
from pulumi_flowservice.api.session import Session
from pulumi_flowservice.api.transport import log
from pulumi_flowservice.errors import NoAnswerError, UnreachableError
from pulumi_flowservice.redaction import Secrets
from pulumi_flowservice.redaction.log import LEFT_OUT, SecretlessFormatter

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


VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "LOCALHOST", "[::1]"])
def test_nothing_for_this_machine_goes_through_a_proxy(
    host: str, variable: str, passing: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would see client secret and password, and has no way back to this machine."""
    with RawServer(OK) as plain, RawServer(OK, greeting=b"no TLS\r\n") as tls, RawServer(OK) as proxy:
        monkeypatch.setenv(variable, proxy.url)

        for url in (f"http://{host}:{plain.port}", f"https://{host}:{tls.port}"):
            # What counts is who was asked: this TLS fails, and the servers listen at 127.0.0.1 only.
            with contextlib.suppress(NoAnswerError):
                send(url, passing, method="POST")

        assert proxy.connections == 0
        assert host in ("127.3.2.1", "[::1]") or plain.connections == tls.connections == 1


@pytest.mark.parametrize("variable", VARIABLES[:1] + VARIABLES[2:4] + VARIABLES[5:])
@pytest.mark.parametrize("exempt", ["", "other.example.com", "flow.example.invalid"])
def test_another_host_follows_no_proxy(
    exempt: str, variable: str, passing: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that plain http is allowed to: only NO_PROXY exempts it."""
    with RawServer(OK) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        monkeypatch.setenv("NO_PROXY", exempt)

        with contextlib.suppress(UnreachableError):
            send("http://flow.example.invalid", passing)

    assert len(proxy.received) == (0 if exempt == "flow.example.invalid" else 1)


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


def test_the_log_has_no_password_of_a_proxy(
    passing: FakeTime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The text of a library may have it, as when the address of the proxy is not valid; so may an answer."""
    lines: list[str] = []
    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", lambda record: lines.append(handler.format(record)))
    handler.setFormatter(SecretlessFormatter("%(message)s"))
    monkeypatch.setattr(log, "handlers", [handler])
    caplog.set_level(logging.DEBUG, log.name)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:kept/back@proxy:8080")

    with pytest.raises(NoAnswerError):
        send("https://flow.example.com", passing)

    assert any(LEFT_OUT in line for line in lines)
    assert "kept" not in "".join(lines)
    assert Secrets().quote("no login with kept%2Fback") is None


def test_a_proxy_that_is_not_there_is_named(passing: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to check is the proxy, not the endpoint."""
    monkeypatch.setenv("HTTP_PROXY", "http://user:proxy-password@127.0.0.1:9")

    with pytest.raises(UnreachableError, match=r"the proxy on the way to flow\.example\.com cannot be") as raised:
        send("http://flow.example.com", passing)

    assert "proxy-password" not in str(raised.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_drip_through_a_proxy_is_cut_off_too(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forwarded answer, and the proxy's own answer to CONNECT."""
    started = time.monotonic()
    drip = endless(b"X", head=b"HTTP/1.1 200 OK\r\nX-Slow: ", pause_seconds=0.02)
    with RawServer(drip) as proxy:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url)

        with pytest.raises(NoAnswerError):
            url = f"{scheme}://flow.example.com"
            Session().exchange("POST", url, params=(), headers={}, body=b"", timeout=0.3)

    assert time.monotonic() - started < 10


def test_an_untrusted_certificate_is_refused_at_once(tls: ssl.SSLContext, passing: FakeTime) -> None:
    """Nothing is sent, nothing is tried again, and the way on is a CA bundle."""
    with RawServer(OK, tls=tls) as server, pytest.raises(UnreachableError) as raised:
        send(server, passing)

    assert "certificate of 127.0.0.1" in str(raised.value)
    assert "self-signed" in str(raised.value).replace("self signed", "self-signed")
    assert "REQUESTS_CA_BUNDLE" in str(raised.value)
    assert (passing.sleeps, server.received) == ([], [])


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"], ids=["direct", "with a proxy"])
def test_a_private_ca_bundle_is_taken_from_the_environment(
    proxy: str,
    variable: str,
    tls: ssl.SSLContext,
    certificate: Path,
    passing: FakeTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With it the same certificate is fine, also where a proxy is configured for other hosts."""
    monkeypatch.setenv(variable, f"{certificate}.crt")
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    with RawServer(OK, tls=tls) as server:
        assert send(server, passing).status == 200


@pytest.mark.long
@pytest.mark.parametrize(
    ("piece", "head"),
    [(b"X", b"HTTP/1.1 200 OK\r\nX-Slow: "), (b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")],
    ids=["header", "body"],
)
def test_a_drip_over_tls_is_cut_off_too(
    piece: bytes,
    head: bytes,
    tls: ssl.SSLContext,
    certificate: Path,
    passing: FakeTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time limit holds on encrypted connections as on plain ones."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    drip = endless(piece, head=head, pause_seconds=0.02)

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
