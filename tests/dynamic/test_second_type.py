"""A made-up second type of resource under the dynamic provider: a class with a `kind`, and nothing else."""

from __future__ import annotations

import sys
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
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)
    for name, value in library.environment.items():
        monkeypatch.setenv(name, value)
    return configured(ReaderProvider())


def configured(provider: ReaderProvider) -> ReaderProvider:
    """The provider after `configure`."""
    provider.configure(dynamic.ConfigureRequest(Config(raw_config={}, project_name="project")))
    return provider


def test_its_whole_life(library: LibraryServer, provider: ReaderProvider, capfd: pytest.CaptureFixture[str]) -> None:
    """Each method of the engine: check, create, diff, update, read, replacement, delete."""
    inputs = provider.check({}, GIVEN).inputs
    made = provider.create(inputs)
    outs = {**made.outs, "__provider": "x"}
    unchanged = provider.diff(made.id, outs, inputs)
    news = provider.check(inputs, {**GIVEN, "mode": "closed", "notes": "Likes maps"}).inputs
    differs = provider.diff(made.id, outs, news)
    updated = {**provider.update(made.id, outs, news).outs, "__provider": "x"}
    library.library.change("readers", made.id, level=5)
    found = provider.read(made.id, updated)
    replaced = provider.diff(made.id, updated, {**news, "language": "de"})
    second = provider.create({**news, "language": "de"})
    provider.delete(made.id, updated)
    provider.delete(second.id, second.outs)
    provider.delete(second.id, second.outs)

    assert inputs == {**INPUTS, "name": "ann-1234567"}
    assert (made.outs["rackId"], updated["rackId"], found.outs["rackId"]) == ("rack-1",) * 3
    assert (unchanged.changes, unchanged.replaces, differs.changes, differs.replaces) == (False, [], True, [])
    assert (updated["mode"], updated["notes"]) == ("closed", "Likes maps")
    assert (found.id, found.outs["level"], found.inputs) == (made.id, 5, {**news, "level": 5})
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


def test_what_it_says_names_readers(library: LibraryServer, provider: ReaderProvider) -> None:
    """Not connections: two resources of one program with one reader, another organization, another id to adopt."""
    made = provider.create(provider.check({}, GIVEN).inputs)
    wrong: list[str] = []
    adopting = {**INPUTS, "adopt": made.id}
    for name in ("first", "second"):
        inputs = provider.check({}, {**adopting, "autoName": f"{name}-1234567"}).inputs
        with pytest.raises(FlowServiceError) as raised:
            provider.create(inputs)
            provider.create(inputs)
        wrong.append(str(raised.value))
    with pytest.raises(FlowServiceError) as raised:
        provider.diff(made.id, {**made.outs, "imsOrg": "OTHER@AdobeOrg"}, INPUTS)
    wrong.append(str(raised.value))
    with pytest.raises(FlowServiceError) as raised:
        provider.diff(made.id, made.outs, {**INPUTS, "adopt": "reader-9"})
    wrong.append(str(raised.value))

    assert all("reader" in text and "connection" not in text for text in wrong)


def test_the_state_refers_to_the_class(provider: ReaderProvider) -> None:
    """As with every provider of ours: no code, no settings."""
    assert vars(provider) == {}
    assert len(serialize_provider(provider)) < 120
