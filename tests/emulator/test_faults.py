"""Each kind of fault does what its documentation says, as often as it is asked to."""

from __future__ import annotations

import http.client
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import FlowServiceApi
from tests.emulator.program import program


@pytest.fixture
def api(flowservice_emulator: Emulator) -> FlowServiceApi:
    """The program that meets the faults."""
    return program(flowservice_emulator)


def statuses(api: FlowServiceApi, count: int, path: str = "/connections") -> list[int]:
    """Return the statuses of some reads in a row."""
    return [api.send("GET", path).status for _ in range(count)]


@pytest.mark.parametrize("status", [404, 429, 500, 502, 503, 504])
def test_the_next_requests_answer_a_status(flowservice_emulator: Emulator, api: FlowServiceApi, status: int) -> None:
    """As many as were asked for, and none after them."""
    flowservice_emulator.fault("GET", "/connections", status=status, times=2)

    assert statuses(api, 3) == [status, status, 200]


def test_a_fault_meets_its_path_only(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """A star is one segment: single connections are met, what lies below them is not."""
    connection_id, _ = api.create()
    flowservice_emulator.fault("GET", "/connections/*", status=503)

    assert statuses(api, 1) == [200]
    assert statuses(api, 1, f"/connections/{connection_id}/explore?objectType=root") == [400]
    assert statuses(api, 1, f"/connections/{connection_id}") == [503]


def test_a_fault_can_let_some_pass_first(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """`skip` counts matching requests."""
    flowservice_emulator.fault("*", "/connections", status=503, skip=2)

    assert statuses(api, 4) == [200, 200, 503, 200]


def test_a_fault_can_meet_a_share(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """The share is chosen by chance, and the same requests are met with the same seed."""
    runs = []
    for _ in range(2):
        flowservice_emulator.clear_faults()
        flowservice_emulator.fault("GET", "/**", status=503, times=None, share=0.3, seed=7)
        runs.append(statuses(api, 40))

    assert runs[0] == runs[1]
    assert 5 <= runs[0].count(503) <= 20


def test_retry_after_comes_in_seconds(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """With 429 and the gateway's envelope."""
    flowservice_emulator.fault("GET", "/connections", status=429, retry_after=3)

    answer = api.send("GET", "/connections")

    assert answer.headers["retry-after"] == "3"
    assert answer.json == {"error_code": "429050", "message": "Too many requests"}


def test_retry_after_comes_as_a_date(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """A date ahead of the answer's own."""
    flowservice_emulator.fault("GET", "/connections", status=503, retry_after="date:30")

    headers = api.send("GET", "/connections").headers

    pause = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    assert 29 <= pause.total_seconds() <= 31


@pytest.mark.parametrize(
    ("form", "kind", "text"),
    [
        ("html", "text/html; charset=utf-8", "<html>"),
        ("empty", None, ""),
        ("malformed", "application/json", '{"errorMessage"'),
    ],
)
def test_a_body_can_be_no_json(
    flowservice_emulator: Emulator, api: FlowServiceApi, form: str, kind: str | None, text: str
) -> None:
    """HTML of a proxy, nothing at all, or cut off."""
    flowservice_emulator.fault("GET", "/connections", status=502, body=form)

    answer = api.send("GET", "/connections")

    assert (answer.status, answer.headers.get("content-type")) == (502, kind)
    assert answer.text.startswith(text)


def test_a_body_can_echo_the_request(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """With the secrets in it."""
    flowservice_emulator.fault("POST", "/connections", status=400, body="echo")

    answer = api.send("POST", "/connections", api.body(password="Canary-1"))

    assert "Canary-1" in answer.json["errorMessage"]


def test_a_body_can_be_anything(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """`json` is sent as it is."""
    flowservice_emulator.fault("GET", "/connections", status=418, json={"a": 1})

    assert api.send("GET", "/connections").json == {"a": 1}


def test_an_answer_can_be_lost_after_the_write(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """The connection exists, and its creator gets no answer."""
    flowservice_emulator.fault("POST", "/connections", kind="lost_answer")

    with pytest.raises(ConnectionError):
        api.send("POST", "/connections", api.body())

    assert [each["name"] for each in flowservice_emulator.connections()] == [api.prefix]


def test_a_connection_can_be_reset_before_the_write(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Nothing exists."""
    flowservice_emulator.fault("POST", "/connections", kind="reset")

    with pytest.raises(ConnectionError):
        api.send("POST", "/connections", api.body())

    assert flowservice_emulator.connections() == []


def test_a_write_can_come_late(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """504 now, and the connection is there some time later."""
    flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=30)

    answer = api.send("POST", "/connections", api.body())
    before = flowservice_emulator.connections()
    flowservice_emulator.advance(31)

    assert (answer.status, before) == (504, [])
    assert [each["name"] for each in flowservice_emulator.connections()] == [api.prefix]


def test_a_reset_calls_late_writes_off(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """A write that was still to come does not happen after it."""
    flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=30)
    api.send("POST", "/connections", api.body())

    flowservice_emulator.reset()
    flowservice_emulator.advance(31)

    assert flowservice_emulator.connections() == []


def test_an_answer_can_be_slow(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """The write is done at once; the answer comes when its time is over."""
    flowservice_emulator.fault("POST", "/connections", kind="slow", seconds=0.2)
    began = time.monotonic()

    answer = api.send("POST", "/connections", api.body())

    assert answer.status == 201
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_request_can_be_redirected(flowservice_emulator: Emulator, api: FlowServiceApi, status: int) -> None:
    """To wherever the fault says."""
    flowservice_emulator.fault("GET", "/connections", kind="redirect", status=status, location="http://127.0.0.1:9/")

    answer = api.send("GET", "/connections")

    assert (answer.status, answer.headers["location"]) == (status, "http://127.0.0.1:9/")


def test_a_body_can_be_huge(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """As large as the fault says; a client that goes away ends it."""
    flowservice_emulator.fault("GET", "/connections", kind="huge_body", bytes=3_000_000)

    assert len(api.send("GET", "/connections").text) > 2_900_000


def test_a_body_can_drip(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Byte by byte."""
    flowservice_emulator.fault("GET", "/connections", kind="drip", bytes=5, pause_seconds=0.01)

    assert api.send("GET", "/connections").text == " " * 5


@pytest.mark.parametrize(("kind", "start"), [("deep_json", "[[["), ("wrong_types", '{"items": {')])
def test_json_can_be_of_any_shape(flowservice_emulator: Emulator, api: FlowServiceApi, kind: str, start: str) -> None:
    """Nested deeply, or well formed and wrong."""
    flowservice_emulator.fault("GET", "/connections", kind=kind)

    answer = api.send("GET", "/connections")

    assert answer.status == 200
    assert answer.text.startswith(start)


def test_a_token_can_be_refused_from_now_on(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Only the token of this request."""
    other = program(flowservice_emulator)
    flowservice_emulator.fault("GET", "/connections", kind="revoke_token")

    assert statuses(api, 2) == [401, 401]
    assert statuses(other, 1) == [200]


def test_the_token_service_has_faults_too(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Its path is written in full."""
    flowservice_emulator.fault("POST", "/ims/token/v3", status=503)

    assert [api.request_token().status for _ in range(2)] == [503, 200]


def test_faults_spare_the_test_itself(flowservice_emulator: Emulator) -> None:
    """What a test sends by `request` meets no fault and uses none up."""
    flowservice_emulator.fault("GET", "/connections", status=503)

    assert flowservice_emulator.request("GET", "/connections").status == 200
    assert statuses(program(flowservice_emulator), 1) == [503]


def test_a_connection_is_kept_after_an_error(flowservice_emulator: Emulator) -> None:
    """An error status costs no new TCP connection; a client's pool stays usable."""
    flowservice_emulator.fault("GET", "/**", status=503, times=2)
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(flowservice_emulator.url).port)

    seen = []
    for _ in range(3):
        connection.request("GET", "/data/foundation/flowservice/connections")
        response = connection.getresponse()
        response.read()
        seen.append(response.status)
    connection.close()

    assert seen == [503, 503, 403]
