"""The lists that a run has read, which its calls share; each place is a type of resource in a sandbox."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .pages import Pages


class Lists:
    """The lists of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Objects that look alike are created one after another: a look-up for a lost one could find the other.
        self._turns: defaultdict[Any, threading.Lock] = defaultdict(threading.Lock)
        self._reading: defaultdict[Any, threading.Lock] = defaultdict(threading.Lock)
        self._remembered: dict[Any, Any] = {}
        self._first: dict[Any, Mapping[str, Any]] = {}
        self._pages: dict[Any, Pages] = {}

    def turn(self, identity: Any) -> threading.Lock:
        """Return the lock of all creations that look alike."""
        with self._lock:
            return self._turns[identity]

    def first_list(self, place: Any, read: Callable[[], Iterable[Any]] | None = None) -> Mapping[str, Any]:
        """Return the objects that were there before the first creation of a run, by their ids.

        One list serves all creations of one type in one sandbox: the first one reads it while the others wait. Without
        `read`, the result is empty if no creation has read it.
        """
        if read is None:
            return self._first.get(place, {})
        found: Mapping[str, Any] = self.remembered(place, lambda: {each.id: each for each in read()})
        self._first[place] = found
        return found

    def remembered(self, key: Any, read: Callable[[], Any]) -> Any:
        """Return what was read under this key, or read it while others that ask for it wait. Failures are not kept."""
        with self._lock:
            lock = self._reading[key]
        with lock:
            if key not in self._remembered:
                self._remembered[key] = read()
            return self._remembered[key]

    def pages(self, place: Any, begin: Callable[[], Pages]) -> Pages:
        """Return the pages of a list that were read so far, a minute ago at most."""
        with self._lock:
            if place not in self._pages or not self._pages[place].is_fresh:
                self._pages[place] = begin()
            return self._pages[place]
