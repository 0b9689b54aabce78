"""The campaign itself: its advice is complete, its checks can fail, its histories are repeated and shortened."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pulumi_flowservice.errors import Code

from campaigns.soak.advice import AGAIN, CORRECT, NEW_VERSION, NOTHING, REFRESH, is_unexpected, told
from campaigns.soak.checks import Finding
from campaigns.soak.life import Life
from campaigns.soak.shorten import shorten
from campaigns.soak.steps import Step, draw, history
from campaigns.soak.world import World
from tools import pulumi_cli
from tools.local_database import LocalDatabase

# Their advice is more than a word: `advice.follow` has a branch for each.
CODES = [value for name, value in vars(Code).items() if not name.startswith("_")]
BRANCHES = {"FS3002", "FS3003", "FS3011", "FS4003"}
HISTORY = """
add several / none / none / up / 3
provider / none / kill engine / up / 8
"""


@pytest.fixture
def life(database: LocalDatabase, tmp_path: Path) -> Iterator[Life]:
    """A stack of its own."""
    with World(tmp_path, database) as world:
        yield Life(world, pulumi_cli.get(), tmp_path / "life", 1)
    database.drop_user("life_1")


@pytest.mark.parametrize("code", CODES)
def test_there_is_advice_for_every_code(code: str) -> None:
    """A code without advice would stop a campaign by chance, some day."""
    known = [code in each for each in (AGAIN, REFRESH, CORRECT, NEW_VERSION, NOTHING, BRANCHES)]
    assert sum([*known, is_unexpected(code)]) == 1


def test_a_code_is_read_with_name_and_ids() -> None:
    """The engine repeats a text; it counts once."""
    first = "01234567-89ab-cdef-0123-456789abcdef"
    line = f"  error: FS3002: creating connection 'orders' in sandbox 'dev': it exists: {first}."
    [found] = told(f"{line}\nnoise\n{line}")
    assert (found.code, found.name, found.ids) == ("FS3002", "orders", (first,))


def test_a_history_is_text() -> None:
    """What a report shows can be repeated."""
    steps = [draw(random.Random(seed)) for seed in range(50)]
    assert history("\n".join(map(str, steps))) == steps
    with pytest.raises(ValueError, match="'dance' is not one of"):
        history("dance / none / none / up / 1")


def test_a_history_is_shortened() -> None:
    """Two of twenty steps are needed."""
    steps = [Step("none", "none", "none", "up", number) for number in range(20)]
    calls = []

    def fails(some: Sequence[Step]) -> bool:
        calls.append(some)
        return {4, 15} <= {each.number for each in some}

    assert [each.number for each in shorten(steps, fails)] == [4, 15]
    assert len(calls) < 25
    assert shorten(steps, lambda some: False) == []


@pytest.mark.engine
def test_a_short_life(life: Life) -> None:
    """Two steps settle; then a connection that no state has, and nobody was told of, is found."""
    for step in history(HISTORY):
        life.take(step)
    left = {"name": "life 1 orphan", "auth": life.world.api.connections()[0]["auth"]}
    spec = life.world.api.connections()[0]["connectionSpec"]
    life.world.api.request("POST", "/connections", {**left, "connectionSpec": spec}, client=life.client)

    with pytest.raises(Finding, match="nobody was told about life 1 orphan"):
        life.check()
