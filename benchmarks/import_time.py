"""How long the provider takes to import and to be ready; `python -m benchmarks.import_time`."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.measurements import Spread

REPETITIONS = 15
_CONFIGURED = """
from pulumi.dynamic import Config, ConfigureRequest
from pulumi_flowservice.dynamic import RedshiftConnectionProvider
RedshiftConnectionProvider().configure(ConfigureRequest(Config({}, "benchmark")))
"""
_OURS = "from pulumi_flowservice import RedshiftConnection"
STEPS: Mapping[str, str] = {
    "python": "",
    "import pulumi": "import pulumi",
    "import pulumi, requests, pydantic": "import pulumi, requests, pydantic",
    _OURS: _OURS,
    "provider configured": _CONFIGURED,
    "first request can be sent": _CONFIGURED + "import pulumi_flowservice.api.client",
}


@dataclass(frozen=True)
class ImportTimes:
    """Seconds of processor time of a process, for each of `STEPS`, in one value per repetition."""

    seconds: Mapping[str, list[float]]

    @property
    def ratio(self) -> Spread:
        """Import of our classes by import of Pulumi, without the start of Python itself."""
        steps = ("python", "import pulumi", _OURS)
        rounds = zip(*(self.seconds[step] for step in steps), strict=True)
        return Spread.of((ours - python) / (pulumi - python) for python, pulumi, ours in rounds)


def measure(repetitions: int = REPETITIONS) -> ImportTimes:
    """Start each step in turn, so that whatever else the machine does meanwhile hits all alike."""
    seconds: dict[str, list[float]] = {step: [] for step in STEPS}
    # The first round fills the file system's cache.
    for code in STEPS.values():
        _run(code)
    for _ in range(repetitions):
        for step, code in STEPS.items():
            seconds[step].append(_run(code))
    return ImportTimes(seconds)


def table(times: ImportTimes) -> str:
    """The times as Markdown, in milliseconds."""
    lines = ["| processor time from process start to | median | least | most |", "|---|---|---|---|"]
    for step, values in times.seconds.items():
        spread = Spread.of(1000 * value for value in values)
        lines.append(f"| {step} | {spread.middle:.0f} ms | {spread.least:.0f} ms | {spread.most:.0f} ms |")
    ratio = times.ratio
    lines.append(f"\npulumi_flowservice / pulumi: {ratio.middle:.2f} ({ratio.least:.2f} to {ratio.most:.2f})")
    return "\n".join(lines)


def _run(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    print(table(measure()))
