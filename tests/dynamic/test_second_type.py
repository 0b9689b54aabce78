"""A made-up second type of resource under the dynamic provider: a class with a `kind`, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi import dynamic
from pulumi.dynamic.config import Config
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown
from pulumi.runtime import rpc
from pulumi_flowservice.errors import FlowServiceError

from tests.support.library.provider import ReaderProvider
from tests.support.library.reader import INPUTS
from tests.support.library.server import LibraryServer

GIVEN: dict[str, Any] = {"level": 1.0, "language": "en", "mode": "opened", "autoName": "ann-1234567"}


@pytest.fixture
def provider(library: LibraryServer, monkeypatch: pytest.MonkeyPatch) -> ReaderProvider:
    """The provider, configured as the engine does it."""
    for name, value in library.environment.items():
        monkeypatch.setenv(name, value)
    provider = ReaderProvider()
    new_command(provider, 1)
    return provider


def new_command(provider: ReaderProvider, number: int) -> None:
    """Forget the run of the command before: for other settings, there is another one."""
    raw = {"flowservice:requestTimeout": str(10 + number)}
    provider.configure(dynamic.ConfigureRequest(Config(raw_config=raw, project_name="project")))


def created(provider: ReaderProvider, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Id and outputs of a new reader."""
    made = provider.create(inputs)
    assert made.id and made.outs
    return made.id, made.outs


def test_its_whole_life(library: LibraryServer, provider: ReaderProvider, capfd: pytest.CaptureFixture[str]) -> None:
    """Each method of the engine: check, create, diff, update, read, replacement, delete."""
    inputs = provider.check({}, GIVEN).inputs
    reader_id, made = created(provider, inputs)
    new_command(provider, 2)
    unchanged = provider.diff(reader_id, {**made, "__provider": "x"}, provider.check(inputs, GIVEN).inputs)
    new_command(provider, 3)
    news = provider.check(inputs, {**GIVEN, "mode": "closed", "notes": "Likes maps"}).inputs
    differs = provider.diff(reader_id, {**made, "__provider": "x"}, news)
    updated = provider.update(reader_id, {**made, "__provider": "x"}, news).outs
    assert updated is not None
    new_command(provider, 4)
    library.library.change("readers", reader_id, level=5)
    found = provider.read(reader_id, updated)
    new_command(provider, 5)
    other = {**GIVEN, "mode": "closed", "notes": "Likes maps", "language": "de"}
    replaced = provider.diff(reader_id, {**updated, "__provider": "x"}, provider.check(inputs, other).inputs)
    second, outs = created(provider, provider.check({}, other).inputs)
    provider.delete(reader_id, updated)
    new_command(provider, 6)
    provider.delete(second, outs)
    provider.delete(second, outs)

    assert inputs == {**INPUTS, "name": "ann-1234567"}
    assert found.outs is not None
    assert (made["rackId"], updated["rackId"], found.outs["rackId"]) == ("rack-1",) * 3
    assert (unchanged.changes, unchanged.replaces, differs.changes, differs.replaces) == (False, [], True, [])
    assert (updated["mode"], updated["notes"]) == ("closed", "Likes maps")
    assert (found.id, found.outs["level"], found.inputs) == (reader_id, 5, {**news, "level": 5})
    assert (replaced.changes, replaced.replaces, replaced.delete_before_replace) == (True, ["language"], False)
    assert (library.ids("readers"), library.ids("racks")) == ([], [])
    assert "warning" not in capfd.readouterr().err


def test_problems_and_unknown_values(library: LibraryServer, provider: ReaderProvider) -> None:
    """Those of single inputs and of several; a preview asks nobody."""
    unknown: Any = Unknown()  # type: ignore[no-untyped-call]

    failures = provider.check({}, {**GIVEN, "mode": "asleep", "level": "high"}).failures
    both = provider.check({}, {**GIVEN, "mode": "paused", "level": 0.0}).failures
    checked = provider.check({}, {**GIVEN, "notes": unknown})

    assert [each.reason for each in failures] == [
        "FS1001: `level` must be a whole number.",
        "FS1001: `mode` must be opened, closed or paused.",
    ]
    assert [each.reason for each in both] == ["FS1001: `mode` cannot be paused at `level` 0."]
    assert (checked.failures, checked.inputs["notes"]) == ([], rpc.UNKNOWN)
    assert library.log == []


def failure(act: Callable[[], object]) -> str:
    """The text of the error with which a call fails."""
    with pytest.raises(FlowServiceError) as raised:
        act()
    return str(raised.value)


def test_what_it_says_names_readers(library: LibraryServer, provider: ReaderProvider) -> None:
    """Not connections: two resources of one program with one reader, another organization, another id to adopt."""
    reader_id, made = created(provider, provider.check({}, GIVEN).inputs)
    adopting = {**INPUTS, "adopt": reader_id}
    provider.check({}, {**adopting, "autoName": "first-1234567"})
    wrong = [
        failure(lambda: provider.check({}, {**adopting, "autoName": "second-1234567"})),
        failure(lambda: provider.create(adopting)),
        failure(lambda: provider.diff(reader_id, {**made, "imsOrg": "OTHER@AdobeOrg"}, INPUTS)),
        failure(lambda: provider.diff(reader_id, made, {**INPUTS, "adopt": "reader-9"})),
    ]

    assert all("reader" in text and "connection" not in text for text in wrong)


def test_the_state_refers_to_the_class(provider: ReaderProvider) -> None:
    """As with every provider of ours: no code, no settings."""
    assert vars(provider) == {}
    assert len(serialize_provider(provider)) < 120
