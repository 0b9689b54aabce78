"""What leaves the process: texts from outside without secrets, our own words unharmed, nothing that steers a terminal.

All spellings are in `test_echoes.py`; here are the promises to users.
"""

from __future__ import annotations

import json
import logging
import pickle
import string
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.redaction import PROCESS, ProcessSecrets, Secrets, one_line, presentable
from pulumi_flowservice.redaction.log import LEFT_OUT, SecretlessFormatter, keep_out_of_log

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
    "dev",
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


@pytest.fixture
def _nothing_to_keep(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # What other tests of this process have made secret may be in a traceback, too.
    empty: frozenset[str] = frozenset()
    for name, nothing in (("_secrets", empty), ("_visible", empty), ("_new", empty), ("_needles", None)):
        monkeypatch.setattr(PROCESS, name, nothing)
    yield
    keep_out_of_log(None)


@pytest.mark.parametrize("secret", NASTY)
def test_a_text_with_a_secret_is_left_out(secret: str) -> None:
    """In every spelling that an answer may use; the same text with another value is quoted as it is."""
    known = Secrets([secret])

    for form, text in {**by_key(secret), **spoken(secret)}.items():
        assert known.quote(text) is None, form
    for form, text in {**by_key("other-value"), **spoken("other-value")}.items():
        assert known.quote(text) == text, form


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_secret_is_found_in_json_within_json(secret: str) -> None:
    """However short, with other words around it; one that has no visible letter cannot be seen anyway."""
    text = json.dumps([json.dumps({"password": secret, "server": "here"})])

    shown = Secrets([secret]).quote(text)

    assert shown is None or not secret.strip() or not one_line(secret).strip(" \\") or secret not in shown


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc",
        "header 'Bearer abc' refused",
        "https://user:abc@host/path",
        "password=abc;database=dev",
        "PWD=abc database=dev",
        '"client_secret": "abc", "a": 1',
        '"passwords": ["abc", "def"]',
        "clientSecret => 'abc'",
        '"password": "abc',
    ],
)
def test_structures(text: str) -> None:
    """Headers, addresses, connection strings, lists, and texts that end too soon: also with three letters."""
    assert Secrets(["abc"]).quote(text) is None
    assert Secrets(["other"]).quote(text) == text


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
    assert Secrets(["correct-horse", "the-client-secret"]).quote(text) == text


def test_a_short_secret_leaves_no_gaps() -> None:
    """A mask for each `dev` would betray that the password is the name of the database."""
    assert Secrets(["dev"]).quote('database "dev" does not exist') is None


def test_a_secret_that_holds_another_goes_whole() -> None:
    """Neither the longer one nor the rest of it stays."""
    assert Secrets(["hunter22", "hunter22-and-more"]).quote("with hunter22-and-more") is None


def test_what_is_missing_is_no_secret() -> None:
    """Inputs that are not given come here too."""
    assert Secrets([None, "", True]).quote("123456 None True") == "123456 None True"


def test_control_characters_do_not_reach_a_terminal() -> None:
    """A name at the server could colour the terminal, or overwrite a line; a line break of our own is fine."""
    assert presentable("a\x1b[31mred\x07\r\u202eb\nc") == r"a\x1b[31mred\x07\r\u202eb" + "\nc"


def test_a_name_stays_within_its_line() -> None:
    """A line break is escaped too, where a text from outside stands in a sentence, a table or a log."""
    assert one_line("a\x1b\nb\u2028c") == r"a\x1b\nb\u2028c"


def test_our_own_words_are_not_masked() -> None:
    """A password `pulumi` must not take the advice from the text, and the gap would give it away."""
    assert presentable("run `pulumi up`: database, connection") == "run `pulumi up`: database, connection"


def logged(message: str, *arguments: object, failure: Exception | None = None) -> str:
    """The line of the log for a record, with the traceback of a failure."""
    trace = (type(failure), failure, failure.__traceback__) if failure else None
    record = logging.LogRecord("x", logging.DEBUG, "", 0, message, arguments, trace)
    return SecretlessFormatter("%(threadName)s %(message)s").format(record)


@pytest.mark.usefixtures("_nothing_to_keep")
def test_the_log_has_no_secret_of_the_call() -> None:
    """`flowservice:debug` brings everything back but the secrets; a traceback still shows the places."""
    keep_out_of_log(Secrets(["canary-in-the-log"]))

    def fail(argument: str) -> None:
        raise ValueError(f"bad {argument}")

    failures = []
    for argument in ("canary-in-the-log", "canary\\u002din-the-log", "x" * 30_000 + "canary-in-the-log", "harmless"):
        try:
            try:
                fail(argument)
            except ValueError as error:
                raise KeyError(argument) from error
        except KeyError as error:
            failures.append(error)
    *bad, harmless = (logged("failed", failure=each) for each in failures)

    assert logged("GET /connections/%s: status 200", "canary-in-the-log") == f"MainThread {LEFT_OUT}"
    assert logged("GET /connections/%s: status 200", "7") == "MainThread GET /connections/7: status 200"
    keep_out_of_log(None)
    for shown in (*bad, logged("failed", failure=failures[-1])):
        assert not any(word in shown for word in ("canary", "xxx", "harmless"))
        assert "MainThread failed\nTraceback" in shown and "raise KeyError(argument)" in shown
    assert "ValueError: bad harmless" in harmless and "KeyError: 'harmless'" in harmless


def test_importing_it_costs_little() -> None:
    """What decodes and compares is imported at the first text from outside: most runs have none."""
    heavy = {"html", "json", "unicodedata", "urllib.parse", "pulumi_flowservice.redaction.spellings"}
    program = (
        "import sys; before = {*sys.modules}; import pulumi_flowservice.redaction.log; "
        "from pulumi_flowservice.redaction import PROCESS, Secrets, one_line; "
        "PROCESS.learn('x'); Secrets(['y']); one_line('z'); "
        f"print(*{heavy} & ({{*sys.modules}} - before))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_what_holds_secrets_is_not_pickled_and_prints_nothing() -> None:
    """Secrets do not travel."""
    process = ProcessSecrets()
    process.learn(*(letter * 8 for letter in string.ascii_lowercase))
    known = Secrets(letter * 8 for letter in string.ascii_lowercase)

    assert f"{process} {process!r} {known!r}" == "<ProcessSecrets: 26> <ProcessSecrets: 26> <Secrets: 26>"
    for each in (process, known):
        with pytest.raises(TypeError):
            pickle.dumps(each)
