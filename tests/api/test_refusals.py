"""From a refusal to the error that names it, and to what a person can do about it."""

from __future__ import annotations

import json

import pytest
from pulumi_flowservice.api.refusals import refusal_error
from pulumi_flowservice.api.remedies import BY_CODE, remedy
from pulumi_flowservice.api.transport import Answer
from pulumi_flowservice.errors import (
    AnswerError,
    FlowServiceError,
    InUseError,
    NoAnswerError,
    NotFoundError,
    PatchPathError,
    TokenRefusedError,
    TransitionError,
    VersionConflictError,
)
from pulumi_flowservice.redaction import Redactor

GONE = "connections not found with id = [4890fc95]"
# The codes that Adobe's lists hold and that a connection can meet, in the order of the lists.
_LIST = """
1100-400 1101-404 1102-500 1103-503 1104-504 1400-500 1401-400 1403-400 1404-412 1405-400 1413-400 1414-400 1415-400
1416-400 1417-400 1418-400 1420-400 1421-400 1422-400 1434-400 1439-400 1445-400 1449-400 1450-400 1451-400 1452-400
1453-400 1455-400 1456-400 1457-400 1458-400 2000-401 2001-401 2002-401 2100-404 2101-404 2103-404 2105-400 2110-400
2114-400 2115-400 2118-403 2120-403 2121-403 1001-401 1002-403 1003-404 1004-415 1006-408 1011-503 1012-504 1013-412
1304-400 1308-400 1600-400 1601-400 1602-400 1603-400 1604-400 1605-400 1606-400 1607-400
401013 403010 403000 403003 403025 403027 400003 429050
"""
KNOWN = _LIST.split()


def error(status: int, body: object = b"", *, repeatable: bool = True) -> FlowServiceError:
    """The error for an answer; what is no bytes goes in as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(status, {"Content-Type": "application/json"}, content, "request-7")
    return refusal_error(answer, Redactor(), request_repeatable=repeatable)


def coded(code: str) -> FlowServiceError:
    """The error for an answer with that code, in the envelope that such codes come in."""
    if "-" not in code:
        return error(int(code[:3]), {"error_code": code, "message": "No"})
    return error(int(code[-3:]), {"type": f"http://ns.adobe.com/aep/errors/FLOW-{code}", "title": "No"})


@pytest.mark.parametrize("code", KNOWN)
def test_each_known_code_says_what_to_do(code: str) -> None:
    """The text names status, code, the API's words and the request, and ends with a sentence of advice."""
    found = coded(code)

    assert f"the API answered {code[-3:] if '-' in code else code[:3]} {code}: No (request request-7)." in str(found)
    assert len(found.remedy) > 20
    assert found.remedy.endswith(".")


def test_no_advice_is_for_a_code_that_nobody_knows() -> None:
    """The table holds the known codes and no others."""
    known = set(KNOWN) | {code.partition("-")[0] for code in KNOWN}

    assert set(BY_CODE) - known == {"1300-400"}


@pytest.mark.parametrize("status", [401, 403, 404, 407, 429, 500, 502, 503, 504, 599])
def test_a_status_alone_gives_advice_too(status: int) -> None:
    """Where the body says nothing."""
    assert remedy(status, "").endswith(".")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1101-404", NotFoundError),
        ("1404-412", VersionConflictError),
        ("1418-400", InUseError),
        ("1417-400", TransitionError),
        ("1455-400", PatchPathError),
        ("2114-400", TokenRefusedError),
        ("401013", TokenRefusedError),
        ("403010", TokenRefusedError),
        ("2000-401", AnswerError),
        ("1001-401", AnswerError),
        ("2100-404", AnswerError),
        ("2120-403", AnswerError),
        ("1103-503", AnswerError),
    ],
)
def test_codes_become_kinds(code: str, kind: type[FlowServiceError]) -> None:
    """What the lifecycle decides by is a class, not a number."""
    assert type(coded(code)) is kind


@pytest.mark.parametrize(
    ("status", "body", "is_gone"),
    [
        (404, {"errorMessage": GONE, "errorDetails": GONE}, True),
        (404, {"type": "x/FLOW-1101-404", "title": "Not found"}, True),
        (400, {"type": "x/FLOW-1439-400", "title": "The requested connection resource is not found"}, True),
        (400, {"type": "x/FLOW-1439-400", "title": "The requested connection spec is not found"}, False),
        (400, {"type": "x/FLOW-1439-400", "title": "The requested sourceConnection is not found"}, False),
        (404, {"type": "x/FLOW-2100-404", "title": "Sandbox not found"}, False),
        (404, {"error_code": "404000", "message": "The requested resource is not found"}, False),
        (404, b"<html><title>404 connections not found</title>", False),
        (404, b"", False),
        (410, b"", False),
        (200, {"errorMessage": GONE}, False),
    ],
)
def test_gone_is_only_what_says_so(status: int, body: object, is_gone: bool) -> None:
    """A wrong "gone" would make a second connection, so everything doubtful keeps the state."""
    assert isinstance(error(status, body), NotFoundError) == is_gone


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_after_a_5xx_to_a_post_it_is_unknown_what_was_done(status: int) -> None:
    """The caller has to look; after other requests it is a plain no."""
    assert isinstance(error(status, repeatable=False), NoAnswerError)
    assert isinstance(error(status, repeatable=True), AnswerError)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_error(status: int) -> None:
    """The text says that it is never followed, and not where to."""
    assert "never followed" in str(error(status))


def test_an_echo_leaks_nothing() -> None:
    """Not through the text, the title, the arguments or the attributes of the error."""
    found = error(400, {"errorMessage": 'bad {"password": "canary"} with Bearer canary', "error": "canary-canary"})

    assert "canary" not in f"{found} {found!r} {vars(found)} {found.args}"


@pytest.mark.parametrize("status", [408, 500, 503, 504])
def test_after_trouble_a_post_may_have_been_applied(status: int) -> None:
    """No plain "no": whoever sent it looks for what it may have made."""
    assert isinstance(error(status, repeatable=False), NoAnswerError)
