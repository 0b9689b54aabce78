"""Waits for what another process or thread does."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(is_time: Callable[[], object], *, seconds: float = 60, why_not: Callable[[], str] = str) -> None:
    """Return when it is time, where there is nothing to wait on: the other one is no child, or has not ended.

    Raises: AssertionError after `seconds`, with the text of `why_not`.
    """
    end = time.monotonic() + seconds
    while not is_time():
        assert time.monotonic() < end, why_not()
        time.sleep(0.05)
