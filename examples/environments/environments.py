"""Preview, update, refresh or destroy environments, one after the other: `python environments.py up dev stage`.

Each environment is a stack with a Pulumi.NAME.yaml file. A failure does not stop the others. Ctrl-C does: Pulumi, which
gets it from the terminal too, finishes what is under way and frees the stack; the next environment is not begun.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pulumi import automation
from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).resolve().parent
ENVIRONMENTS = ("dev", "stage", "prod")
# Done only if it is named.
GUARDED = "prod"
COUNTED = ("create", "update", "replace", "delete", "same")
STOPPED = 130


@dataclass
class Outcome:
    """What happened in one environment: the result, and how many resources were created, updated, and so on."""

    result: str = "not begun"
    changes: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def note(self, event: automation.EngineEvent) -> None:
        """Keep the engine's errors and its summary."""
        problem, summary = event.diagnostic_event, event.summary_event
        if problem and problem.severity == "error" and problem.message.strip() != "update failed":
            self.errors.append(problem.message.strip())
        if summary:
            # The Automation API hands over the names as strings, whatever it declares.
            counts = summary.resource_changes.items()
            self.changes.update({automation.OpType(step).value: count for step, count in counts})


def main() -> int:
    """Run the command. Exit codes: 0 all done; 1 at least one failed; 2 wrong arguments; 130 stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("preview", "up", "refresh", "destroy"))
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"Default: all but {GUARDED}.")
    arguments = parser.parse_args()
    names = list(dict.fromkeys(arguments.names)) or [name for name in ENVIRONMENTS if name != GUARDED]
    if unknown := set(names) - set(ENVIRONMENTS):
        parser.error(f"no such environment: {', '.join(sorted(unknown))}; there are {', '.join(ENVIRONMENTS)}")

    stopping = threading.Event()
    # No exception: that would leave a running `pulumi` behind. A cancelled pipeline sends SIGTERM.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    outcomes = {name: Outcome() for name in names}
    for name, outcome in outcomes.items():
        if not stopping.is_set():
            print(f"{name}: {arguments.action}", flush=True)
            run(name, arguments.action, outcome, stopping)
    show(outcomes)
    results = {outcome.result for outcome in outcomes.values()}
    return 0 if results == {"done"} else 1 if "failed" in results else STOPPED


def run(name: str, action: str, outcome: Outcome, stopping: threading.Event) -> None:
    """Do it in one environment, and keep what happened."""
    try:
        stack = automation.create_or_select_stack(name, work_dir=str(PROJECT))
        getattr(stack, action)(on_event=outcome.note, color="never")
        outcome.result = "done"
    except automation.CommandError as error:
        outcome.result = "stopped" if stopping.is_set() else "failed"
        # Where the engine reported none, the whole output of `pulumi` has the reason.
        outcome.errors = outcome.errors or [str(error).strip()]


def show(outcomes: dict[str, Outcome]) -> None:
    """Print a table with a row for each environment, and below it the errors."""
    table = Table("environment", "result", *COUNTED)
    for name, outcome in outcomes.items():
        table.add_row(name, outcome.result, *(str(outcome.changes[step] or "-") for step in COUNTED))
    Console().print(table)
    for name, outcome in outcomes.items():
        for error in outcome.errors:
            print(f"{name}: {error}")


if __name__ == "__main__":
    sys.exit(main())
