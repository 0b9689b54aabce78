"""Entries for any connection, and files of any shape that they are appended to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi_flowservice.api.models import Connection
from pulumi_flowservice.cli.adopted_entries import EntriesFile
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lookups.adoptable import Candidate, candidates, would_send
from pulumi_flowservice.manifest.reader import read
from pulumi_flowservice.resources.connection.kinds import DEFAULT

from tests.support.connections import PARAMS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ENTRY = "  b:\n    server: b.example.com\n    database: dev\n    username: loader\n    password: {env: B}\n"


def existing(*names: str, description: str | None = None, **params: str) -> tuple[Candidate, ...]:
    """Candidates of these names in sandbox `dev`."""
    found = [
        Connection.model_validate(
            {
                "id": f"id-{number}",
                "name": name,
                "description": description,
                "connectionSpec": {"id": DEFAULT.spec_id, "version": "1.0"},
                "auth": {"params": {**PARAMS, **params}},
            }
        )
        for number, name in enumerate(names)
    ]
    return candidates([(DEFAULT, each) for each in found], "dev", {})


@pytest.mark.long
@given(name=TEXTS, description=TEXTS, username=TEXTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_entries_of_any_texts_send_nothing(tmp_path: Path, name: str, description: str, username: str) -> None:
    """Whatever texts a connection has, the written entry reads back as inputs that change nothing."""
    found = [each for each in existing(name, description=description, username=username) if not each.obstacles]
    path = tmp_path / "connections.yaml"
    path.unlink(missing_ok=True)

    path.write_text(EntriesFile(path).with_entries(found), encoding="utf-8", newline="")

    placed = EntriesFile(path).place(found, "dev", set())
    assert [(each.entry, each.would_send) for each in placed] == [(each.resource_name, ()) for each in found]


@pytest.mark.long
@given(st.lists(TEXTS, max_size=12))
@settings(deadline=None)
def test_resource_names_are_unique_and_do_not_depend_on_the_order(names: list[str]) -> None:
    """They come from what exists alone."""
    found = [(each.kind, each.source) for each in existing(*names)]

    one = {each.connection.id: each.resource_name for each in candidates(found, "dev", None)}
    other = {each.connection.id: each.resource_name for each in candidates(found[::-1], "dev", None)}

    assert one == other
    assert len({name.lower() for name in one.values()}) == len(names)


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("Bestände", "Bestande"),
        ("Besta\u0308nde", "Bestande"),
        ("Łódź größer", "odz-gro-er"),
        ("a 漢字 b", "a-b"),
        ("\N{LATIN SMALL LIGATURE FI}le", "file"),
    ],
)
def test_resource_names_have_letters_without_accents(name: str, resource: str) -> None:
    """However a letter was typed; a letter that ASCII does not have becomes a hyphen."""
    [candidate] = existing(name)

    assert candidate.resource_name == resource


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("connections: {}\n", ""),
        ("connections: {} # none yet\n", " # none yet\n"),
        ("connections: {}", "\n"),
        (f"connections:\n{ENTRY}", ""),
        (f"connections:\n{ENTRY.rstrip()}", ""),
        (f"connections:\n{ENTRY}\ndefaults:\n  port: 5439\n", "\ndefaults:\n  port: 5439\n"),
        (f"connections:\n{ENTRY}  # last\n\n# really\n", "  # last\n\n# really\n"),
        (f"connections:\n{ENTRY}".replace("\n", "\r\n"), ""),
        (f"\ufeffconnections:\n{ENTRY}", ""),
        (f"connections:\n{ENTRY}    description: |-\n      two\n      lines\n", ""),
        (f"connections:\n{ENTRY}    sandboxes:\n    - dev\n    - prod\n", ""),
        (f"connections:\n{ENTRY}    sandboxes: [dev,\n      prod] # both\n", ""),
    ],
)
def test_the_rest_of_a_file_stays_byte_for_byte(tmp_path: Path, before: str, after: str) -> None:
    """Entries go behind the last one, at its indentation and with its line ends."""
    path = tmp_path / "connections.yaml"
    path.write_bytes(before.encode())

    text = EntriesFile(path).with_entries(existing("orders"))

    head = before[: len(before) - len(after)] if before.endswith(after) else before
    head = head.replace("{}", "").rstrip("\r\n ")
    assert text.startswith(head) and text.endswith(after)
    added = text[len(head) : len(text) - len(after)]
    assert "orders:" in added and "b.example.com" not in added
    assert "\r" not in before or "\n" not in text.replace("\r\n", "")
    path.write_bytes(text.encode())
    manifest, _ = read(path)
    assert set(manifest.connections) == {"orders", "b"} if "b.example" in before else {"orders"}


def test_entries_in_braces_are_not_appended_to(tmp_path: Path) -> None:
    """The error says what to do, and the file stays as it was."""
    path = tmp_path / "connections.yaml"
    path.write_text("connections: {b: {server: b, database: dev, username: loader, password: {env: B}}}\n")

    with pytest.raises(FlowServiceError, match="written in braces"):
        EntriesFile(path).with_entries(existing("orders"))


def test_an_entry_name_that_is_taken_gets_digits(tmp_path: Path) -> None:
    """The entry that is there belongs to something else."""
    path = tmp_path / "connections.yaml"
    path.write_text(f"connections:\n{ENTRY}    name: unrelated\n".replace("  b:", "  orders:"))

    [placed] = EntriesFile(path).place(existing("orders"), "dev", set())

    assert placed.entry is None
    assert placed.candidate.resource_name.startswith("orders-")


def test_an_entry_that_adopts_shows_what_it_changes(tmp_path: Path) -> None:
    """Somebody edited the entry, or the server's side moved: seen before `pulumi up`."""
    path = tmp_path / "connections.yaml"
    path.write_text(EntriesFile(path).with_entries(existing("orders")))

    [placed] = EntriesFile(path).place(existing("orders", database="moved"), "dev", set())

    assert (placed.entry, placed.would_send) == ("orders", ("database",))


def test_what_would_be_sent_is_found_as_the_resource_finds_it() -> None:
    """Left out is kept; the port's spelling is no difference."""
    [candidate] = existing("orders", description="Daily", port="05439")

    assert would_send(candidate, candidate.inputs) == []
    assert would_send(candidate, {**candidate.inputs, "port": "5439", "username": "other"}) == ["username"]
    assert would_send(candidate, {k: v for k, v in candidate.inputs.items() if k not in ("name", "description")}) == []
