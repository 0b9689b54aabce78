"""The access token: one call for all threads, renewed in time, and plain words when there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest
from pulumi_flowservice.api.auth import AccessToken, ClientCredentials
from pulumi_flowservice.api.transport import Transport
from pulumi_flowservice.errors import AnswerError, Code, FlowServiceError, Reason, UnreachableError
from pulumi_flowservice.redaction import PROCESS, Secrets
from pulumi_flowservice.settings import Settings

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer, reset
from tests.support.sending import SECRET, soon, token_answer

DAY = 86_399


def credentials(server: RawServer, passing: FakeTime) -> ClientCredentials:
    """Client credentials for that token service."""
    settings = Settings(ims_endpoint=server.url, client_id="a-client", client_secret=SECRET)
    return ClientCredentials(settings, Transport(request_timeout=5, clock=passing.clock))


def refused() -> AnswerError:
    """What the API says to a token that it does not take."""
    return AnswerError("the API answered 401 401013", status=401, request_id="r-1", reason=Reason.TOKEN)


def in_threads(count: int, work: Callable[[], object]) -> list[object]:
    """Do the same at once in many threads; their results, or what they raised."""
    barrier = threading.Barrier(count)

    def run(_number: int) -> object:
        barrier.wait()
        try:
            return work()
        except FlowServiceError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_the_token_call_is_the_documented_one(passing: FakeTime) -> None:
    """A form in the body, with the scopes separated by commas; nothing of it in the address."""
    with RawServer(token_answer()) as server:
        credentials(server, passing).token(soon(passing.clock))

    [asked] = server.received
    form = {name: value[0] for name, value in parse_qs(asked.body.decode()).items()}
    assert (asked.method, asked.path) == ("POST", "/ims/token/v3")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert form == {
        "grant_type": "client_credentials",
        "client_id": "a-client",
        "client_secret": SECRET,
        "scope": "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext",
    }


def test_sixteen_threads_share_one_call(passing: FakeTime) -> None:
    """All of them get the token that the first one fetched."""
    with RawServer(token_answer()) as server:
        source = credentials(server, passing)

        tokens = in_threads(16, lambda: source.token(soon(passing.clock)))

        assert tokens == ["token-1"] * 16
        assert len(server.received) == 1


def test_sixteen_threads_share_one_renewal(passing: FakeTime) -> None:
    """A token that is refused in all threads at once is replaced once."""
    with RawServer(token_answer(1), token_answer(2)) as server:
        source = credentials(server, passing)
        old = source.token(soon(passing.clock))

        tokens = in_threads(16, lambda: source.renew(old, refused(), soon(passing.clock)))

        assert tokens == ["token-2"] * 16
        assert len(server.received) == 2


def test_threads_that_wait_share_a_failure(passing: FakeTime) -> None:
    """One after another, the retries of sixteen threads would take a quarter of an hour."""
    with RawServer(answer(503)) as server:
        source = credentials(server, passing)

        found = in_threads(16, lambda: source.token(soon(passing.clock)))

        assert all(isinstance(error, AnswerError) and error.status == 503 for error in found)
        assert len({id(error) for error in found}) == 16
        # Who came only after the failure asks anew; most of them waited for it.
        assert len(server.received) <= 3 * 9


@pytest.mark.parametrize(
    ("expires_in", "chance", "lasts"),
    [
        (DAY, 0.0, DAY - 300),
        (DAY, 1.0, DAY - 600),
        (86_399_992, 0.0, 86_399.992 - 300),
        (600_000, 0.0, 450),
        (86_400, 0.0, 86_400 - 300),
        (str(DAY), 0.0, DAY - 300),
        (400, 0.0, 300),
        (3600, 1.0, 3000),
        (None, 0.0, 3300),
        ("soon", 0.0, 3300),
        (0, 0.0, 3300),
        (-5, 0.0, 3300),
        ([], 0.0, 3300),
        (float("nan"), 0.0, 3300),
        pytest.param(10**400, 0.0, 3300, id="enormous"),
    ],
)
def test_a_token_is_renewed_early(expires_in: object, chance: float, lasts: float) -> None:
    """Five to ten minutes before its end, by chance; milliseconds, which an older service gave, are told apart."""
    passing = FakeTime(chance=chance)
    with RawServer(token_answer(1, expires_in=expires_in), token_answer(2)) as server:
        source = credentials(server, passing)
        source.token(soon(passing.clock))

        passing.now = lasts - 1
        before = source.token(soon(passing.clock))
        passing.now = lasts + 1
        after = source.token(soon(passing.clock))

    assert (before, after) == ("token-1", "token-2")


def test_a_wrong_local_clock_does_not_matter(passing: FakeTime) -> None:
    """Expiry is counted from the answer on, so a clock that is a year off changes nothing."""
    with RawServer(token_answer(), token_answer(2)) as server:
        source = credentials(server, passing)

        assert source.token(soon(passing.clock)) == source.token(soon(passing.clock)) == "token-1"


def test_trouble_of_the_token_service_is_waited_out(passing: FakeTime) -> None:
    """Asking twice for a token harms nobody."""
    script = (answer(503), reset, answer(429, Retry_After="20"), token_answer())
    with RawServer(*script) as server:
        token = credentials(server, passing).token(soon(passing.clock))

    assert token == "token-1"
    assert max(passing.sleeps) >= 20


@pytest.mark.parametrize(
    ("status", "error", "description", "words"),
    [
        (400, "invalid_client", "invalid client_secret parameter", "the client secret is wrong. Copy it again"),
        (400, "invalid_client", "invalid client_id parameter", "the client id is unknown. Compare it"),
        (400, "invalid_client", "", "the client id or the client secret is wrong"),
        (400, "invalid_scope", "scope x is not allowed", "a scope is missing or not allowed. Set flowservice:scopes"),
        (403, "access_denied", "The organization is disabled", "the organization is disabled or unknown. Ask"),
        (400, "invalid_request", "bad", "the token service answered 400"),
        (503, "", "", "the token service answered 503"),
        (302, "", "", "the token service answered 302"),
    ],
)
def test_each_refusal_has_its_sentence(
    status: int, error: str, description: str, words: str, passing: FakeTime
) -> None:
    """The text says which setting is wrong and what to do, with the request's id, and holds no secret."""
    body = {"error": error, "error_description": description}
    with RawServer(answer(status, body)) as server, pytest.raises(AnswerError) as raised:
        credentials(server, passing).token(soon(passing.clock))

    problem, _, advice = words.partition(". ")
    assert problem in str(raised.value)
    assert advice in str(raised.value)
    assert "; request " in str(raised.value)
    assert SECRET not in str(raised.value)


def test_an_echo_of_the_form_is_left_out(passing: FakeTime) -> None:
    """A token service that quotes the request must not spread the secret."""
    echo = {"error": SECRET, "error_description": f"bad form: client_id=a-client&client_secret={SECRET}"}
    with RawServer(answer(400, echo)) as server, pytest.raises(AnswerError) as raised:
        credentials(server, passing).token(soon(passing.clock))

    assert SECRET not in f"{raised.value} {raised.value!r} {vars(raised.value)}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        {"access_token": 3},
        {"access_token": ""},
        {"access_token": "a\r\nb"},
        {"access_token": "é"},
    ],
)
def test_an_answer_without_a_token_is_no_token(body: object, passing: FakeTime) -> None:
    """Nothing was sent to the API then, so nothing was done there."""
    with RawServer(answer(200, body)) as server, pytest.raises(UnreachableError, match="no access token"):
        credentials(server, passing).token(soon(passing.clock))


def test_a_token_service_out_of_reach_is_said(passing: FakeTime) -> None:
    """The text names the host, and the creation it was for surely did not happen."""
    with RawServer(reset) as server, pytest.raises(UnreachableError, match=r"no access token: 127\.0\.0\.1") as raised:
        credentials(server, passing).token(soon(passing.clock))

    assert raised.value.is_final


def test_a_ready_made_token_explains_its_end(passing: FakeTime) -> None:
    """It cannot be renewed; the text says what it was, how long such a token lives and what to set instead."""
    source = AccessToken("a-ready-made-token")

    with pytest.raises(AnswerError) as raised:
        source.renew(source.token(soon(passing.clock)), refused(), soon(passing.clock))

    assert (raised.value.refusal, raised.value.code) == (Reason.TOKEN, Code.TOKEN_REFUSED)
    for words in ("configured access token was refused", "401013", "24 hours", "FLOWSERVICE_ACCESS_TOKEN", "client id"):
        assert words in str(raised.value)


def test_an_hour_with_tokens_that_last_minutes(passing: FakeTime) -> None:
    """A call a second for an hour, tokens of ten minutes: one token call per token, none refused."""
    with RawServer(token_answer(1, expires_in=600)) as server:
        source = credentials(server, passing)

        for passing.now in range(3600):
            source.token(soon(passing.clock))

        assert len(server.received) == 8


def test_nothing_prints_a_secret(passing: FakeTime) -> None:
    """Neither `str` nor `repr` of whatever holds one."""
    known = Secrets([SECRET])
    settings = Settings(client_id="a-client", client_secret=SECRET, access_token=SECRET)
    source = AccessToken(SECRET)
    with RawServer(token_answer()) as server:
        fetched = credentials(server, passing)
        token = fetched.token(soon(passing.clock))

    shown = "".join(f"{thing} {thing!r}" for thing in (known, PROCESS, settings, source, fetched, fetched._current))
    assert SECRET not in shown
    assert token not in shown
