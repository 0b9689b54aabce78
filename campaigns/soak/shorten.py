"""The shortest history that repeats a failure, found by leaving steps out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from campaigns.soak.steps import Step


def shorten(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Leave out as many steps as possible: halves first, then smaller parts, as long as the rest still fails.

    Return an empty list if not even all of them fail again; `fails` may answer no when its time is up.
    """
    if not fails(steps):
        return []
    shortest, size = list(steps), len(steps) // 2
    while size:
        at = 0
        while at < len(shortest):
            rest = shortest[:at] + shortest[at + size :]
            if rest and fails(rest):
                shortest = rest
            else:
                at += size
        size //= 2
    return shortest
