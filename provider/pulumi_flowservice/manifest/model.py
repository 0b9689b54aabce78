"""What a manifest says, entry by entry and sandbox by sandbox.

Its values are checked as the resource checks its inputs, so file and `pulumi preview` say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..kinds import DEFAULT, KINDS
from ..kinds.check import check_inputs
from ..kinds.kind import UNKNOWN, Kind, Properties
from ..settings import Settings
from .document import Path

Values = dict[str, Any]
"""A mapping of the file, by its keys; secrets as a `SecretReference`."""

RESOURCE_OPTIONS = frozenset(("retainOnDelete", "protect"))
# These are about the entry, and no part of the connection.
_ABOUT_THE_ENTRY = frozenset(("sandboxes", "overrides", "previously"))
# Where the connection goes is decided elsewhere.
_ANYWHERE = Settings(sandbox="any")


@dataclass(frozen=True)
class SecretReference:
    """Where a secret is found, and never the secret itself; one of the two is given."""

    config: str | None = None
    env: str | None = None


@dataclass(frozen=True)
class Settled:
    """A connection as it is in a sandbox, put together from all parts of the file."""

    kind: Kind
    inputs: Properties
    """The resource's inputs in one spelling; secrets as a `SecretReference`."""
    options: Properties
    """Those of `RESOURCE_OPTIONS` that are given."""
    places: Mapping[str, Path]
    """Where in the file each value stands."""
    problems: tuple[str, ...]
    """What the resource's own check says."""


@dataclass(frozen=True)
class Manifest:
    """The whole file."""

    connections: Mapping[str, Values]
    defaults: Values
    sandboxes: Mapping[str, Values] | None

    def goes_to(self, name: str, sandbox: str) -> bool:
        """Tell whether the stack of this sandbox makes the entry's connection."""
        listed = self.connections[name].get("sandboxes")
        return listed is None or sandbox in listed

    def kind(self, sandbox: str) -> Kind:
        """Return the kind of the entries that name none."""
        shared = (self.sandboxes or {}).get(sandbox, {}).get("kind") or self.defaults.get("kind")
        return KINDS[shared] if shared else DEFAULT

    def settled(self, name: str, sandbox: str) -> Settled:
        """Return the entry as it is in a sandbox: its own values override the sandbox's, and these the defaults."""
        entry, place = self.connections[name], ("connections", name)
        parts: tuple[tuple[Path, Values], ...] = (
            (("defaults",), self.defaults),
            (("sandboxes", sandbox), (self.sandboxes or {}).get(sandbox, {})),
            (place, entry),
            ((*place, "overrides", sandbox), entry.get("overrides", {}).get(sandbox, {})),
        )
        kind = KINDS[next((part["kind"] for _, part in reversed(parts[2:]) if "kind" in part), self.kind(sandbox).name)]
        foreign = other_params(kind)
        values: Values = {}
        places: dict[str, Path] = {}
        for where, part in parts:
            for key, value in part.items():
                # What connections have in common may be meant for those of other kinds.
                is_meant = where[0] == "connections" or key not in foreign
                if is_meant and key != "kind" and key not in _ABOUT_THE_ENTRY:
                    values[key], places[key] = value, (*where, key)
        secrets = {key: value for key, value in values.items() if isinstance(value, SecretReference)}
        given = {**values, **dict.fromkeys(secrets, UNKNOWN)}
        inputs, problems = check_inputs(kind, {}, given, _ANYWHERE)
        del inputs["sandbox"]
        options = {key: values[key] for key in RESOURCE_OPTIONS if key in values}
        return Settled(kind, {**inputs, **secrets}, options, places, tuple(problems))


def other_params(kind: Kind) -> frozenset[str]:
    """Return the names of the params that only other kinds have."""
    own = {param.name for param in kind.params}
    return frozenset(param.name for other in KINDS.values() for param in other.params) - own


def secret_names() -> frozenset[str]:
    """Return the names that hold a secret in any kind: what stands there is never shown."""
    return frozenset(name for kind in KINDS.values() for name in kind.secrets)
