"""The names that programs and states use of a type of resource, without what the type does.

A program registers resources and does nothing else with them: it need not import the types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..lifecycle.names import python_name


class Names:
    """The names of a type of resource and of its properties."""

    in_python: Mapping[str, str]
    """The names of all properties in Python, by those in the state."""
    secrets: frozenset[str]
    """The inputs that are secret, by their names in Python."""
    defaulted: frozenset[str]
    """The inputs that have a value also where the program gives none, by their names in Python."""
    resource: str
    """The name of the class."""
    dynamic_type: str
    native_type: str
    is_deleted_first: bool

    def __init__(
        self,
        resource: str,
        *properties: str,
        dynamic_type: str,
        native_type: str,
        secrets: Iterable[str],
        defaulted: Iterable[str],
        is_deleted_first: bool,
    ) -> None:
        self.resource = resource
        self.in_python = {name: python_name(name) for name in properties}
        self._in_state = {python: name for name, python in self.in_python.items()}
        self.secrets = frozenset(map(python_name, secrets))
        self.defaulted = frozenset(map(python_name, defaulted))
        self.dynamic_type = dynamic_type
        self.native_type = native_type
        self.is_deleted_first = is_deleted_first

    def has(self, name: str) -> bool:
        """Return whether a property has this name in Python."""
        return name in self._in_state

    def in_state(self, name: str) -> str:
        """Return the name in the state of a property in Python; any other name stays."""
        return self._in_state.get(name, name)
