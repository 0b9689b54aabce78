"""Texts from outside of any length: searched as a whole in little time, or left out."""

from __future__ import annotations

import base64
import logging
import string
import time
from functools import reduce

import pytest
from pulumi_flowservice.redaction import Secrets
from pulumi_flowservice.redaction.log import SecretlessFormatter
from pulumi_flowservice.redaction.spellings import MOST_CHARACTERS, MOST_FORMS, forms

from tests.support.echoes import ENCODERS
from tests.support.harmless_texts import HARMLESS

HOSTILE = (
    *("\\", "%25", "&amp;", "<", "=\n", "Zm9v", "e9", "!#$%", "\u0301\u0316", "\ufdfa", "a+%41&lt;<i>=41\\n\n"),
    *("a", "password", "password ", 'password="', "password: \\", "token ", "://", "://a:", "Bearer ", "\"'"),
)
CONNECTION_STRING = "Server=db.example.com;Database=dev;UID=loader;PWD=Winter#2024"


def test_a_long_text_is_cut_after_the_search() -> None:
    """A secret at the end of what is quoted, or behind it, is found as a whole."""
    for before in (*range(370, 410), 4_000, 100_000):
        assert Secrets(["!?" * 9]).quote("x" * before + " " + "!?" * 9) is None
        assert Secrets(["Xk9vT2m!"]).quote("\n" * before + "Xk9vT2m!") is None
    assert Secrets().quote("word " * 10_000) == ("word " * 80)[:399] + "\u2026"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("a b c d e f g", ("\n" * 9_000).join("abcdefg")),
        ("x7-" * 2_000, "x7-" * 2_000),
        ("a7$", reduce(lambda text, _: ENCODERS["html hex all"](text), range(5), "a7$")),
    ],
    ids=["spread", "long", "nested"],
)
def test_a_secret_is_searched_as_a_whole_however_long_it_is(secret: str, text: str) -> None:
    """Also where any eight of its letters may be shown: not even its beginning is quoted."""
    known = Secrets([secret], visible={"tags": "x7x7x7x7x7"})

    assert known.quote(f"got {text}.") is None
    assert known.may_be_in(f"got {text}.")


@pytest.mark.parametrize("before", [0, 390, 1_990, 3_990, 100_000])
def test_a_value_is_replaced_as_a_whole_however_long_it_is(before: int) -> None:
    """What is quoted ends within the value, or the value within white space."""
    known = Secrets(replace={"server": "h" * 2_500, "username": "loader-eu"})
    text = "\n" * before + "no route"

    assert known.quote(f"{text} to {'h' * 2_500}") == "no route to server"
    assert known.quote(f"{text} for loader-eu") == "no route for username"


def test_what_is_too_long_to_search_is_left_out() -> None:
    """Nothing of it is quoted, not even its harmless beginning."""
    assert Secrets(["x"]).quote("a " * (MOST_CHARACTERS // 2)) is not None
    assert Secrets(["x"]).quote("a " * (MOST_CHARACTERS // 2) + "a") is None
    assert Secrets(["x"]).quote("\\n" * (MOST_CHARACTERS // 3)) is not None
    assert Secrets(["x"]).quote("\\n" * (MOST_CHARACTERS // 2)) is None


def test_a_letter_with_many_accents_is_left_out() -> None:
    """More than in any language; letters with a few are quoted."""
    assert Secrets(["x"]).quote("a" + "\u0301\u0316" * 16) is None
    assert Secrets(["x"]).quote("a\u0301\u0316" * 100) is not None
    assert Secrets(["x"]).quote("\u2500" * 100) == "\u2500" * 100


def test_what_has_too_many_forms_is_left_out() -> None:
    """Somebody took pains to hide something."""
    piece = "\u00e9%5C&amp;=3D\\u0025<b>\n"
    nested = piece + base64.b64encode((piece + base64.b64encode(piece.encode() * 9).decode()).encode()).decode()

    assert forms(nested) is None
    assert Secrets(["x"]).quote(nested) is None
    assert max(len(forms(text) or "x" * MOST_FORMS) for text in HARMLESS) < MOST_FORMS / 5


@pytest.mark.long
@pytest.mark.parametrize("length", [20_000, MOST_CHARACTERS // 2, 10**6])
@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_makes_it_slow(piece: str, length: int) -> None:
    """What is hard to search takes a moment, in an answer and in the log: each form is looked at once."""
    text = (piece * length)[:length]
    started = time.process_time()

    Secrets([CONNECTION_STRING, "password" * 4, string.punctuation * 60]).quote(text)
    SecretlessFormatter("%(message)s").format(logging.LogRecord("x", logging.DEBUG, "", 0, text, (), None))

    assert time.process_time() - started < 3
