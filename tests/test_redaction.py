"""What leaves the process: no secret, whatever it looks like and however it was echoed."""

from __future__ import annotations

import json
import logging
import pickle
import string
import sys
import time
from html import escape
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.redaction import MASK, SECRETS, RedactingFormatter, Redactor, one_line, printable

NASTY = [
    'quo"te',
    "apo'strophe",
    "quote\" and apostrophe'",
    "back\\slash",
    "ends-in-backslash\\",
    '\\"both\\"',
    '{"json": "inside"}',
    "100%-percent%20",
    "new\nline",
    "tab\tand\rreturn",
    "ümläut-ß-☃",
    "<html>&amp;",
    "a b  c   d",
    "slash/es+plus=equal",
    "$(shell)`x`",
]


def by_key(secret: str) -> dict[str, str]:
    """The secret in each of the forms in which a body may echo it behind a key."""
    document = {"server": "here", "password": secret, "database": "there"}
    return {
        "json": json.dumps(document),
        "json, not ascii": json.dumps(document, ensure_ascii=False),
        "json in json": json.dumps({"errorMessage": json.dumps(document)}),
        "json in json in json": json.dumps(json.dumps(json.dumps(document))),
        "python": repr(document),
        "form": urlencode(document),
    }


def spoken(secret: str) -> dict[str, str]:
    """The secret without a key, as a sentence may quote it."""
    return {
        "plain": f"login with {secret} failed",
        "python": f"login with {secret!r} failed",
        "json": f"login with {json.dumps(secret)} failed",
        "json in json": json.dumps(f"login with {json.dumps(secret)} failed"),
        "percent": f"login with {quote(secret, safe='')} failed",
        "html": f"<p>login with {escape(secret)} failed</p>",
        "html of json": escape(json.dumps(secret)),
    }


def traces(secret: str, text: str) -> list[str]:
    """Pieces of the secret that can still be read: every run of four of its letters."""
    letters = [run for run in "".join(c if c.isalnum() else " " for c in secret).split() if len(run) >= 4]
    return [run for run in letters if run in text]


@pytest.mark.parametrize("secret", NASTY)
def test_a_value_behind_a_key_goes_by_structure(secret: str) -> None:
    """Nobody has told the redactor the value; what stands around it stays."""
    for form, text in by_key(secret).items():
        shown = Redactor().redact(text)

        assert traces(secret, shown) == [], form
        assert "here" in shown and "there" in shown, form


@pytest.mark.parametrize("secret", NASTY)
def test_a_known_value_goes_wherever_it_stands(secret: str) -> None:
    """In every spelling that an answer may use."""
    redactor = Redactor()
    redactor.learn(secret)

    for form, text in spoken(secret).items():
        assert traces(secret, redactor.redact(text)) == [], form


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_value_behind_a_key_goes(secret: str) -> None:
    """By structure alone: the value's own JSON is nowhere in what is left."""
    text = json.dumps([json.dumps({"password": f"<<{secret}>>", "server": "here"})])

    shown = Redactor().redact(text)

    assert "<<" not in shown
    assert "here" in shown


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=6))
def test_any_known_value_goes(secret: str) -> None:
    """By value alone, plain and in JSON."""
    redactor = Redactor()
    redactor.learn(secret)

    assert secret not in redactor.hide(f"a {secret} b").replace(MASK, "")
    assert json.dumps(secret)[1:-1] not in redactor.hide(json.dumps([secret])).replace(MASK, "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def-ghi", f"Authorization: {MASK}"),
        ("header 'Bearer abc.def' refused", f"header 'Bearer {MASK}' refused"),
        ("https://user:pass@host/path", f"https://{MASK}@host/path"),
        ("password=abc;database=dev", f"password={MASK};database=dev"),
        ("PWD=abc database=dev", f"PWD={MASK} database=dev"),
        ('"client_secret": 12345678, "a": 1', f'"client_secret": {MASK}, "a": 1'),
        ('"passwords": ["abc", "def"]', f'"passwords": {MASK}'),
        ("clientSecret => 'abc'", f"clientSecret => {MASK}"),
        ('"password": "cut off in the mid', f'"password": {MASK}'),
    ],
)
def test_structures(text: str, shown: str) -> None:
    """Headers, addresses, connection strings, numbers, lists, and texts that end too soon."""
    assert Redactor().redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Oauth token is not valid",
        "invalid client_secret parameter",
        "connections not found with id = [4890fc95-5a1f-4983-94bb-e060c08e3f81]",
        'Supplied version=["0400-1"] does not match the current version on entity=["0400-2"]',
        "the password of user 'loader' was refused",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    """A text that only speaks of passwords and tokens keeps its sense."""
    assert Redactor().redact(text) == text


def test_a_short_secret_goes_by_structure_only() -> None:
    """A password `dev` must not blank each database `dev`, which would betray it by the gaps."""
    redactor = Redactor()
    redactor.learn("dev")

    assert redactor.redact('{"database": "dev", "password": "dev"}') == f'{{"database": "dev", "password": {MASK}}}'


def test_a_secret_that_holds_another_goes_whole() -> None:
    """The longest goes first, or the rest of it would stay."""
    redactor = Redactor()
    redactor.learn("hunter22", "hunter22-and-more")

    assert redactor.hide("with hunter22-and-more") == f"with {MASK}"


def test_what_is_not_a_string_is_not_learned() -> None:
    """Unknown and missing inputs come here too."""
    redactor = Redactor()
    redactor.learn(None, 123456, "")

    assert redactor.hide("123456 None") == "123456 None"


@pytest.mark.parametrize(
    "text",
    [
        "password" * 50_000,
        "password " * 45_000,
        "a" * 400_000,
        "\\" * 400_000,
        'password="' * 40_000,
        "password: \\" * 36_000,
        "password" + "\\" * 400_000,
        "token" + " " * 400_000,
        "://" * 130_000,
        "://a:" * 80_000,
        "Bearer " * 57_000,
        "\"'" * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_makes_it_slow(text: str) -> None:
    """400 kB of what regular expressions like least take a moment: the time grows with the length only."""
    redactor = Redactor()
    redactor.learn('"\\' * 20, "password" * 4)
    started = time.process_time()

    redactor.redact(text)

    assert time.process_time() - started < 1.5


def test_control_characters_do_not_reach_a_terminal() -> None:
    """A name at the server could colour the terminal, or overwrite a line; a line break is fine."""
    assert printable("a\x1b[31mred\x07\r\u202eb\nc") == r"a\x1b[31mred\x07\r\u202eb" + "\nc"


def test_a_name_stays_within_its_line() -> None:
    """A line break is escaped too, where a text from outside stands in a table or a log."""
    assert one_line("a\x1b\nb\u2028c") == r"a\x1b\nb\u2028c"


def test_the_log_is_redacted_with_its_tracebacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """`flowservice:debug` brings everything back but the secrets."""
    # A plugin that ran in this process has hidden tracebacks.
    monkeypatch.delattr(sys, "tracebacklimit", raising=False)
    SECRETS.learn("canary-in-the-log")
    formatter = RedactingFormatter("%(message)s")

    def fail(argument: str) -> None:
        raise ValueError(f"bad {argument}")

    try:
        fail("canary-in-the-log")
    except ValueError:
        record = logging.LogRecord("x", logging.DEBUG, "", 0, "at %s", ("canary-in-the-log",), sys.exc_info())
    shown = formatter.format(record)

    assert "canary" not in shown
    assert "Traceback" in shown and "raise ValueError" in shown


def test_a_redactor_is_not_pickled_and_prints_nothing() -> None:
    """What holds secrets does not travel."""
    redactor = Redactor()
    redactor.learn(*(letter * 8 for letter in string.ascii_lowercase))

    assert f"{redactor} {redactor!r}" == "<Redactor of 26 secrets> <Redactor of 26 secrets>"
    with pytest.raises(TypeError):
        pickle.dumps(redactor)
