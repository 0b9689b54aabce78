"""The connections of one side of a comparison: of a stack's state, a sandbox or a manifest. Without secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..engine.names import AUTOMATIC_DIGITS, Urn
from ..errors import Code, SettingsError
from ..lifecycle.properties import Properties
from ..resources.connection.kinds import KINDS, secret_names
from ..settings import Settings
from .difference import Secret
from .pulumi_command import connections_in_state, visible
from .stack_settings import run_with

_IN_A_STATE = frozenset(("name", "connectionTest", "credentialsVersion"))
_IN_A_MANIFEST = _IN_A_STATE | {"retainOnDelete", "protect"}


@dataclass(frozen=True)
class Inventory:
    """Connections by their names in the program, or for a sandbox in the UI, and the fields that this source knows."""

    knows: frozenset[str]
    connections: Mapping[str, Properties]
    has_programs_names: bool = True
    former_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By name, the former names of the same connection."""

    def by_name_in_the_ui(self) -> dict[str, Properties]:
        """Return the connections by their names in the UI, without the digits of default names."""
        if not self.has_programs_names:
            return dict(self.connections)
        return {str(each.get("name", resource)): each for resource, each in self.connections.items()}


def load(side: str, settings: Settings) -> Inventory:
    """Read `stack:NAME`, `sandbox:NAME` or `file:PATH[#SANDBOX]`; without a prefix, a YAML file or else a stack.

    Raises: FlowServiceError, if it cannot be read.
    """
    kind, _, name = side.partition(":")
    if kind not in _SOURCES:
        kind = "file" if side.partition("#")[0].endswith((".yaml", ".yml")) else "stack"
        name = side
    if not name:
        raise SettingsError(f"{side!r} has no name after the colon", code=Code.CHOICE, remedy=f"Write {kind}:NAME.")
    return _SOURCES[kind](name, settings)


def _stack(name: str, _settings: Settings) -> Inventory:
    """Read the state, without a request to the API."""
    connections: dict[str, Properties] = {}
    for kind, resource in connections_in_state(name):
        key = Urn.parse(resource["urn"]).name
        properties = {**visible(resource.get("outputs") or {}), "kind": kind.name}
        without_digits, digits = AUTOMATIC_DIGITS.subn("", str(properties.get("name")))
        if digits and without_digits == key:
            # A default name holds a hash of the stack, so it always differs between two stacks.
            del properties["name"]
        # Resources of different kinds may have the same name.
        connections[key if key not in connections else f"{key} ({kind.name})"] = properties
    return Inventory(_shown() | _IN_A_STATE, connections)


def _sandbox(name: str, settings: Settings) -> Inventory:
    """Read the API's list. If several connections have one name, all but the first get their ids as well."""
    from ..lookups.connections import list_connections

    connections: dict[str, Properties] = {}
    for connection in (
        each for kind in KINDS.values() for each in list_connections(run_with(settings), kind, name, {})
    ):
        key = AUTOMATIC_DIGITS.sub("", connection.name)
        connections[key if key not in connections else f"{connection.name} ({connection.id})"] = connection.flat()
    return Inventory(_shown(), connections, has_programs_names=False)


def _manifest(name: str, _settings: Settings) -> Inventory:
    """Read a manifest, by entry name, or by `entry @ sandbox` if no sandbox is chosen."""
    from ..manifest.reader import read

    path, _, sandbox = name.partition("#")
    manifest, _ = read(path)
    named = {each for entry in manifest.connections.values() for each in entry.get("sandboxes", ())}
    sandboxes = [sandbox] if sandbox else sorted(named.union(manifest.sandboxes or ())) or [""]
    connections: dict[str, Properties] = {}
    former: dict[str, list[str]] = {}
    for entry_name, entry in manifest.connections.items():
        for each in sandboxes:
            if manifest.goes_to(entry_name, each):
                place = "" if sandbox or not each else f" @ {each}"
                settled = manifest.settled(entry_name, each)
                secrets = {key: Secret(settled.inputs[key]) for key in settled.kind.secrets if key in settled.inputs}
                properties = {**settled.inputs, **settled.options, **secrets, "kind": settled.kind.name}
                connections[entry_name + place] = properties
                former[entry_name + place] = [name + place for name in entry.get("previously", ())]
    return Inventory(_shown() | secret_names() | _IN_A_MANIFEST, connections, former_names=former)


def _shown() -> frozenset[str]:
    """Return the names of all fields that the API shows, of all kinds."""
    return frozenset(("kind", "description", *(name for kind in KINDS.values() for name in kind.details)))


_SOURCES: Mapping[str, Callable[[str, Settings], Inventory]] = {
    "stack": _stack,
    "sandbox": _sandbox,
    "file": _manifest,
}
