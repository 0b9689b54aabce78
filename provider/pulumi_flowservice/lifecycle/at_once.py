"""Do at once what does not need the result of one another: a creation waits for its slowest answer, not for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

# Of all calls: three for each of 64. Tasks beyond that wait, which is safe because no task begins others. Kept, because
# a new thread for each task would need a third of the processor time of a request.
_THREADS = ThreadPoolExecutor(192)
Begin = Callable[..., Callable[[], Any]]


@contextmanager
def at_once() -> Iterator[Begin]:
    """Let the code inside begin tasks, each in a thread; all have ended when it is left, whatever has failed.

    `begin(task, *arguments)` returns a function that waits for the task, and returns its result or raises its error.
    So the order in which the results are asked for, not chance, decides which of several errors is told.
    """
    begun: list[Future[Any]] = []

    def begin(task: Callable[..., Any], *arguments: object) -> Callable[[], Any]:
        # The context has the secrets that this call keeps out of the log.
        begun.append(_THREADS.submit(copy_context().run, task, *arguments))
        return begun[-1].result

    try:
        yield begin
    finally:
        wait(begun)
