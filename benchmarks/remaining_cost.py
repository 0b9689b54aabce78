"""Where the provider's own time and memory go; `python -m benchmarks.remaining_cost`.

Three tables: what the libraries behind the first request of a process cost, which packages the calls spend their
processor time in, and what redaction costs. Processor time, not the clock's, so that a busy machine changes little.
"""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import starmap
from pathlib import Path
from statistics import median

from pulumi_flowservice import settings as configuration
from pulumi_flowservice.lifecycle.caller import Caller
from pulumi_flowservice.lifecycle.connection import Lifecycle
from pulumi_flowservice.redaction import Redactor
from pulumi_flowservice.resources.connection.kind import Properties
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT

from benchmarks.api import emulator

CALLS = 300
REPETITIONS = 7
STEPS = (
    "import pulumi, pulumi.dynamic, dill, grpc",
    "from pulumi_flowservice import RedshiftConnection",
    "import requests",
    "from pydantic import BaseModel",
    "import pulumi_flowservice.api.client",
)
# A child's own report: milliseconds of processor time and resident mebibytes added by each step.
_CHILD = """
import sys, time
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) / 256
for step in sys.argv[1:]:
    before, started = resident(), time.process_time()
    exec(step)
    print(1000 * (time.process_time() - started), resident() - before)
"""
INPUTS = {
    "server": "redshift.example.com",
    "port": 5439,
    "database": "dev",
    "username": "loader",
    "password": "correct-horse",
    "sandbox": "dev",
}


def main() -> None:
    """Print the tables in Markdown."""
    print("| step | processor time | memory |\n|---|---|---|")
    rounds = [_imports() for _ in range(REPETITIONS)]
    for number, step in enumerate(STEPS):
        milliseconds, mebibytes = (median(found[number][part] for found in rounds) for part in (0, 1))
        print(f"| `{step}` | {milliseconds:.0f} ms | {mebibytes:.1f} MiB |")
    print("\n| call | processor time each | of it in |\n|---|---|---|")
    for name, (milliseconds, shares) in _calls().items():
        print(f"| {name} | {milliseconds:.2f} ms | {', '.join(f'{where} {share:.0%}' for where, share in shares)} |")

    print("\n| redaction with | spellings and first text | each further text |\n|---|---|---|")
    for count in (1, 100, 1000):
        first, further = _redaction(count)
        print(f"| {count} passwords | {first:.1f} ms | {further:.2f} ms |")


def _redaction(count: int) -> tuple[float, float]:
    """Milliseconds for the first text and for each further one, of 500 characters as of an error."""
    redactor, text = Redactor(), "the API answered 400: The request could not be processed " * 9
    redactor.learn(*(f'{number:04}-"päss&w/rd" <{number * 7919:08}>' for number in range(count)))
    started = time.process_time()
    redactor.redact(text)
    first = time.process_time() - started
    started = time.process_time()
    for _ in range(CALLS):
        redactor.redact(text)
    return 1000 * first, 1000 * (time.process_time() - started) / CALLS


def _imports() -> list[tuple[float, float]]:
    done = subprocess.run([sys.executable, "-c", _CHILD, *STEPS], check=True, capture_output=True, text=True)
    rows = (line.split() for line in done.stdout.splitlines())
    return [(float(milliseconds), float(mebibytes)) for milliseconds, mebibytes in rows]


def _calls() -> dict[str, tuple[float, list[tuple[str, float]]]]:
    """The lifecycle in one thread, each read a request of its own; first without and then with the profiler."""
    with emulator() as api:
        variables = {"FLOWSERVICE_CONNECTION_TEST": "off", "FLOWSERVICE_BULK_REFRESH": "false"}
        settings = configuration.load(lambda key: None, {**api.environment, **variables})
        plain = {name: _processor_time(act) for name, act in _life(settings, "plain")}
        profiled = {name: _profile(act) for name, act in _life(settings, "profiled")}
    return {name: (plain[name], profiled[name]) for name in plain}


def _life(settings: configuration.Settings, prefix: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The calls for `CALLS` connections from beginning to end, to be made in this order."""
    provider = Lifecycle(REDSHIFT, settings, Caller(print))
    news = [{**INPUTS, "name": f"{prefix}-{number}"} for number in range(CALLS)]
    provider.create({**INPUTS, "name": f"{prefix}-first"})
    yield "check", lambda: [provider.check({}, inputs) for inputs in news]
    made: list[tuple[str, Properties]] = []
    yield "create", lambda: made.extend(provider.create(inputs) for inputs in news)
    yield "diff", lambda: [provider.diff(id_, state, new) for (id_, state), new in zip(made, news, strict=True)]
    yield "read", lambda: list(starmap(provider.read, made))
    # Another process deletes: one that has made a connection takes its deletion for that of a replaced resource.
    later = Lifecycle(REDSHIFT, settings, Caller(print))
    yield "delete", lambda: list(starmap(later.delete, made))


def _processor_time(act: Callable[[], object]) -> float:
    """Milliseconds per connection."""
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started) / CALLS


def _profile(act: Callable[[], object]) -> list[tuple[str, float]]:
    """The packages that the time was spent in itself, largest share first, down to a tenth."""
    profile = cProfile.Profile()
    profile.runcall(act)
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_package(file)] += own
    total = sum(spent.values())
    return [(package, own / total) for package, own in spent.most_common() if own / total >= 0.1]


def _package(file: str) -> str:
    """The distribution of a source file; what is built in has none."""
    if file.startswith(("~", "<")):
        return "C code"
    _, found, rest = file.rpartition("site-packages/")
    return Path(rest).parts[0] if found else "standard library"


if __name__ == "__main__":
    main()
