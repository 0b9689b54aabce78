"""Send the emulator hostile requests for two minutes, under another seed of its choices in every round.

    python -m campaigns.fuzz [--seconds 120] [--seed 1]

It ends with how many requests were sent and answered, or with the first one that was answered wrongly.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from contextlib import closing

from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.emulator.hostile import (
    API,
    CONTROL,
    Broken,
    Request,
    Service,
    answers,
    broken,
    broken_lists,
    judged,
    requests,
)

ROUND = settings(
    max_examples=150,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def attack(service: Service, number: int, sent_to: Counter[str], statuses: Counter[int]) -> None:
    """Send a round of requests, each judged by its answer, and then look through all lists.

    Raises:
        AssertionError: an answer is not documented, or a list does not work.
    """

    @seed(number)
    @ROUND
    @given(st.lists(requests(API | CONTROL), min_size=5, max_size=20))
    def property(sent: list[Request]) -> None:
        for each in sent:
            sent_to[f"{each.method} {each.path}"] += 1
            statuses[judged(service, each).status] += 1

    @seed(number)
    @ROUND
    @given(broken())
    def no_http(sent: Broken) -> None:
        statuses.update(answers(service.emulator.url, sent.content))

    property()
    no_http()
    wrong = broken_lists(service)
    assert wrong == [], wrong
    assert "unexpected errors" not in service.emulator.counters()


def main() -> None:
    """Attack until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    until, number = time.monotonic() + options.seconds, options.seed
    sent_to: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    with Emulator(connection_test="pass") as emulator:
        while time.monotonic() < until:
            emulator.settings(vary=number)
            with closing(Service(emulator)) as service:
                attack(service, number, sent_to, statuses)
            number += 1
    total = sum(sent_to.values())
    seeds = number - options.seed
    sys.stdout.write(
        f"{total} requests to {len(sent_to)} pairs of method and path under {seeds} seeds\n"
        f"statuses: {dict(sorted(statuses.items()))}\n"
        "all in documented envelopes; all lists work; no unexpected error\n"
    )


if __name__ == "__main__":
    main()
