"""The one door for HTTP against servers that misbehave on real sockets; time is a fake where pauses are counted."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from pulumi_flowservice.clock import Clock, operation
from pulumi_flowservice.errors import FlowServiceError, MalformedAnswerError, NoAnswerError, UnreachableError
from pulumi_flowservice.transport import LARGEST_BODY, Answer, Request, Transport

from tests.fake_time import LOCAL_NOW, FakeTime
from tests.raw_server import RawServer, Sender, answer, endless, reset

OK = answer(200, {"fine": True})
BUSY = answer(503, {"message": "busy"})


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The proxies, CA bundles and logins of whoever runs the tests stay out."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))


@pytest.fixture
def passing() -> FakeTime:
    """A clock that only sleeps move."""
    return FakeTime()


def send(server: RawServer | str, passing: FakeTime, *, method: str = "GET", timeout: float = 5.0) -> Answer:
    """Send one request through a new transport; everything but POST may be repeated."""
    url = server if isinstance(server, str) else server.url
    transport = Transport(request_timeout=timeout, clock=passing.clock)
    request = Request(method, f"{url}/path", method != "POST", {"Authorization": "Bearer token-of-a-test"})
    with operation(passing.clock, 600):
        return transport.send(request)


@pytest.mark.parametrize("trouble", [BUSY, answer(500), answer(502), answer(504), answer(408), answer(429), reset])
def test_trouble_is_waited_out(trouble: bytes | Sender, passing: FakeTime) -> None:
    """What may be repeated is sent again after pauses that grow."""
    with RawServer(trouble, trouble, trouble, OK) as server:
        got = send(server, passing)

    assert (got.status, got.attempts) == (200, 4)
    assert passing.sleeps == sorted(passing.sleeps)
    assert 0.3 < passing.sleeps[0] < 1


@pytest.mark.parametrize(
    ("trouble", "attempts"),
    [(BUSY, 1), (answer(500), 1), (answer(502), 1), (answer(504), 1), (answer(429), 2), (answer(400), 1)],
)
def test_a_post_is_repeated_only_where_nothing_was_done(trouble: bytes, attempts: int, passing: FakeTime) -> None:
    """After 429 surely nothing was; after 5xx something may have been."""
    with RawServer(trouble, answer(201)) as server:
        got = send(server, passing, method="POST")

        assert got.attempts == attempts == len(server.received)


def test_a_post_without_an_answer_is_never_repeated(passing: FakeTime) -> None:
    """The connection may have been made: the caller has to look."""
    with RawServer(reset, OK) as server, pytest.raises(NoAnswerError) as raised:
        send(server, passing, method="POST")

    assert not isinstance(raised.value, UnreachableError)
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 501])
def test_a_plain_no_is_not_asked_again(status: int, passing: FakeTime) -> None:
    """More requests would not change the answer."""
    with RawServer(answer(status)) as server:
        got = send(server, passing)

        assert (got.status, len(server.received)) == (status, 1)


def test_trouble_without_end_ends(passing: FakeTime) -> None:
    """After nine attempts the last answer stands, and tells how often it was asked for."""
    with RawServer(answer(429)) as server:
        got = send(server, passing)

    assert got.attempts == 9
    assert got.history.endswith(", tried 9 times")
    assert 45 < sum(passing.sleeps) < 90


def test_the_deadline_of_the_operation_ends_the_retries(passing: FakeTime) -> None:
    """No pause is begun that would not end in time."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(BUSY) as server, operation(passing.clock, 4):
        got = transport.send(Request("GET", server.url, True))

    assert got.status == 503
    assert sum(passing.sleeps) < 4


def test_nothing_begins_long_after_the_deadline(passing: FakeTime) -> None:
    """An undo may still be sent for a minute; a list without end may not go on."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(OK) as server, operation(passing.clock, 10):
        passing.now = 65
        assert transport.send(Request("GET", server.url, True)).status == 200
        passing.now = 71
        with pytest.raises(UnreachableError, match="time for this operation is used up"):
            transport.send(Request("GET", server.url, True))


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": " 30 "}, 30),
        ({"Retry_After": "86400"}, 120),
        ({"Retry_After": formatdate(LOCAL_NOW + 9, usegmt=True)}, 9),
        # The server's clock is an hour ahead; what counts is the time between its two dates.
        ({"Retry_After": formatdate(LOCAL_NOW + 3609, usegmt=True), "Date": formatdate(LOCAL_NOW + 3600)}, 9),
        ({"Retry_After": formatdate(LOCAL_NOW + 9e6, usegmt=True)}, 120),
        ({"Retry_After": formatdate(LOCAL_NOW - 60, usegmt=True)}, 0.375),
        ({"Retry_After": "soon"}, 0.375),
        ({"Retry_After": "²"}, 0.375),
        ({"Retry_After": "9" * 400}, 0.375),
        ({"Retry_After": "-5"}, 0.375),
    ],
)
def test_retry_after_is_honoured_and_capped(headers: dict[str, str], pause: float, passing: FakeTime) -> None:
    """Both forms count, the date by the server's own clock; two minutes is the most, and nonsense counts nothing."""
    with RawServer(answer(429, **headers), OK) as server:
        send(server, passing)

    assert passing.sleeps == [pytest.approx(pause)]


def test_jitter_spreads_the_pauses() -> None:
    """Two threads that fail together do not come back together."""
    slept = []
    for chance in (0.0, 1.0):
        passing = FakeTime(chance=chance)
        with RawServer(BUSY, answer(429, Retry_After="10"), OK) as server:
            send(server, passing)
        slept.append(passing.sleeps)

    assert slept == [[0.375, 10], [0.625, 11]]


def test_an_address_that_nobody_serves_is_surely_not_reached(passing: FakeTime) -> None:
    """It is tried for some seconds, even by POST, and then said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(UnreachableError) as raised:
        send(f"http://127.0.0.1:{port}", passing, method="POST")

    assert f"127.0.0.1:{port} cannot be reached" in str(raised.value)
    assert "tried 5 times" in str(raised.value)
    assert sum(passing.sleeps) < 10


def test_a_name_that_does_not_resolve_is_surely_not_reached(passing: FakeTime) -> None:
    """The text names the host and what to check."""
    with pytest.raises(UnreachableError, match=r"nowhere\.invalid cannot be reached.*Check the endpoint"):
        send("http://nowhere.invalid", passing)


@pytest.mark.parametrize(
    "piece",
    [
        (b"X", b"HTTP/1.1 200 OK\r\nX-Slow: "),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b""),
        (b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        (b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"", b""),
    ],
    ids=["header", "continue", "body", "chunks", "silence"],
)
def test_a_drip_is_cut_off_after_the_timeout_as_a_whole(piece: tuple[bytes, bytes], passing: FakeTime) -> None:
    """A byte now and then starts a socket's timeout anew; ours counts from the request to the last byte."""
    started = time.monotonic()
    drip = endless(piece[0], head=piece[1], pause_seconds=0.02)

    with RawServer(drip) as server, pytest.raises(NoAnswerError) as raised:
        send(server, passing, method="POST", timeout=1.0)

    assert raised.value.timed_out
    assert 0.9 < time.monotonic() - started < 2


@pytest.mark.parametrize("status", [200, 307, 500])
def test_a_huge_body_is_not_taken_in(status: int, passing: FakeTime) -> None:
    """8 MiB is the most that is read, of a redirect too, and nothing is asked again."""
    head = f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: {2**40}\r\n\r\n".encode()
    tracemalloc.start()

    with RawServer(endless(b"x" * 65536, head=head)) as server, pytest.raises(MalformedAnswerError, match="8 MiB"):
        send(server, passing)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * LARGEST_BODY


def test_a_compressed_bomb_does_not_go_off(passing: FakeTime) -> None:
    """Gigabytes in a few kilobytes are cut off like any other body, before they are unpacked."""
    packed = gzip.compress(b"\0" * 2**25, 1)
    bomb = answer(200, packed, Content_Encoding="gzip")
    twice = answer(200, gzip.compress(packed * 40), Content_Encoding="gzip, gzip")
    tracemalloc.start()

    for body in (bomb, twice):
        with RawServer(body) as server, pytest.raises(MalformedAnswerError, match="8 MiB"):
            send(server, passing)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * LARGEST_BODY


def test_a_compressed_answer_is_read(passing: FakeTime) -> None:
    """Pages of a list come smaller."""
    with RawServer(answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")) as server:
        assert send(server, passing).json() == {"a": 1}


def test_a_truncated_answer_is_no_answer(passing: FakeTime) -> None:
    """Half a body would be taken for a whole one."""

    def half(connection: socket.socket) -> None:
        connection.sendall(answer(200, {"items": []})[:-3])

    with RawServer(half, OK) as server:
        assert send(server, passing).json() == {"fine": True}
    with RawServer(half) as server, pytest.raises(NoAnswerError, match="before its answer was complete"):
        send(server, passing, method="POST")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no body"),
        (b"<html>", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b"[" * 200_000 + b"]" * 200_000, "not JSON"),
        (b"9" * 100_000, "not JSON"),
        ('{"a": "é"}'.encode("latin-1"), "not JSON"),
    ],
    ids=["empty", "html", "truncated", "deep", "digits", "latin-1"],
)
def test_what_is_no_json_is_said_in_words(body: bytes, words: str, passing: FakeTime) -> None:
    """The error names status and request, and holds nothing of the body."""
    with RawServer(answer(200, body)) as server:
        got = send(server, passing)

    with pytest.raises(MalformedAnswerError, match=words) as raised:
        got.json()
    assert got.request_id in str(raised.value)
    assert "html>" not in str(raised.value)


def test_json_may_come_with_a_byte_order_mark_or_in_utf_16(passing: FakeTime) -> None:
    """Both are JSON by its older standard."""
    for encoding in ("utf-8-sig", "utf-16"):
        with RawServer(answer(200, '{"a": "é"}'.encode(encoding))) as server:
            assert send(server, passing).json() == {"a": "é"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(status: int, passing: FakeTime) -> None:
    """A 307 would send the password again, to whoever it names."""
    with RawServer(OK) as elsewhere, RawServer(answer(status, Location=elsewhere.url)) as server:
        got = send(server, passing, method="POST")

        assert (got.status, elsewhere.received) == (status, [])


def test_a_login_in_netrc_does_not_replace_the_token(
    passing: FakeTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """requests would take it for each host that has one."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password netrc-password\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    with RawServer(OK) as server:
        send(server, passing)

    assert server.received[0].headers["authorization"] == "Bearer token-of-a-test"


def test_no_cookie_is_kept(passing: FakeTime) -> None:
    """A cookie would tie the threads' requests together."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(answer(200, Set_Cookie="session=1; Path=/")) as server:
        for _ in range(2):
            transport.send(Request("GET", server.url, True))

    assert "cookie" not in server.received[1].headers


def test_every_request_says_who_asks_and_has_an_id_of_its_own(passing: FakeTime) -> None:
    """A retry has another id than the first attempt."""
    with RawServer(BUSY, OK) as server:
        got = send(server, passing)

    ids = [request.headers["x-request-id"] for request in server.received]
    assert len(set(ids)) == 2
    assert got.request_id == ids[1]
    assert all(request.headers["user-agent"].startswith("pulumi-flowservice/") for request in server.received)


def test_connections_are_kept_for_four_threads(passing: FakeTime) -> None:
    """40 requests from four threads take four connections at most."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(OK) as server:
        threads = [
            threading.Thread(target=lambda: [transport.send(Request("GET", server.url, True)) for _ in range(10)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(server.received) == 40
        assert server.connections <= 4


def test_the_pace_is_shared_by_all_threads() -> None:
    """Twelve requests from four threads at two a second take five seconds and a half."""
    passing = FakeTime()
    # Frozen hands: each thread only notes how long it would have to wait.
    clock = Clock(lambda: 0.0, passing.clock.wall, passing.sleeps.append, lambda: 0.0)
    transport = Transport(request_timeout=5, requests_per_second=2, clock=clock)
    with RawServer(OK) as server:
        threads = [
            threading.Thread(target=lambda: [transport.send(Request("GET", server.url, True)) for _ in range(3)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(passing.sleeps) == [pytest.approx(turn / 2) for turn in range(1, 12)]


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


@pytest.mark.parametrize("value", ["new\nline", "wörld—", " leading"])
def test_a_header_that_cannot_be_written_is_said_without_its_value(value: str, passing: FakeTime) -> None:
    """Such a value could also split the request in two."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(OK) as server:
        request = Request("GET", server.url, True, {"x-sandbox-name": value})
        try:
            transport.send(request)
        except FlowServiceError as error:
            assert isinstance(error, UnreachableError)
            assert value.strip() not in str(error)
        else:
            assert server.received[0].headers["x-sandbox-name"] == value.strip()


def test_the_debug_log_tells_what_was_retried_and_for_how_long(
    passing: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    """Method, path, outcome, duration, id and pause, and neither headers nor bodies."""
    caplog.set_level(logging.DEBUG, "pulumi_flowservice")

    with RawServer(BUSY, reset, OK) as server:
        send(server, passing)

    lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "again in" in line] == ["GET /path: again in 0.4 s", "GET /path: again in 0.8 s"]
    assert "GET /path: status 503" in lines[0]
    assert "closed the connection" in lines[2]
    assert "token-of-a-test" not in caplog.text


def test_requests_and_answers_print_neither_headers_nor_bodies() -> None:
    """Both hold secrets."""
    request = Request("POST", "https://x.example.com/", False, {"Authorization": "canary"}, body=b"canary")
    got = Answer(200, {"x": "canary"}, b"canary", "id")

    assert "canary" not in f"{request} {request!r} {got} {got!r}"
