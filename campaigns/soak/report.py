"""What a campaign has done and found, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.soak.steps import Step

_TITLES = {"command": "Commands", "trouble": "Processes killed or stopped", "fault": "Faults laid", "others": "Others"}


@dataclass(frozen=True)
class Failure:
    """A promise that did not hold in a life; `shortest` is a history that repeats it, if one was found."""

    life: int
    text: str
    steps: Sequence[Step]
    commands: Sequence[str]
    shortest: Sequence[Step] = ()


def report(seed: int, minutes: float, stacks: int, counts: Counter[str], failures: Sequence[Failure]) -> str:
    """Return the report of a campaign."""
    lines = [
        f"# Campaign with seed {seed}",
        "",
        f"{minutes:g} minutes, {stacks} stacks at once: {counts['life']} lives, {counts['step']} steps, "
        f"{sum(number for what, number in counts.items() if what.startswith('command: '))} commands. "
        f"Findings: {len(failures)}.",
        "",
        "| what | how often |",
        "|---|---|",
    ]
    for start, title in {**_TITLES, "code": "Codes told", "leftover": "Leftovers"}.items():
        found = sorted((what, number) for what, number in counts.items() if what.startswith(start))
        texts = [f"{what.partition(': ')[2] or what} {number}" for what, number in found]
        lines.append(f"| {title} | {', '.join(texts) or 'none'} |")
    for failure in failures:
        lines += ["", f"## Life {failure.life}: {failure.text}", "", "```", *failure.commands, "```", ""]
        if failure.shortest:
            lines += ["The shortest history that repeats it:", "", "```", *map(str, failure.shortest), "```"]
        else:
            lines += ["It was not repeated alone. Its history:", "", "```", *map(str, failure.steps), "```"]
    return "\n".join(lines) + "\n"
