"""One environment: one stack, one action, one outcome."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from itertools import takewhile
from pathlib import Path

from pulumi import automation

from .stopping import StoppablePulumi, StoppedError


class Action(str, Enum):
    """What is done to every environment."""

    PROVISION = "provision"
    REFRESH = "refresh"
    DESTROY = "destroy"


@dataclass
class Outcome:
    """How it ended; `changes` counts resources by what was done to them, errors hold no secret."""

    environment: str
    result: str = "not started"
    seconds: float = 0.0
    changes: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether everything was done."""
        return self.result == "done"


class Environment:
    """A stack of the project in a folder; the stack's file says which sandbox it serves."""

    def __init__(self, name: str, project: Path, command: StoppablePulumi) -> None:
        self.name = name
        self._project = project
        self._command = command

    def run(self, action: Action, report: Callable[[str], None]) -> Outcome:
        """Do it, and tell what happens on the way; never raises what Pulumi says, but tells it by the outcome."""
        outcome = Outcome(self.name)
        started = time.monotonic()
        try:
            report("selecting the stack")
            self._act(action, self._stack(), lambda event: _note(event, outcome, report))
            outcome.result = "done"
        except StoppedError:
            pass
        except automation.CommandError as error:
            outcome.result = "stopped" if self._command.is_stopping else "failed"
            outcome.errors = outcome.errors or [_last_words(error)]
        outcome.seconds = time.monotonic() - started
        report(outcome.result)
        return outcome

    def _stack(self) -> automation.Stack:
        options = automation.LocalWorkspaceOptions(pulumi_command=self._command)
        return automation.create_or_select_stack(self.name, work_dir=str(self._project), opts=options)

    def _act(self, action: Action, stack: automation.Stack, on_event: automation.OnEvent) -> None:
        if action is Action.PROVISION:
            stack.up(on_event=on_event, color="never", suppress_progress=True)
        elif action is Action.REFRESH:
            stack.refresh(on_event=on_event, color="never", suppress_progress=True)
        else:
            stack.destroy(on_event=on_event, color="never", suppress_progress=True)


def _note(event: automation.EngineEvent, outcome: Outcome, report: Callable[[str], None]) -> None:
    """Turn an event of the engine into progress, counts and errors."""
    if event.resource_pre_event:
        step = event.resource_pre_event.metadata
        if step.op.value != "same":
            report(f"{step.op.value} {step.urn.split('::', 3)[-1]}")
    elif event.diagnostic_event and event.diagnostic_event.severity == "error" and event.diagnostic_event.urn:
        message = event.diagnostic_event.message.strip()
        # What follows the reason on the stack's own account repeats that there was one.
        if message != "update failed":
            outcome.errors.append(message)
    elif event.summary_event:
        # The names of steps, which the Automation API hands over as texts, whatever it declares.
        changes = event.summary_event.resource_changes.items()
        outcome.changes.update({automation.OpType(step).value: count for step, count in changes})


def _last_words(error: automation.CommandError) -> str:
    """What `pulumi` gave as its reason, where the engine told of none by an event; it may have several lines."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() not in ("", "stdout:", "stderr:")]
    reasons = [number for number, line in enumerate(lines) if "error: " in line and not _closes(line)]
    if not reasons:
        return lines[-1].removeprefix("stderr: ") if lines else "pulumi gave no reason"
    # The progress shows first lines only; the diagnostics at the end have them whole.
    rest = lines[reasons[-1] + 1 :]
    more = takewhile(lambda line: "error: " not in line and not line.startswith("Resources:"), rest)
    return "\n".join([lines[reasons[-1]].partition("error: ")[2], *more])


def _closes(line: str) -> bool:
    """Whether the line only says that something failed, as every failure does at its end."""
    return "unhandled error" in line or "update failed" in line
