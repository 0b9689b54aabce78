"""The environments side by side, no more than some at a time, and a clean stop."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from .board import Board
from .environment import Action, Environment, Outcome
from .stopping import StoppablePulumi


def run(project: Path, action: Action, names: Sequence[str], jobs: int, board: Board) -> list[Outcome]:
    """Run the action in every environment and return the outcomes in the order of the names.

    A failure stops nothing but its own environment. KeyboardInterrupt stops all in order; a second one, at once.
    """
    command = StoppablePulumi()
    environments = [Environment(name, project, command) for name in names]
    with ThreadPoolExecutor(jobs, thread_name_prefix="environment") as pool:
        futures = [pool.submit(_run, environment, action, board) for environment in environments]
        _wait(futures, command, board)
    return [future.result() for future in futures]


def _run(environment: Environment, action: Action, board: Board) -> Outcome:
    return environment.run(action, lambda line: board.report(environment.name, line))


def _wait(futures: Sequence[Future[Outcome]], command: StoppablePulumi, board: Board) -> None:
    pending = set(futures)
    while pending:
        try:
            _, pending = wait(pending, return_when=FIRST_COMPLETED)
        except KeyboardInterrupt:
            board.announce("Stopping: what is under way is finished, nothing new is begun. Ctrl-C again: at once.")
            command.stop()
