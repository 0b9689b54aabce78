"""Do at once what does not need the result of one another: a creation waits for its slowest answer, not for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial
from typing import Any

MOST_THREADS = 192
"""Of all calls: three for each of 64. What finds none is done by whoever asks for its result."""
# Kept, because a new thread for each task would need a third of the processor time of a request.
_THREADS = ThreadPoolExecutor(MOST_THREADS)
Begin = Callable[..., Callable[[], Any]]


@contextmanager
def at_once() -> Iterator[Begin]:
    """Let the code inside begin tasks, each in a thread. When it is left, whatever has failed, none runs or will run.

    `begin(task, *arguments)` returns a function that waits for the task, and returns its result or raises its error.
    So the order in which the results are asked for, not chance, decides which of several errors is told.
    """
    begun: list[_Task] = []

    def begin(task: Callable[..., Any], *arguments: object) -> Callable[[], Any]:
        # The context has the secrets that this call keeps out of the log.
        begun.append(_Task(partial(copy_context().run, task, *arguments)))
        # Where the machine starts no more threads, the task waits as where all are busy.
        with suppress(RuntimeError):
            _THREADS.submit(begun[-1].run)
        return begun[-1].result

    try:
        yield begin
    finally:
        wait([each.ended for each in begun if not each.take()])


class _Task:
    """A task, done once by the thread that comes first: one of the pool, or the one that asks for the result."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._act = act
        self._is_taken = threading.Lock()
        self.ended: Future[Any] = Future()

    def take(self) -> bool:
        """Return whether nobody else has taken the task; nobody else will."""
        return self._is_taken.acquire(blocking=False)

    def run(self) -> None:
        """Do the task, unless somebody has taken it."""
        if self.take():
            try:
                self.ended.set_result(self._act())
            except BaseException as error:  # noqa: BLE001 - Raised in the thread that asks for the result.
                self.ended.set_exception(error)

    def result(self) -> Any:
        """Return the result, or raise the error of the task; do it if it waits for a thread."""
        self.run()
        return self.ended.result()
