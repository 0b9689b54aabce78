"""Translate calls of Pulumi's dynamic provider host into calls of the lifecycle, for any kind of connection."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import ClassVar

from pulumi import dynamic
from pulumi.output import Unknown as EngineUnknown
from pulumi.runtime import rpc

from .. import settings as configuration
from ..engine.diagnostics import one_call, prepare_diagnostics
from ..engine.watch import watch_output
from ..errors import Code, notice
from ..lifecycle.caller import Caller
from ..lifecycle.connection import Lifecycle
from ..redaction import presentable
from ..resources.connection.kind import UNKNOWN, Kind, Properties, Unknown

_PROVIDER_KEY = "__provider"


class ConnectionProvider(dynamic.ResourceProvider):  # type: ignore[misc, unused-ignore]
    """The provider that the engine calls. It has no attributes of its own.

    Pulumi pickles the instance into the state of every resource. Without attributes, and in a module that can be
    imported, the pickle is a short reference to the class instead of code or secrets.
    """

    # The reference holds no secret, and encrypting it for each resource takes time.
    serialize_as_secret_always = False
    kind: ClassVar[Kind]
    # Set by `configure`, once per process. An attribute of the instance would be pickled into the state.
    _lifecycle: ClassVar[Lifecycle]

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the settings, without any request."""
        settings = configuration.load(req.config.get)
        prepare_diagnostics(settings.debug, logging.StreamHandler())
        watch_output()
        type(self)._lifecycle = Lifecycle(self.kind, settings, Caller(_warn))

    def check(self, _olds: Properties, news: Properties) -> dynamic.CheckResult:
        """Return the normalized inputs, and all problems as failures."""
        with one_call():
            inputs, problems = self._lifecycle.check(_olds, _known(news))
            # A failure must not name a property: the engine would print the property's value, a possible secret.
            failures = [dynamic.CheckFailure("", notice(Code.INPUTS, problem)) for problem in problems]
            return dynamic.CheckResult(_engine(inputs), failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.DiffResult:
        """Return what differs, and whether that needs a new connection. Sends no request."""
        with one_call():
            found = self._lifecycle.diff(_id, _known(_olds), _known(_news))
            # A state of the native provider needs an update, which sends nothing, to get the reference to this one.
            is_moved = _PROVIDER_KEY not in _olds
            # A replacement creates first: if the creation fails, dataflows still have the old connection.
            return dynamic.DiffResult(found.changes or is_moved, found.replaces, delete_before_replace=False)

    def create(self, props: Properties) -> dynamic.CreateResult:
        """Create or adopt the connection, and return its id and outputs. Raises: FlowServiceError."""
        with one_call():
            return dynamic.CreateResult(*self._lifecycle.create(_known(props)))

    def read(self, id_: str, props: Properties) -> dynamic.ReadResult:
        """Return what the server has; an empty id if the connection is gone. Raises: FlowServiceError."""
        with one_call():
            found = self._lifecycle.read(id_, _known(props))
            return dynamic.ReadResult(id_, *found) if found else dynamic.ReadResult("", {})

    def update(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.UpdateResult:
        """Change the connection in place by one PATCH, and return the outputs. Raises: FlowServiceError."""
        with one_call():
            return dynamic.UpdateResult(self._lifecycle.update(_id, _known(_olds), _known(_news)))

    def delete(self, _id: str, _props: Properties) -> None:
        """Delete the connection; one that is already gone is a success. Raises: FlowServiceError."""
        with one_call():
            self._lifecycle.delete(_id, _known(_props))


def _known(properties: Mapping[str, object]) -> Properties:
    """Convert the engine's properties into those of the lifecycle."""
    return {name: _value(value) for name, value in properties.items() if name != _PROVIDER_KEY}


def _value(value: object) -> object:
    # The engine sends every number as a float.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, EngineUnknown) else value


def _engine(properties: Properties) -> Properties:
    return {name: rpc.UNKNOWN if isinstance(value, Unknown) else value for name, value in properties.items()}


def _warn(message: str) -> None:
    # The engine shows what a provider writes to standard error under *Diagnostics*.
    sys.stderr.write(f"warning: {presentable(message)}\n")
    sys.stderr.flush()
