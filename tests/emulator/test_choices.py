"""The choices: each option can be set and seen, and a seed picks the same ones every time."""

from __future__ import annotations

import pytest
from flowservice_emulator.choices import Option, choices, chosen
from flowservice_emulator.server import Emulator

from tests.contract.api import FlowServiceApi
from tests.contract.datasets import orders
from tests.contract.logins import login_of
from tests.contract.observations import READING, WRITING
from tests.emulator.program import made, program
from tools.local_database import LocalDatabase

OBSERVE = {**READING, **WRITING}
CASES = [(name, option) for name, _, options in choices() for option in options]


def api_of(emulator: Emulator) -> FlowServiceApi:
    """Return a program that moves the emulator's clock when it must wait."""
    api = program(emulator)
    api.pause = lambda: emulator.advance(1)
    api.wait = emulator.advance
    api.dataset_id, api.schema_id = orders(emulator).values()
    return api


@pytest.mark.long
@pytest.mark.parametrize(("name", "option"), CASES)
def test_every_option_can_be_seen(
    flowservice_emulator: Emulator, database: LocalDatabase, name: str, option: Option
) -> None:
    """A client observes what is set, by the observation that a run against the real service makes, too."""
    # A login that is refused needs no database, and takes no time.
    logins = "fail" if name == "refused_login" else "real"
    flowservice_emulator.settings(**{"connection_test": logins, name: option})
    if name == "default_page":
        for number in range(101):
            made(flowservice_emulator, f"connection {number}")

    api = api_of(flowservice_emulator)
    api.login = login_of(database)

    assert OBSERVE[name](api) == option


def test_a_seed_picks_the_same_options_every_time() -> None:
    """Every option is picked by some seed, and none depends on which other choices there are."""
    picked = [chosen(seed) for seed in range(60)]

    assert picked == [chosen(seed) for seed in range(60)]
    for name, _, options in choices():
        assert {each[name] for each in picked} == set(options)


def test_without_a_seed_the_first_options_hold() -> None:
    """They are the defaults of the settings too."""
    assert chosen(None) == {name: options[0] for name, _, options in choices()}
    with Emulator() as emulator:
        assert emulator.settings().items() >= chosen(None).items()


def test_what_is_named_beside_a_seed_wins() -> None:
    """On the command line, in a test, and afterwards."""
    with Emulator(vary=1, secrets="plain") as emulator:
        first = emulator.settings()
        emulator.settings(delete_status=204)
        second = emulator.settings()
        third = emulator.settings(vary=None)

    assert first["secrets"] == "plain"
    assert {**chosen(1), "secrets": "plain"}.items() <= first.items()
    assert second == {**first, "delete_status": 204}
    assert chosen(None).items() <= third.items()


@pytest.mark.parametrize("change", [{"vary": -1}, {"vary": True}, {"vary": "1"}, {"error_message": 1}, {"links": None}])
def test_an_impossible_choice_is_refused(flowservice_emulator: Emulator, change: dict[str, Option]) -> None:
    """The error names it."""
    with pytest.raises(ValueError, match=next(iter(change))):
        flowservice_emulator.settings(**change)
