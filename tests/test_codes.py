"""Codes of errors and warnings: one list, one page that explains each."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi_flowservice import errors
from pulumi_flowservice.errors import Code, FlowServiceError

from tests.support.source_tree import parsed

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
# What the placeholders of the code's texts stand for; the page speaks of connections.
NOUNS = {"noun": "connection", "plural": "connections"}
CODES = {name: value for name, value in vars(Code).items() if name.isupper()}


def test_the_page_explains_each_code_once() -> None:
    """In order, and no others."""
    assert re.findall(r"^### (\S+)$", PAGE, re.M) == sorted(CODES.values())


@pytest.mark.parametrize("code", CODES.values())
def test_each_explanation_says_something(code: str) -> None:
    """What it reads like, why, and what to do."""
    [section] = re.findall(rf"^### {code}\n\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S)

    assert len(section.split()) >= 8


def test_every_code_is_used() -> None:
    """A code that nothing says would only be looked for."""
    trees = [parsed(path) for path in (ROOT / "provider" / "pulumi_flowservice").rglob("*.py")]
    named = {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code"
    }

    assert named == set(CODES)


def test_every_error_has_a_code_of_the_list() -> None:
    """Its class gives one where its author gives none."""
    classes = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, FlowServiceError)]

    assert {each.code for each in classes} <= set(CODES.values())


def clauses(text: str) -> list[str]:
    """The parts of a text between its punctuation marks, of two words or more."""
    parts = re.split(r"[.,:;()…]", " ".join(text.lower().split()))
    return [part.strip() for part in parts if " " in part.strip()]


def strings(tree: ast.AST) -> Iterator[str]:
    """All strings of a module; those with placeholders as wholes, too, where what is no noun is a gap."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(_part(part) for part in node.values)


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return NOUNS.get(name, "…")


def test_the_page_quotes_the_code() -> None:
    """At least half of one clause of each text in italics is a clause of a text of the code."""
    trees = [parsed(path) for path in (ROOT / "provider" / "pulumi_flowservice").rglob("*.py")]
    said = {clause for tree in trees for text in strings(tree) for clause in clauses(text)}
    quotes = re.findall(r"^### FS\d+\n\n\*(.+?)\*", PAGE, re.M | re.S)

    def is_said(quote: str) -> bool:
        return any(known in clause and 2 * len(known) >= len(clause) for clause in clauses(quote) for known in said)

    assert [quote for quote in quotes if not is_said(quote)] == ["connections.yaml:7: …"]
