"""Translate calls of Pulumi's dynamic provider host into operations of the lifecycle, for any type of resource."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import ClassVar

from pulumi import dynamic
from pulumi.output import Unknown as EngineUnknown
from pulumi.runtime import rpc

from .. import settings as configuration
from ..engine.diagnostics import one_call, prepare_diagnostics
from ..engine.names import AUTOMATIC_DIGITS, PROVIDER_KEY, SECRET, SIGNATURE
from ..engine.watch import watch_output
from ..errors import Code, during, notice
from ..lifecycle.check import check_inputs
from ..lifecycle.create import create
from ..lifecycle.delete import delete
from ..lifecycle.diff import diff
from ..lifecycle.operation import Call, Run, begin
from ..lifecycle.properties import UNKNOWN, Properties, Unknown
from ..lifecycle.read import read
from ..lifecycle.registry import inputs_key
from ..lifecycle.resource_type import ResourceType
from ..lifecycle.update import update
from ..redaction import presentable
from ..settings import Settings


class FlowServiceProvider(dynamic.ResourceProvider):  # type: ignore[misc, unused-ignore]
    """The provider that the engine calls. It has no attributes of its own.

    Pulumi pickles the instance into the state of every resource. Without attributes, and in a module that can be
    imported, the pickle is a short reference to the class instead of code or secrets.
    """

    # The reference holds no secret, and encrypting it for each resource takes time.
    serialize_as_secret_always = False
    resource: ClassVar[ResourceType]
    # Set by `configure`, for all types of resources: one process serves one stack. An attribute of the instance would
    # be pickled into the state.
    _run: ClassVar[Run]

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the settings, without any request."""
        settings = configuration.load(req.config.get)
        prepare_diagnostics(settings.debug, logging.StreamHandler())
        watch_output()
        FlowServiceProvider._run = _run(settings)

    def check(self, _olds: Properties, news: Properties) -> dynamic.CheckResult:
        """Return the normalized inputs, and all problems as failures."""
        with one_call():
            olds, given = _known(_olds), _known(news)
            inputs, problems = check_inputs(self.resource, olds, given, self._run.settings)
            # The engine tells no name of the resource, but the automatic name is made from it.
            name = AUTOMATIC_DIGITS.sub("", str(given.get("autoName", "")))
            owner = f"{self.resource.resource}::{hash(inputs_key(given))}::{name}"
            with during(f"checking resource {name!r}"):
                self._run.registry.checked(owner, inputs, self.resource.noun, is_new=not olds)
            # A failure must not name a property: the engine would print the property's value, a possible secret.
            failures = [dynamic.CheckFailure("", notice(Code.INPUTS, problem)) for problem in problems]
            return dynamic.CheckResult(_engine(inputs, self.resource.secrets), failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.DiffResult:
        """Return what differs, and whether that needs a new object. Sends no request."""
        with one_call():
            news = _known(_news)
            found = diff(self._run, self.resource, self._call(news), _id, _known(_olds), news)
            # A state of the native provider needs an update, which sends nothing, to get the reference to this one.
            is_moved = PROVIDER_KEY not in _olds
            # A connection's replacement is created first: if that fails, dataflows still have the old one.
            is_deleted_first = self.resource.is_deleted_first
            return dynamic.DiffResult(found.changes or is_moved, found.replaces, delete_before_replace=is_deleted_first)

    def create(self, props: Properties) -> dynamic.CreateResult:
        """Create or adopt the object, and return its id and outputs. Raises: FlowServiceError."""
        inputs = _known(props)
        with one_call(), begin(self._run, self.resource, self._call(inputs), "creating", inputs) as operation:
            return dynamic.CreateResult(*create(operation, inputs))

    def read(self, id_: str, props: Properties) -> dynamic.ReadResult:
        """Return what the server has; an empty id if the object is gone. Raises: FlowServiceError."""
        properties = _known(props)
        properties["sandbox"] = properties.get("sandbox") or self._run.settings.sandbox
        with one_call(), begin(self._run, self.resource, Call(_warn), "reading", properties, id_) as operation:
            found = read(operation, id_, properties)
            return dynamic.ReadResult(id_, *found) if found else dynamic.ReadResult("", {})

    def update(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.UpdateResult:
        """Change the object in place, and return the outputs. Raises: FlowServiceError."""
        olds, news = _known(_olds), _known(_news)
        with one_call(), begin(self._run, self.resource, self._call(news), "updating", olds, _id, news) as operation:
            return dynamic.UpdateResult(update(operation, _id, olds, news))

    def delete(self, _id: str, _props: Properties) -> None:
        """Delete the object; one that is already gone is a success. Raises: FlowServiceError."""
        olds = _known(_props)
        with one_call(), begin(self._run, self.resource, Call(_warn), "deleting", olds, _id) as operation:
            delete(operation, _id, olds)

    def _call(self, inputs: Properties) -> Call:
        """Return the call about the resource whose check returned these inputs."""
        return Call(_warn, self._run.registry.owner_of(inputs))


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
