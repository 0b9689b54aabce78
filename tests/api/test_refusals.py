"""From a refusal to the error that names it, and to what a person can do about it."""

from __future__ import annotations

import json

import pytest
from pulumi_flowservice.api.answers import Answer, gone_rule, refusal_error
from pulumi_flowservice.api.outcomes import Gone
from pulumi_flowservice.api.remedies import BY_CODE, remedy
from pulumi_flowservice.errors import AnswerError, Code, FlowServiceError, NoAnswerError, Reason
from pulumi_flowservice.redaction import LEFT_OUT, Secrets

GONE = "connections not found with id = [4890fc95]"
ID = "4890fc95-5a1f-4983-94bb-e060c08e3f81"
OTHER = "11111111-5a1f-4983-94bb-e060c08e3f81"
# The codes of Adobe's lists that requests of this provider can meet, in the order of the lists.
_LIST = """
1100-400 1101-404 1102-500 1103-503 1104-504 1400-500 1404-412 1413-400 1415-400 1416-400 1417-400 1418-400 1420-400
1421-400 1422-400 1439-400 1439-404 1445-400 1449-400 1450-400 1451-400 1452-400 1453-400 1455-400 1457-400 1458-400
2000-401 2001-401 2002-401 2100-404 2101-404 2103-404 2106-404 2105-400 2114-400 2115-400 2118-403 2120-403 2121-403
1001-401 1002-403 1003-404 1006-408 1008-401 1009-403 1011-503 1012-504 1013-412 1105-401 1300-400 1304-400 1308-400
1387-400 1388-400
1601-500 1602-404 1603-503 1604-504 1605-401 1606-403 1607-412
401013 403010 403000 403003 403025 403027 400003 429050
"""
KNOWN = _LIST.split()
# What these mean is in the status.
UNTITLED = {"429050", "1006-408", "1602-404"}


def error(status: int, body: object = b"", *, is_write: bool = False, lost: bool = False) -> FlowServiceError:
    """Return the error for an answer about the connection `ID`; what is not bytes goes in as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(
        status, {"Content-Type": "application/json"}, content, "request-7", follows_unanswered=lost, attempts=1 + lost
    )
    return refusal_error(answer, Secrets().quote, is_write=is_write, is_gone=gone_rule("connections", ID))


def coded(code: str) -> FlowServiceError:
    """Return the error for an answer with that code, in the envelope that such codes come in."""
    if "-" not in code:
        return error(int(code[:3]), {"error_code": code, "message": "No"})
    return error(int(code[-3:]), {"type": f"http://ns.adobe.com/aep/errors/FLOW-{code}", "title": "No"})


@pytest.mark.parametrize("code", ["2000-401", "2001-401", "2002-401", "1008-401", "1009-403", "400003", "403025"])
def test_a_wrong_organization_names_the_setting(code: str) -> None:
    """However the API refuses an organization, the advice says where it was set."""
    assert "Check flowservice:imsOrg" in str(coded(code))


@pytest.mark.parametrize("code", KNOWN)
def test_each_known_code_says_what_to_do(code: str) -> None:
    """The text names status, code, the API's words and the request, and ends with a sentence of advice."""
    found = coded(code)

    assert f"the API answered {code[-3:] if '-' in code else code[:3]} {code}: No (request request-7)." in str(found)
    assert len(found.remedy) > 20
    assert found.remedy.endswith(".")


def test_no_advice_is_for_a_code_that_nobody_knows() -> None:
    """The table holds known codes, and only where the status alone would say something else."""
    assert set(BY_CODE) <= set(KNOWN)
    for code, advice in BY_CODE.items():
        status = int(code[-3:]) if "-" in code else int(code[:3])
        assert remedy(status, "") != advice


@pytest.mark.parametrize("code", ["1001-401", "1002-403", "1105-401", "1605-401", "1606-403"])
def test_a_missing_right_is_not_the_database_s(code: str) -> None:
    """The user that Adobe's list speaks of is this credential."""
    assert "View Sources" in coded(code).remedy


@pytest.mark.parametrize("status", [401, 403, 404, 407, 408, 412, 429, 500, 502, 503, 504, 599])
def test_a_status_alone_gives_advice_too(status: int) -> None:
    """Where the body says nothing."""
    assert remedy(status, "").endswith(".")


@pytest.mark.parametrize(
    ("code", "reason", "own"),
    [
        ("1101-404", Reason.GONE, Code.NOT_FOUND),
        ("1308-400", Reason.DATABASE, Code.REFUSED),
        ("1013-412", Reason.CONFLICT, Code.CONFLICT),
        ("1404-412", Reason.CONFLICT, Code.CONFLICT),
        ("1418-400", Reason.IN_USE, Code.IN_USE),
        ("1417-400", Reason.IN_TRANSITION, Code.IN_TRANSITION),
        ("1455-400", Reason.PATH, Code.REFUSED),
        ("2114-400", Reason.TOKEN, Code.TOKEN_REFUSED),
        ("401013", Reason.TOKEN, Code.TOKEN_REFUSED),
        ("403010", Reason.TOKEN, Code.TOKEN_REFUSED),
        ("2000-401", Reason.PERMISSION, Code.REFUSED),
        ("1001-401", Reason.PERMISSION, Code.REFUSED),
        ("1105-401", Reason.PERMISSION, Code.REFUSED),
        ("1439-400", None, Code.REFUSED),
        ("1439-404", None, Code.REFUSED),
        ("2100-404", None, Code.REFUSED),
        ("2120-403", Reason.PERMISSION, Code.REFUSED),
        ("1103-503", None, Code.REFUSED),
    ],
)
def test_codes_become_reasons(code: str, reason: Reason | None, own: str) -> None:
    """What the lifecycle decides by is a reason, not a number."""
    found = coded(code)

    assert type(found) is AnswerError
    assert (found.refusal, found.code) == (reason, own)


@pytest.mark.parametrize(
    ("status", "reason"), [(401, Reason.TOKEN), (403, Reason.PERMISSION), (412, Reason.CONFLICT), (404, None)]
)
def test_a_status_alone_has_a_reason_too(status: int, reason: Reason | None) -> None:
    """Where the body says nothing."""
    assert error(status).refusal is reason


@pytest.mark.parametrize("said", ["targetConnections", "target connections", "Target Connections"])
def test_a_name_of_two_words_has_several_spellings(said: str) -> None:
    """In paths it is one word; how texts have it is not documented."""
    answer = Answer(404, {}, json.dumps({"errorMessage": f"{said} not found with id = [{ID}]"}).encode(), "request-7")
    rule = gone_rule("target connections", ID)

    assert refusal_error(answer, Secrets().quote, is_write=False, is_gone=rule).refusal is Reason.GONE


def published(code: str, named: str, text: str, type_: str = "connections") -> dict[str, object]:
    """Return the envelope that Adobe publishes for a flow that an access label hides, for another resource."""
    return {
        "type": f"https://ns.adobe.com/aep/errors/FLOW-{code}",
        "title": "Resource not found",
        "status": int(code[-3:]),
        "report": {"detailed-message": text, "id": named, "request-id": "x", "type": type_},
        "errorMessage": text,
        "errorDetails": text,
    }


@pytest.mark.parametrize(
    ("status", "body", "is_gone"),
    [
        (404, {"errorMessage": GONE, "errorDetails": GONE}, True),
        (404, {"title": "Not found", "errorMessage": GONE}, True),
        (404, {"type": "x/FLOW-1101-404", "title": "Not found"}, True),
        (404, published("1439-404", ID, "x"), True),
        (400, published("1439-400", ID, "x"), True),
        (404, published("1439-404", ID, "x", "flows"), True),
        (404, published("1439-404", OTHER, f"flow {OTHER} of connection {ID} is not found", "flows"), False),
        (404, published("1439-404", OTHER, f"instead of {ID}"), False),
        (400, {"type": "x/FLOW-1439-400", "title": f"The requested connection resource [{ID}] is not found"}, True),
        (404, {"type": "x/FLOW-1439-404", "title": f"The requested connections resource {ID} is not found."}, True),
        (400, {"type": "x/FLOW-1439-400", "title": f"Resource {ID}-x is not found"}, False),
        (400, {"type": "x/FLOW-1439-400", "title": "The requested connection spec is not found"}, False),
        (403, published("1439-404", ID, "x"), False),
        (404, {"type": "x/FLOW-2100-404", "title": "Sandbox not found"}, False),
        (404, {"type": "x/FLOW-1102-404", "title": "Resource not found"}, False),
        (404, {"error_code": "404000", "message": "The requested resource is not found"}, False),
        (404, b"<html><title>404 connections not found</title>", False),
        (404, b"", False),
        (410, b"", False),
        (200, {"errorMessage": GONE}, False),
        (400, {"errorMessage": GONE}, False),
    ],
)
def test_gone_is_only_what_says_so(status: int, body: object, is_gone: bool) -> None:
    """A wrong "gone" would make a second connection, so everything doubtful keeps the state."""
    assert (error(status, body).refusal is Reason.GONE) == is_gone
    assert (error(status, body).code == Code.NOT_FOUND) == is_gone


def test_a_list_is_never_gone() -> None:
    """Only a request that named the connection can tell."""
    answer = Answer(404, {}, json.dumps({"errorMessage": GONE}).encode(), "request-7")

    found = refusal_error(answer, Secrets().quote, is_write=False)

    assert (type(found), found.refusal, found.code) == (AnswerError, None, Code.REFUSED)


@pytest.mark.parametrize(("code", "may_be_hidden"), [("1101-404", False), ("1439-400", False), ("1439-404", True)])
def test_what_is_gone_may_be_hidden(code: str, may_be_hidden: bool) -> None:
    """Adobe publishes 1439-404 for a dataflow that an access label hides, too."""
    found = error(int(code[-3:]), published(code, ID, "x"))

    assert isinstance(found, AnswerError) and found.refusal is Reason.GONE
    assert found.code == Code.NOT_FOUND
    assert Gone(found).may_be_hidden == may_be_hidden


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_after_trouble_a_write_may_have_been_applied(status: int) -> None:
    """Whoever wrote has to look; a read was refused, and that is all."""
    assert isinstance(error(status, is_write=True), NoAnswerError)
    assert isinstance(error(status, is_write=False), AnswerError)


def test_an_earlier_attempt_is_told_of_a_write_only() -> None:
    """A read applies nothing."""
    assert error(403, is_write=True, lost=True).earlier
    assert not error(403, is_write=False, lost=True).earlier
    assert not error(403, is_write=True).earlier
    assert error(403, is_write=True, lost=True).may_be_applied
    assert not error(403, is_write=False, lost=True).may_be_applied
    assert not error(403, is_write=True).may_be_applied


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_error(status: int) -> None:
    """The text says that it is never followed, and not where to."""
    assert "never followed" in str(error(status))


def test_an_echo_leaks_nothing() -> None:
    """Not through the text, the title, the arguments or the attributes of the error."""
    body = {"errorMessage": 'bad {"password": "canary"} with Bearer canary', "error": "canary-canary"}
    answer = Answer(400, {}, json.dumps(body).encode(), "request-7")
    found = refusal_error(answer, Secrets(["canary"]).quote, is_write=True)

    assert "canary" not in f"{found} {found!r} {vars(found)} {found.args}"
    assert f"the API answered 400: {LEFT_OUT} (request request-7)" in str(found)


@pytest.mark.parametrize("code", sorted(set(KNOWN) - UNTITLED))
def test_a_known_code_says_what_it_means_without_the_text(code: str) -> None:
    """A sentence of our own stands in for a text that may hold a secret; the code, the status and the id stay."""
    in_words, body = code.partition("-")[2] or code[:3], {"error_code": code, "message": "got zq7"}
    if "-" in code:
        body = {"type": f"http://ns.adobe.com/aep/errors/FLOW-{code}", "title": "got zq7"}
    answer = Answer(int(in_words), {}, json.dumps(body).encode(), "request-7")
    found = str(refusal_error(answer, Secrets(["zq7"]).quote, is_write=False))

    told, _, rest = found.partition(f"; {LEFT_OUT} (request request-7)")
    assert rest and "zq7" not in found
    assert len(told.partition(f"the API answered {in_words} {code}: ")[2]) > 20
