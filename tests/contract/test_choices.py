"""Which reading of the documents a service follows, for each of the emulator's choices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flowservice_emulator.choices import choices

from tests.contract import dataflow_observations
from tests.contract.api import FlowServiceApi
from tests.contract.observations import READING, WRITING, Observation, use
from tests.contract.report import Observed

NEEDS_MANY = "default_page"
OPTIONS = {name: options for name, _, options in choices()}
CASES = [
    *(pytest.param(name, see, marks=pytest.mark.reads, id=name) for name, see in READING.items()),
    *(pytest.param(name, see, id=name) for name, see in WRITING.items()),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "see"), CASES)
def test_a_choice_is_one_of_the_documented_options(
    request: pytest.FixtureRequest,
    api: FlowServiceApi,
    name: str,
    see: Observation,
    observed: Callable[[Observed], None],
) -> None:
    """What is seen is an option of the list; a report tells which, and whether it is the default."""
    if name == NEEDS_MANY:
        request.getfixturevalue("full_sandbox")

    if see in (*dataflow_observations.WRITING, use):
        api.login = request.getfixturevalue("login")

    option = see(api)

    observed(Observed(name, option, api.answers[-1]))
    assert option in OPTIONS[name]


def test_every_choice_can_be_seen() -> None:
    """None is left to belief."""
    assert sorted([*READING, *WRITING]) == sorted(OPTIONS)
