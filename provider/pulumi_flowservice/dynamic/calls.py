"""Translate calls of Pulumi's dynamic provider host into operations of the lifecycle, for any type of resource."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from pulumi import dynamic
from pulumi.output import Unknown as EngineUnknown
from pulumi.runtime import rpc

from .. import settings as configuration
from ..engine.diagnostics import one_call, prepare_diagnostics
from ..engine.names import PROVIDER_KEY, SECRET, SIGNATURE
from ..engine.watch import watch_output
from ..errors import Code, during, notice
from ..lifecycle import create as creation
from ..lifecycle import delete as deletion
from ..lifecycle import diff as comparison
from ..lifecycle import read as reading
from ..lifecycle import update as change
from ..lifecycle.check import check_inputs
from ..lifecycle.names import without_digits
from ..lifecycle.operation import Call, Run, begin
from ..lifecycle.preconditions import warn_if_unusable
from ..lifecycle.properties import UNKNOWN, Properties, Unknown
from ..lifecycle.registry import inputs_key
from ..lifecycle.resource_type import ResourceType
from ..redaction import presentable
from ..settings import Settings


class _Configured:
    """What `configure` sets for all types of resources: one process serves one stack."""

    run: Run


def configure(get: Callable[[str], str | None]) -> None:
    """Read the settings of the stack's configuration and of the environment, without any request."""
    settings = configuration.load(get)
    prepare_diagnostics(settings.debug, logging.StreamHandler())
    watch_output()
    # What is imported stays: each look through all of it for garbage takes as long as ten requests.
    gc.freeze()
    _Configured.run = _run(settings)


def check(resource: ResourceType, old: Properties, new: Properties) -> dynamic.CheckResult:
    """Return the normalized inputs, and all problems as failures."""
    run = _Configured.run
    with one_call():
        olds, given = _known(old), _known(new)
        inputs, problems = check_inputs(resource, olds, given, run.settings)
        # The engine tells no name of the resource, but the automatic name is made from it.
        name = without_digits(str(given.get("autoName", "")))
        owner = f"{resource.resource}::{hash(inputs_key(given))}::{name}"
        with during(f"checking resource {name!r}"):
            run.registry.checked(owner, inputs, resource.noun, is_new=not olds)
        # A failure must not name a property: the engine would print the property's value, a possible secret.
        if not (olds or problems):
            warn_if_unusable(run)
        failures = [dynamic.CheckFailure("", notice(Code.INPUTS, problem)) for problem in problems]
        return dynamic.CheckResult(_engine(inputs, resource.secrets), failures)


def diff(resource: ResourceType, id_: str, old: Properties, new: Properties) -> dynamic.DiffResult:
    """Return what differs, and whether that needs a new object. Sends no request."""
    with one_call():
        news = _known(new)
        found = comparison.diff(_Configured.run, resource, _call(news), id_, _known(old), news)
        # A state of the native provider needs an update, which sends nothing, to get the reference to this one.
        is_moved = PROVIDER_KEY not in old
        if found.changes:
            warn_if_unusable(_Configured.run)
        # A connection's replacement is created first: if that fails, dataflows still have the old one.
        is_deleted_first = resource.is_deleted_first
        return dynamic.DiffResult(found.changes or is_moved, found.replaces, delete_before_replace=is_deleted_first)


def create(resource: ResourceType, given: Properties) -> dynamic.CreateResult:
    """Create or adopt the object, and return its id and outputs. Raises: FlowServiceError."""
    inputs = _known(given)
    with one_call(), begin(_Configured.run, resource, _call(inputs), "creating", inputs) as operation:
        return dynamic.CreateResult(*creation.create(operation, inputs))


def read(resource: ResourceType, id_: str, known: Properties) -> dynamic.ReadResult:
    """Return what the server has; an empty id if the object is gone. Raises: FlowServiceError."""
    run, properties = _Configured.run, _known(known)
    properties["sandbox"] = properties.get("sandbox") or run.settings.sandbox
    with one_call(), begin(run, resource, Call(_warn), "reading", properties, id_) as operation:
        found = reading.read(operation, id_, properties)
        return dynamic.ReadResult(id_, *found) if found else dynamic.ReadResult("", {})


def update(resource: ResourceType, id_: str, old: Properties, new: Properties) -> dynamic.UpdateResult:
    """Change the object in place, and return the outputs. Raises: FlowServiceError."""
    olds, news = _known(old), _known(new)
    with one_call(), begin(_Configured.run, resource, _call(news), "updating", olds, id_, news) as operation:
        return dynamic.UpdateResult(change.update(operation, id_, olds, news))


def delete(resource: ResourceType, id_: str, old: Properties) -> None:
    """Delete the object; one that is already gone is a success. Raises: FlowServiceError."""
    olds = _known(old)
    with one_call(), begin(_Configured.run, resource, Call(_warn), "deleting", olds, id_) as operation:
        deletion.delete(operation, id_, olds)


def _call(inputs: Properties) -> Call:
    """Return the call about the resource whose check returned these inputs."""
    return Call(_warn, _Configured.run.registry.owner_of(inputs))


@lru_cache(maxsize=8)
def _run(settings: Settings) -> Run:
    """Return the run of these settings. The host configures each class of providers anew, with the same ones."""
    return Run(settings, warn=_warn)


def _known(properties: Mapping[str, object]) -> Properties:
    """Convert the engine's properties into those of the lifecycle."""
    return {name: _value(value) for name, value in properties.items() if name != PROVIDER_KEY}


def _value(value: object) -> object:
    # The engine sends every number as a float.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _value(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_value(item) for item in value]
    return UNKNOWN if isinstance(value, EngineUnknown) else value


def _engine(properties: Properties, secrets: Collection[str]) -> Properties:
    """Convert inputs into those of the engine, marked as secrets: a transform may have set a password in plain text."""
    return {name: _marked(value, name in secrets) for name, value in properties.items()}


def _marked(value: object, is_secret: bool) -> object:
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    return {SIGNATURE: SECRET, "value": value} if is_secret else value


def _warn(message: str) -> None:
    # The engine shows what a provider writes to standard error under *Diagnostics*.
    sys.stderr.write(f"warning: {presentable(message)}\n")
    sys.stderr.flush()
