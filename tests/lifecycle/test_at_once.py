"""What is done at once: nothing runs on, the told error is no chance, and a task logs what its call may log."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

import pytest
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.at_once import MOST_THREADS, at_once
from pulumi_flowservice.redaction import Secrets
from pulumi_flowservice.redaction.log import SecretlessFormatter, keep_out_of_log


def failing(text: str) -> None:
    """Fail with this text."""
    raise FlowServiceError(text)


def test_tasks_run_at_the_same_time() -> None:
    """Each waits for the others, and the one that began them."""
    barrier = threading.Barrier(4, timeout=30)

    with at_once() as begin:
        tasks = [begin(barrier.wait) for _ in range(3)]
        barrier.wait()

    assert len({task() for task in tasks}) == 3


def test_the_first_one_asked_tells_its_error() -> None:
    """Whichever has failed first."""
    last_has_failed = threading.Event()

    def first() -> None:
        last_has_failed.wait(30)
        failing("the first")

    def last() -> None:
        last_has_failed.set()
        failing("the last")

    with pytest.raises(FlowServiceError, match="the first"), at_once() as begin:
        tasks = [begin(first), begin(last)]
        for task in tasks:
            task()


def test_all_have_ended_when_one_has_failed() -> None:
    """Also those whose result nobody asks for."""
    has_begun, has_failed, ended = threading.Event(), threading.Event(), []

    def slow() -> None:
        has_begun.set()
        has_failed.wait(30)
        ended.append("slow")

    def fail() -> None:
        has_begun.wait(30)
        has_failed.set()
        failing("no")

    with pytest.raises(FlowServiceError, match="no"), at_once() as begin:
        begin(slow)
        begin(fail)()

    assert ended == ["slow"]


def test_a_task_needs_no_free_thread() -> None:
    """Whoever asks for its result does it, where all threads wait for something else."""
    release = threading.Event()

    with at_once() as begin:
        for _ in range(MOST_THREADS):
            begin(release.wait, 30)
        with at_once() as begin_more:
            told = begin_more(threading.get_ident)()
        release.set()

    assert told == threading.get_ident()


NO_MORE_THREADS = """
import threading
from pulumi_flowservice.lifecycle.at_once import at_once

done = []
with at_once() as begin:
    first = begin(done.append, 1)
    threading.stack_size(2**50)
    others = [begin(done.append, number) for number in (2, 3)]
    for task in (first, *others):
        task()
print(sorted(done))
"""


def test_a_machine_without_more_threads() -> None:
    """A container may limit them: all is done once, and nothing fails."""
    ended = subprocess.run(
        [sys.executable, "-c", NO_MORE_THREADS], capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.stdout, ended.stderr) == ("[1, 2, 3]\n", "")


def test_what_nobody_has_begun_is_left_out_after_an_error() -> None:
    """It is not done later, when the call has ended."""
    release = threading.Event()
    done: list[str] = []

    with at_once() as begin:
        for _ in range(MOST_THREADS):
            begin(release.wait, 30)
        with pytest.raises(FlowServiceError, match="no"), at_once() as begin_more:
            begin_more(done.append, "late")
            failing("no")
        release.set()
    with at_once() as begin:
        is_later = threading.Event()
        begin(is_later.set)
        is_later.wait(30)

    assert done == []


def test_the_log_of_a_task_hides_the_secrets_of_its_call() -> None:
    """Not those of the call that had the thread before."""
    formatter = SecretlessFormatter("%(message)s")

    def logged(text: str, is_done: threading.Event) -> str:
        found = formatter.format(logging.makeLogRecord({"msg": text}))
        is_done.set()
        return found

    told = []
    for secret, text in (("correct horse", "has correct horse"), ("battery staple", "has correct horse")):
        keep_out_of_log(Secrets([secret]))
        with at_once() as begin:
            is_done = threading.Event()
            task = begin(logged, text, is_done)
            # Else this thread might do it.
            is_done.wait(30)
            told.append(task())
    keep_out_of_log(None)

    assert ["correct horse" in each for each in told] == [False, True]
