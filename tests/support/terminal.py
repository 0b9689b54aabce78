"""What the terminal showed, in a form that is the same in every run, so that a page of docs/ can quote it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.pulumi_stack import Result

PROMISES = Path(__file__).parents[2] / "docs" / "engineering" / "promises.md"
LONGEST_PARAGRAPH = 700

# What differs from run to run, and what stands for it; ids of requests before ids of connections.
_NEUTRAL = (
    (r"\(request [0-9a-f-]{36}\)", "(request REQUEST)"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "TIME"),
    (r"http://127\.0\.0\.1:\d+", "https://platform.adobe.io"),
    (r"port \d+", "port 5439"),
    (r"127\.0\.0\.1(:\d+)?", "redshift.example.com"),
    (r"(['(]\w+)-[0-9a-f]{7}\b", r"\1-1a2b3c4"),
)


def said(result: Result) -> list[str]:
    """The provider's errors and warnings under *Diagnostics*, in order of their text, as a user reads them."""
    diagnostics = result.text.rpartition("\nDiagnostics:\n")[2]
    lines = [line.strip() for line in re.split(r"\n\n(?:Outputs|Resources):", diagnostics)[0].splitlines()]
    # The engine lists what went wrong with a resource that it records although a call failed.
    lines = [re.sub(r"^\* (?=FS)", "error: ", line) for line in lines]
    beginnings = ("error: pulumi", "error: flowservice", "error: FS", "warning: ")
    texts = [line for line in lines if line.startswith(beginnings) and "Attempting to" not in line]
    return sorted(_neutral(text) for text in texts)


def assert_quoted(result: Result) -> None:
    """Every error and warning stands in docs/engineering/promises.md as it was shown here.

    The page quotes the dynamic provider. The errors of the native one do not have the class, and name the database.
    """
    only_native = re.compile(
        r"^error: (?=FS)|^error: flowservice:index|(?<=the database) \(.*?\)(?= (refused|still refuses))"
    )
    texts = [only_native.sub("", text) for text in said(result)]
    quoted = PROMISES.read_text(encoding="utf-8")

    assert texts, result.text
    # The page quotes a warning once, for whichever connection it was.
    general = [re.sub(r"^(warning: FS\d+: connection) '[^']+'", r"\1 'orders'", text) for text in texts]
    missing = [text for text in general if text not in quoted]
    assert not missing, "not in docs/engineering/promises.md:\n" + "\n".join(missing)


def paragraph(result: Result) -> str:
    """Return what stands under *Diagnostics* for the connection: the text that users look for first."""
    diagnostics = result.stdout.partition("Diagnostics:\n")[2]
    blocks = [block for block in diagnostics.split("\n\n") if "RedshiftConnection (warehouse)" in block]
    assert len(blocks) == 1, result.text
    return blocks[0].partition("\n")[2].strip()


def assert_is_plain(result: Result, *secrets: str) -> None:
    """The text is short, each line a problem of its own, and no secret is anywhere in the terminal."""
    assert len(paragraph(result)) < LONGEST_PARAGRAPH
    # Below an error about settings stand the commands that set what is missing.
    lines = [line.strip() for line in paragraph(result).splitlines()]
    assert all(line.startswith(("error: ", "pulumi config set ")) for line in lines)
    assert "Traceback" not in result.text
    assert [secret for secret in secrets if secret in result.text] == []


def _neutral(text: str) -> str:
    for pattern, word in _NEUTRAL:
        text = re.sub(pattern, word, text)
    return text
