"""What is done at once: nothing runs on, the told error is no chance, and a task logs what its call may log."""

from __future__ import annotations

import logging
import threading

import pytest
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.at_once import at_once
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
    has_failed, ended = threading.Event(), []

    def slow() -> None:
        has_failed.wait(30)
        ended.append("slow")

    def fail() -> None:
        has_failed.set()
        failing("no")

    with pytest.raises(FlowServiceError, match="no"), at_once() as begin:
        begin(slow)
        begin(fail)()

    assert ended == ["slow"]


def test_the_log_of_a_task_hides_the_secrets_of_its_call() -> None:
    """Not those of the call that had the thread before."""
    formatter = SecretlessFormatter("%(message)s")

    def logged(text: str) -> str:
        return formatter.format(logging.makeLogRecord({"msg": text}))

    told = []
    for secret, text in (("correct horse", "has correct horse"), ("battery staple", "has correct horse")):
        keep_out_of_log(Secrets([secret]))
        with at_once() as begin:
            told.append(begin(logged, text)())
    keep_out_of_log(None)

    assert ["correct horse" in each for each in told] == [False, True]
