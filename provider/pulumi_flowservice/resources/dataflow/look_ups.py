"""What the look-ups of both sides of a dataflow share: to ask once, and to tell a problem without secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...lifecycle.names import python_name
from ...lifecycle.properties import Properties, has_unknown
from ...lifecycle.resource_type import Operation
from .similar import similar


class LookUps:
    """The look-ups of one side of one dataflow; `problems` has what they find wrong."""

    def __init__(self, operation: Operation, inputs: Properties) -> None:
        self._call = operation.call
        self._sandbox = operation.sandbox
        self._lists = operation.registry.lists
        self._inputs = {name: value for name, value in inputs.items() if not has_unknown(value)}
        self.problems: list[str] = []

    def _named(self, noun: str, name: str) -> str:
        """Return what a problem calls an object that an input names; its value is left out if it may be secret."""
        told = self._call.secrets is not None and name not in self._call.secrets
        where = f"(`{python_name(name)}`)"
        return f"{noun} {self._inputs[name]!r} {where}" if told else f"such {noun} {where}"

    def _similar(self, name: str, wanted: str, known: Iterable[str]) -> str:
        """Return a hint, unless the program made the input secret: the hint is almost its value."""
        return "" if name in (self._call.secrets or ()) else similar(wanted, known)

    def _once(self, *key: str, read: Callable[[], Any]) -> Any:
        """Return what this run has read under this key, or read it."""
        return self._lists.remembered((self._sandbox.name, *key), read)
