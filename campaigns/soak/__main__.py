"""Run a campaign: python -m campaigns.soak --minutes 10 --seed 1."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from campaigns.soak.life import Life
from campaigns.soak.report import Failure, report
from campaigns.soak.shorten import shorten
from campaigns.soak.steps import Step, draw, history
from campaigns.soak.world import World
from tools import pulumi_cli
from tools.local_database import LocalDatabase

STEPS = 20
# For all failures together.
SHORTEN_MINUTES = 10


class Campaign:
    """Several stacks at once, each of which lives life after life until the time is up."""

    def __init__(self, world: World, folder: Path, output: Path, seed: int, until: float) -> None:
        self.failures: list[Failure] = []
        self._world, self._folder, self._output = world, folder, output
        self._seed, self._until = seed, until
        self._numbers, self._cli = count(1), pulumi_cli.get()

    def run(self, stacks: int) -> None:
        """Return when all lives have ended."""
        threads = [threading.Thread(target=self._live) for _ in range(stacks)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _live(self) -> None:
        while time.monotonic() < self._until:
            number = next(self._numbers)
            self._world.count("life")
            steps: list[Step] = []
            life = Life(self._world, self._cli, self._folder / f"life-{number}", number)
            if text := lived(life, self._drawn(life, steps)):
                _say(f"life {number}, step {len(steps)}: {steps[-1]}: {text}")
                self.failures.append(Failure(number, text, steps, life.commands))
                (self._output / f"life-{number}.log").write_text(life.transcript)

    def _drawn(self, life: Life, steps: list[Step]) -> Iterator[Step]:
        """Yield the random steps of a life until the time is up; `steps` holds those until now."""
        chance = random.Random(f"{self._seed} {life.number}")
        while len(steps) < STEPS and time.monotonic() < self._until:
            steps.append(draw(chance))
            yield steps[-1]
            self._world.count("step")
            _say(f"life {life.number}, step {len(steps)}: {steps[-1]}: settled by {len(life.commands)} commands")


def lived(life: Life, steps: Iterable[Step]) -> str:
    """Let a life take these steps and end; return how it fails, empty if it does not."""
    try:
        for step in steps:
            life.take(step)
        life.end()
    except Exception as error:  # Whatever goes wrong is what the campaign looks for.
        return f"{type(error).__name__}: {error}"
    return ""


def repeat(steps: Sequence[Step], number: int) -> str:
    """Return how a life with these steps fails, with an emulator and a database of its own; empty if it does not."""
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as name,
        LocalDatabase(Path(name) / "database") as database,
        World(Path(name), database) as world,
    ):
        return lived(Life(world, pulumi_cli.get(), Path(name) / "life", number), steps)


def _shortened(failure: Failure, until: float) -> Failure:
    kind = failure.text.partition(":")[0]

    def fails(steps: Sequence[Step]) -> bool:
        if time.monotonic() > until:
            return False
        found = repeat(steps, failure.life)
        _say(f"{len(steps)} of {len(failure.steps)} steps: {found or 'no failure'}")
        return found.startswith(kind)

    return Failure(failure.life, failure.text, failure.steps, failure.commands, shorten(failure.steps, fails))


def _say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def main() -> int:
    """Run what the arguments say; return 1 if a promise did not hold."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="default: a new one each time")
    parser.add_argument("--stacks", type=int, default=4, help="how many at once")
    parser.add_argument("--repeat", type=Path, help="a file with steps, one per line: take only these, in one life")
    parser.add_argument("--life", type=int, default=1, help="with --repeat: the number of the life")
    options = parser.parse_args()
    if options.repeat:
        failed = repeat(history(options.repeat.read_text()), options.life)
        _say(failed or "No failure.")
        return bool(failed)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    _say(f"Seed {seed}, {options.minutes:g} minutes, {options.stacks} stacks at once.")
    folder = Path("dist") / f"soak-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as name,
        LocalDatabase(Path(name) / "database") as database,
        World(Path(name), database) as world,
    ):
        campaign = Campaign(world, Path(name), folder, seed, time.monotonic() + options.minutes * 60)
        campaign.run(options.stacks)
    until = time.monotonic() + SHORTEN_MINUTES * 60
    failures = [_shortened(failure, until) for failure in campaign.failures]
    text = report(seed, options.minutes, options.stacks, world.counts, failures)
    (folder / "report.md").write_text(text)
    sys.stdout.write(text)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
