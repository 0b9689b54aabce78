"""Read one side of a comparison: a stack's state, a sandbox or a manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..engine.names import Urn
from ..errors import Code, SettingsError
from ..lifecycle.names import without_digits
from ..lifecycle.properties import Properties
from ..manifest.content import Manifest
from ..resources.connection.kind import Kind
from ..resources.connection.kinds import KINDS, secret_names
from . import dataflow_inventory
from .difference import Secret
from .pulumi_command import resources_in_state, visible
from .side import Entry, Side, Source, in_the_ui
from .stack_settings import choose

_IN_A_STATE = frozenset(("name", "connectionTest", "credentialsVersion"))
_IN_A_MANIFEST = _IN_A_STATE | {"retainOnDelete", "protect"}


def load(side: str, stack: str | None) -> Side:
    """Read `stack:NAME`, `sandbox:NAME` or `file:PATH[#SANDBOX]`; without a prefix, a YAML file or else a stack.

    A sandbox is read with the settings of `stack`. Raises: FlowServiceError, if it cannot be read.
    """
    kind, _, name = side.partition(":")
    if kind not in _SOURCES:
        kind = "file" if side.partition("#")[0].endswith((".yaml", ".yml")) else "stack"
        name = side
    if not name:
        raise SettingsError(f"{side!r} has no name after the colon", code=Code.CHOICE, remedy=f"Write {kind}:NAME.")
    return _SOURCES[kind](name, stack)


def _stack(name: str, _stack: str | None) -> Side:
    """Read the state, without a request to the API."""
    connections: dict[str, Entry] = {}
    dataflows: dict[str, Entry] = {}
    for declared, resource in resources_in_state(name):
        key = Urn.parse(resource["urn"]).name
        if isinstance(declared, Kind):
            # Resources of different kinds may have the same name.
            unique = key if key not in connections else f"{key} ({declared.name})"
            connections[unique] = _in_state(key, resource, kind=declared.name)
        else:
            dataflows[key] = _in_state(key, resource)
    dataflows = {key: dataflow_inventory.of_stack(each, connections) for key, each in dataflows.items()}
    return Side(Source.STACK, _shown() | _IN_A_STATE, connections, dataflows)


def _in_state(name: str, resource: Mapping[str, Any], **more: str) -> Entry:
    properties: Properties = {**visible(resource.get("outputs") or {}), **more}
    shown = in_the_ui(properties, name)
    if shown == name != properties.get("name"):
        # A default name holds a hash of the stack, so it always differs between two stacks.
        properties.pop("name", None)
    return Entry(properties, shown, str(resource.get("id") or ""))


def _sandbox(name: str, stack: str | None) -> Side:
    """Read the API's list. If several connections have one name, all but the first get their ids as well."""
    from ..lookups.connections import list_connections

    run = choose(stack).run
    connections: dict[str, Entry] = {}
    for each in (each for kind in KINDS.values() for each in list_connections(run, kind, name, {})):
        plain = without_digits(each.name)
        key = plain if plain not in connections else f"{each.name} ({each.id})"
        connections[key] = Entry(each.flat(), key, each.id)
    return Side(Source.SANDBOX, _shown(), connections, dataflow_inventory.of_sandbox(run, name, connections))


def _manifest(name: str, _stack: str | None) -> Side:
    """Read a manifest, by entry name, or by `entry @ sandbox` if no sandbox is chosen."""
    from ..manifest.reader import read

    path, _, sandbox = name.partition("#")
    manifest, _ = read(path)
    named = {each for entry in manifest.connections.values() for each in entry.get("sandboxes", ())}
    sandboxes = [sandbox] if sandbox else sorted(named.union(manifest.sandboxes or ())) or [""]
    connections: dict[str, Entry] = {}
    dataflows: dict[str, Entry] = {}
    for each in sandboxes:
        place = "" if sandbox or not each else f" @ {each}"
        connections |= {
            entry + place: _in_manifest(manifest, entry, each, place)
            for entry in manifest.connections
            if manifest.goes_to(entry, each)
        }
        dataflows |= {
            entry + place: dataflow_inventory.of_manifest(manifest, entry, each, place)
            for entry in manifest.dataflows
            if manifest.dataflow_goes_to(entry, each)
        }
    return Side(Source.FILE, _shown() | secret_names() | _IN_A_MANIFEST, connections, dataflows)


def _in_manifest(manifest: Manifest, name: str, sandbox: str, place: str) -> Entry:
    settled = manifest.settled(name, sandbox)
    secrets = {key: Secret(settled.inputs[key]) for key in settled.kind.secrets if key in settled.inputs}
    properties = {**settled.inputs, **settled.options, **secrets, "kind": settled.kind.name}
    former = [each + place for each in manifest.connections[name].get("previously", ())]
    return Entry(properties, in_the_ui(properties, name), str(settled.inputs.get("adopt") or ""), former)


def _shown() -> frozenset[str]:
    """Return the names of all fields that the API shows, of all kinds."""
    return frozenset(("kind", "description", *(name for kind in KINDS.values() for name in kind.details)))


_SOURCES: Mapping[str, Callable[[str, str | None], Side]] = {
    "stack": _stack,
    "sandbox": _sandbox,
    "file": _manifest,
}
