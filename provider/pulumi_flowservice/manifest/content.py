"""The content of a manifest: the values of each entry in each sandbox.

They are checked by the resource's own check, so that `validate` and `pulumi preview` report the same problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..lifecycle.check import check_inputs
from ..lifecycle.properties import UNKNOWN, Properties
from ..resources.connection.kind import Kind
from ..resources.connection.kinds import DEFAULT, KINDS
from ..resources.dataflow.dataflow import DATAFLOW
from ..settings import Settings
from .dataflow_keys import resource_form
from .strict_yaml import Place

Values = dict[str, Any]
"""A mapping of the file, by its keys; secrets as a `SecretReference`."""

RESOURCE_OPTIONS = frozenset(("retainOnDelete", "protect"))
# Keys of the entry that are not properties of the resource.
_ABOUT_THE_ENTRY = frozenset(("sandboxes", "overrides", "previously"))
# The check needs a sandbox; which one has no influence on the other inputs.
_ANYWHERE = Settings(sandbox="any")


@dataclass(frozen=True)
class SecretReference:
    """The place of a secret, never the secret itself; exactly one of the two is set."""

    config: str | None = None
    env: str | None = None


@dataclass(frozen=True)
class Settled:
    """A connection in one sandbox, merged from all parts of the file."""

    kind: Kind
    inputs: Properties
    """The resource's normalized inputs; secrets as a `SecretReference`."""
    options: Properties
    """The `RESOURCE_OPTIONS` that are set."""
    places: Mapping[str, Place]
    """The path of each value in the file."""
    problems: tuple[str, ...]
    """The problems that the resource's check has found."""


@dataclass(frozen=True)
class SettledDataflow:
    """A dataflow in one sandbox, merged from both parts of the file."""

    connection: str
    """The name of its connection's entry; empty if the file names none."""
    inputs: Properties
    """The resource's normalized inputs that the file gives, without the connection."""
    options: Properties
    """The `RESOURCE_OPTIONS` that are set."""
    places: Mapping[str, Place]
    """The path of each value in the file; of a part of one, such as `schedule.interval`, too."""
    problems: tuple[str, ...]
    """The problems that the resource's check has found."""


@dataclass(frozen=True)
class Manifest:
    """The whole file."""

    connections: Mapping[str, Values]
    defaults: Values
    sandboxes: Mapping[str, Values] | None
    dataflows: Mapping[str, Values]

    def goes_to(self, name: str, sandbox: str) -> bool:
        """Return whether the entry has a connection in this sandbox."""
        listed = self.connections[name].get("sandboxes")
        return listed is None or sandbox in listed

    def connection_of(self, name: str, sandbox: str) -> str:
        """Return the name of a dataflow's connection in this sandbox; empty if the file names none."""
        entry = self.dataflows[name]
        return str(entry.get("overrides", {}).get(sandbox, {}).get("connection") or entry.get("connection") or "")

    def dataflow_goes_to(self, name: str, sandbox: str) -> bool:
        """Return whether the entry has a dataflow in this sandbox: where its connection is, unless it says fewer."""
        listed, connection = self.dataflows[name].get("sandboxes"), self.connection_of(name, sandbox)
        return (
            connection in self.connections
            and self.goes_to(connection, sandbox)
            and (listed is None or sandbox in listed)
        )

    def kind(self, sandbox: str) -> Kind:
        """Return the kind of the entries in this sandbox that name none."""
        shared = (self.sandboxes or {}).get(sandbox, {}).get("kind") or self.defaults.get("kind")
        return KINDS[shared] if shared else DEFAULT

    def settled(self, name: str, sandbox: str) -> Settled:
        """Return the entry in a sandbox: its values take precedence over the sandbox's, and these over the defaults."""
        entry, place = self.connections[name], ("connections", name)
        parts: tuple[tuple[Place, Values], ...] = (
            (("defaults",), self.defaults),
            (("sandboxes", sandbox), (self.sandboxes or {}).get(sandbox, {})),
            (place, entry),
            ((*place, "overrides", sandbox), entry.get("overrides", {}).get(sandbox, {})),
        )
        kind = KINDS[next((part["kind"] for _, part in reversed(parts[2:]) if "kind" in part), self.kind(sandbox).name)]
        foreign = other_params(kind)
        values: Values = {}
        places: dict[str, Place] = {}
        for where, part in parts:
            for key, value in part.items():
                # Shared values may be meant for connections of another kind.
                is_meant = where[0] == "connections" or key not in foreign
                if is_meant and key != "kind" and key not in _ABOUT_THE_ENTRY:
                    values[key], places[key] = value, (*where, key)
        secrets = {key: value for key, value in values.items() if isinstance(value, SecretReference)}
        given = {**values, **dict.fromkeys(secrets, UNKNOWN)}
        inputs, problems = check_inputs(kind, {}, given, _ANYWHERE)
        del inputs["sandbox"]
        options = {key: values[key] for key in RESOURCE_OPTIONS if key in values}
        return Settled(kind, {**inputs, **secrets}, options, places, tuple(problems))

    def settled_dataflow(self, name: str, sandbox: str) -> SettledDataflow:
        """Return the dataflow in a sandbox: its overrides take precedence over its own values."""
        entry, place = self.dataflows[name], ("dataflows", name)
        override = entry.get("overrides", {}).get(sandbox, {})
        parts: tuple[tuple[Place, Values], ...] = ((place, entry), ((*place, "overrides", sandbox), override))
        values: Values = {}
        places: dict[str, Place] = {}
        for where, part in parts:
            given = {key: value for key, value in part.items() if key not in _ABOUT_THE_ENTRY}
            values |= given
            places |= {key: (*where, key) for key in given}
        return _settled_dataflow(self.connection_of(name, sandbox), values, places)


def _settled_dataflow(connection: str, values: Values, places: dict[str, Place]) -> SettledDataflow:
    if "schedule" in values:
        values["schedule"], origins = resource_form(values["schedule"])
        places |= {f"schedule.{key}": (*places["schedule"], origin) for key, origin in origins.items()}
    places |= {f"options.{key}": (*places["options"], key) for key in values.get("options", ())}
    options = {key: values.pop(key) for key in RESOURCE_OPTIONS if key in values}
    # Which connection it is has no influence on the other inputs.
    given = {**values, **({"connection": UNKNOWN} if connection else {})}
    inputs, problems = check_inputs(DATAFLOW, {}, given, _ANYWHERE)
    problems += [f"`{key}` is missing" for key in DATAFLOW.required_inputs if key not in values]
    # Without the resource's defaults: `enabled` left out and `enabled: true` mean different things later.
    kept = {key: value for key, value in inputs.items() if key in values and key != "connection"}
    return SettledDataflow(connection, kept, options, places, tuple(problems))


def other_params(kind: Kind) -> frozenset[str]:
    """Return the names of the params that only other kinds have."""
    own = {param.name for param in kind.params}
    return frozenset(param.name for other in KINDS.values() for param in other.params) - own
