"""Six shapes of error body, and bodies that are none of them."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.api.answers import Answer, said
from pulumi_flowservice.api.envelopes import Refusal, read_refusal
from pulumi_flowservice.redaction import LEFT_OUT, Secrets

NOT_FOUND = "connections not found with id = [4890fc95-5a1f-4983-94bb-e060c08e3f81]"
STANDARD = {
    "type": "http://ns.adobe.com/aep/errors/FLOW-1418-400",
    "title": "Invalid request",
    "status": 400,
    "report": {"tenantInfo": {"sandboxName": "prod"}, "detailed-message": "The base connection is being used"},
    "error-chain": [{"serviceId": "FLOW", "errorCode": "FLOW-1418-400"}],
}


def read(body: object, content_type: str = "application/json", *secrets: str) -> Refusal:
    """Read a body, with its text as a message quotes it; what is not bytes goes in as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    refusal = read_refusal(Answer(400, {"Content-Type": content_type}, content, "request-7"))
    return replace(refusal, text=said(refusal, Secrets(secrets).quote), kind="")


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({"error_code": "401013", "message": "Oauth token is not valid"}, "401013", "Oauth token is not valid"),
        ({"error_code": 401013, "message": "Oauth token is not valid"}, "401013", "Oauth token is not valid"),
        ({"errorMessage": NOT_FOUND, "errorDetails": NOT_FOUND}, "", NOT_FOUND),
        ({"message": "Please provide a valid spec id"}, "", "Please provide a valid spec id"),
        (
            {"type": "/placeholder/type/uri", "status": 400, "title": "BadRequestError", "detail": "A content-type."},
            "",
            "BadRequestError: A content-type",
        ),
        (STANDARD, "1418-400", "Invalid request: The base connection is being used"),
        ({"title": "x", "error-chain": [{"errorCode": "INSGHT-1000-400"}]}, "1000-400", "x"),
        ({"errorCode": "2100-404", "title": "Sandbox not found"}, "2100-404", "Sandbox not found"),
        ({"title": "Forbidden", "detail": "No.", "message": "No."}, "", "Forbidden: No"),
        ({"errors": [{"message": "one"}, {"message": "two"}]}, "", "one: two"),
        ({"error": "invalid_client", "error_description": "bad"}, "invalid_client", "bad"),
    ],
)
def test_each_envelope_is_understood(body: object, code: str, text: str) -> None:
    """A code where there is one, and the API's words once."""
    assert read(body) == Refusal(code, text)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"", "", "the answer has no body"),
        (b" \r\n", "application/json", "the answer has no body"),
        (
            b"<html><head><title>502 Bad\nGateway</title></head></html>",
            "text/html",
            'an HTML page, perhaps of a proxy, titled "502 Bad Gateway"',
        ),
        (b"<!DOCTYPE x><p>no title", "text/html; charset=x", "an HTML page, perhaps of a proxy"),
        (b'{"errorMessage": "the end is miss', "application/json", '{"errorMessage": "the end is miss'),
        ('{"message": "état"}'.encode("latin-1"), "application/json", '{"message": "\ufffdtat"}'),
        ('{"message": "état"}'.encode("utf-16"), "application/json; charset=utf-16", "état"),
        (b"\xef\xbb\xbf" + b'{"message": "with a mark"}', "application/json", "with a mark"),
        (b"Service Unavailable", "text/plain", "Service Unavailable"),
        (b"[1, 2]", "application/json", "[1, 2]"),
        (b"null", "application/json", "null"),
    ],
)
def test_bodies_that_are_no_envelope(body: bytes, content_type: str, text: str) -> None:
    """Empty, HTML from a proxy, truncated JSON, a wrong charset, plain text, JSON that is no object."""
    assert read(body, content_type) == Refusal("", text)


@pytest.mark.parametrize(
    "body",
    [
        {"type": ["x"], "error_code": {}, "error-chain": "x", "errors": {"a": 1}, "report": [], "title": 7},
        {"error-chain": [1, None], "errors": [None, 3], "message": None},
        {"error_code": True, "message": ""},
        {"error": {"message": "nested"}},
    ],
)
def test_wrong_types_do_no_harm(body: object) -> None:
    """What cannot be read as words is shown as it came."""
    assert read(body).text


def test_deep_json_does_no_harm() -> None:
    """A body that nests a hundred thousand times is shown from its beginning."""
    assert read(b"[" * 100_000).text.startswith("[[[")


@pytest.mark.long
@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_body_is_read(body: bytes, content_type: str) -> None:
    """Never an exception, never more than 400 characters, none that steers a terminal."""
    refusal = read(body, content_type)

    assert len(refusal.text) <= 400
    assert refusal.text.isprintable()


def test_a_long_text_is_shortened_after_it_was_searched() -> None:
    """Half of a secret at the cut would not be known by its value."""
    for filler in range(370, 401):
        body = {"message": "x" * filler + "canary-in-the-body"}
        text = read(body, "application/json", "canary-in-the-body").text
        assert "canary" not in text
        assert len(text) <= 400


@pytest.mark.long
def test_a_long_title_is_shortened_after_it_was_searched() -> None:
    """What stands far behind is left out with the rest."""
    secret = "canary" + "y" * 2_000
    for filler in range(0, 2_006, 17):
        page = f"<html><title>{'x' * filler} {secret} {secret}</title>".encode()
        text = read(page, "text/html", secret).text
        assert "canary" not in text
        assert len(text) <= 400


def test_white_space_in_a_secret_does_not_save_it() -> None:
    """The text is put on one line only after it was searched."""
    secret = "canary one\n  canary two"

    assert "canary" not in read({"message": f"with {secret}"}, "application/json", secret).text
    assert "canary" not in read(f"<html><title>with {secret}</title>".encode(), "text/html", secret).text


@pytest.mark.parametrize("piece", [b"<title", b"<title>", b"<title <", b"<html><title x"], ids=bytes.decode)
def test_no_page_makes_it_slow(piece: bytes) -> None:
    """A megabyte of titles without an end takes a moment."""
    started = time.process_time()

    read(b"<html>" + piece * (2**20 // len(piece)), "text/html")

    assert time.process_time() - started < 1.5


def test_a_code_that_is_an_echo_is_no_code() -> None:
    """Only a word of the token service's kind counts."""
    assert read({"error": "MySecret-123", "message": "no"}).code == ""


@pytest.mark.parametrize("envelope", ["errorMessage", "message", "detail", "title", "other"])
@pytest.mark.parametrize("secret", ['can"ary\\', "canary.token"])
def test_an_echoed_request_is_left_out(envelope: str, secret: str) -> None:
    """A 4xx body that quotes the request, headers and all, leaks neither password nor token."""
    sent = json.dumps({"auth": {"params": {"server": "here", "password": 'can"ary\\'}}})
    body = {envelope: f"bad request: {sent} with Bearer canary.token"}

    assert read(body, "application/json", secret).text == LEFT_OUT


def test_our_words_for_a_page_stay() -> None:
    """A password that is one of them changes nothing; the title is left out if it has the password."""
    page = b"<html><title>Proxy</title>"

    assert read(page, "text/html", "perhaps").text == 'an HTML page, perhaps of a proxy, titled "Proxy"'
    assert read(page, "text/html", "proxy").text == f"an HTML page, perhaps of a proxy; {LEFT_OUT}"
