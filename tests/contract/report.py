"""What a run of the contract suite has found, as a page that can be sent: nothing of it is private."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flowservice_emulator.choices import Option, choices

from tests.contract.api import Answer
from tests.contract.redaction import redacted

PAGE = Path(__file__).parents[2] / "docs" / "engineering" / "emulator.md"
CONFIRMED, CONTRADICTED, NOT_TRIED = "confirmed", "contradicted", "not tried"


@dataclass(frozen=True)
class Observed:
    """Which option of a choice was seen, None for none of them, and the last answer that showed it."""

    choice: str
    option: Option | None
    answer: Answer


@dataclass
class Outcome:
    """What became of a test, over all of its cases."""

    passed: bool = False
    answer: str = ""
    """Of a case that failed: the last answer, redacted."""
    failed: bool = False
    not_tried: str = ""


@dataclass
class Report:
    """Everything that a run finds out."""

    target: str
    private: set[str] = field(default_factory=set)
    """Values that must not show, whatever they look like."""
    prefix: str = ""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    observations: dict[str, Observed] = field(default_factory=dict)
    left_behind: int = 0

    def outcome(self, test: str) -> Outcome:
        """Return what is known of a test, by its name without parameters."""
        return self.outcomes.setdefault(test, Outcome())

    def verdict(self, tests: Iterable[str]) -> tuple[str, str]:
        """Return what several tests say together, and the answer or reason for it."""
        found = [self.outcomes[each] for each in tests if each in self.outcomes]
        for outcome in found:
            if outcome.failed:
                return CONTRADICTED, outcome.answer
        if any(outcome.passed for outcome in found):
            return CONFIRMED, ""
        return NOT_TRIED, next((outcome.not_tried for outcome in found if outcome.not_tried), "")

    def text(self) -> str:
        """Return the page."""
        lines = [
            f"# Contract run: {self.target}",
            "",
            "Answers hold neither ids, names, addresses nor secrets: successes show their fields and types, errors the",
            "words that Adobe's published messages have, with … for all else.",
            "",
            *self._leftovers(),
            "## Choices",
            "",
            "| choice | default | seen | verdict | answer |",
            "|---|---|---|---|---|",
            *self._choices(),
            "",
            "## Behaviours",
            "",
            "| behaviour | verdict | answer |",
            "|---|---|---|",
            *(_row(behaviour, *self.verdict(tests)) for behaviour, tests in behaviours()),
        ]
        return "\n".join(lines) + "\n"

    def _leftovers(self) -> list[str]:
        if not self.left_behind:
            return ["Everything that was made was removed.", ""]
        return [f"**{self.left_behind} resources could not be removed**: their names begin with {self.prefix}.", ""]

    def _choices(self) -> Iterable[str]:
        for name, _, options in choices():
            seen = self.observations.get(name)
            if seen is None:
                reason = self.outcomes.get(f"choice {name}", Outcome()).not_tried
                yield _row(f"`{name}`", str(options[0]), "", NOT_TRIED, reason)
            elif seen.option == options[0]:
                yield _row(f"`{name}`", str(options[0]), str(seen.option), CONFIRMED, "")
            else:
                shown = "none of the options" if seen.option is None else str(seen.option)
                yield _row(f"`{name}`", str(options[0]), shown, CONTRADICTED, redacted(seen.answer, self.private))


def behaviours() -> list[tuple[str, list[str]]]:
    """Return the rows of the emulator's page: each behaviour with the tests that try it."""
    table = PAGE.read_text(encoding="utf-8").partition("| behaviour |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return [(behaviour, re.findall(r"`(test_\w+)`", tests)) for behaviour, _, tests in rows]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
