"""From calls of Pulumi's dynamic provider host to calls of the lifecycle, for any kind of connection."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from pulumi import dynamic
from pulumi.output import Unknown as EngineUnknown
from pulumi.runtime import rpc

from .. import settings as configuration
from ..errors import Code, notice
from ..kinds.kind import UNKNOWN, Kind, Properties, Unknown
from ..lifecycle.boundary import plain_errors, prepare_diagnostics
from ..lifecycle.connection import Lifecycle
from ..redaction import SECRETS, presentable
from . import orphan

_PROVIDER_KEY = "__provider"


class ConnectionProvider(dynamic.ResourceProvider):  # type: ignore[misc, unused-ignore]
    """What the engine calls. Stateless, so that the state holds a short reference to it instead of code or secrets."""

    # There is nothing secret in a reference, and encrypting it for each resource takes time.
    serialize_as_secret_always = False
    kind: ClassVar[Kind]
    # Filled by `configure`, once a process: an attribute of an instance would be pickled into the state.
    _lifecycle: ClassVar[Lifecycle]

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the configuration; no request is made."""
        settings = configuration.load(req.config.get)
        prepare_diagnostics(settings.debug)
        orphan.watch()
        type(self)._lifecycle = Lifecycle(self.kind, settings, _warn)

    def check(self, _olds: Properties, news: Properties) -> dynamic.CheckResult:
        """Return defaults and problems. The engine prints the value of a named property, so failures name none."""
        with _call():
            inputs, problems = self._lifecycle.check(_olds, _known(news))
            failures = [dynamic.CheckFailure("", notice(Code.INPUTS, problem)) for problem in problems]
            return dynamic.CheckResult(_engine(inputs), failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.DiffResult:
        """Tell what would change; the new connection of a replacement is made before the old one goes."""
        with _call():
            found = self._lifecycle.diff(_id, _known(_olds), _known(_news))
            return dynamic.DiffResult(found.changes, found.replaces, delete_before_replace=False)

    def create(self, props: Properties) -> dynamic.CreateResult:
        """Make or adopt the connection."""
        with _call():
            return dynamic.CreateResult(*self._lifecycle.create(_known(props)))

    def read(self, id_: str, props: Properties) -> dynamic.ReadResult:
        """Return what the server has; an empty id tells the engine that it is gone."""
        with _call():
            found = self._lifecycle.read(id_, _known(props))
            return dynamic.ReadResult(id_, *found) if found else dynamic.ReadResult("", {})

    def update(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.UpdateResult:
        """Change it in place."""
        with _call():
            return dynamic.UpdateResult(self._lifecycle.update(_id, _known(_olds), _known(_news)))

    def delete(self, _id: str, _props: Properties) -> None:
        """Delete it."""
        with _call():
            self._lifecycle.delete(_id, _known(_props))


@contextmanager
def _call() -> Iterator[None]:
    """One call of the engine: it is finished even if the engine is gone, and its errors are plain."""
    with orphan.CALLS.one(), plain_errors():
        yield


def _known(properties: Mapping[str, object]) -> Properties:
    """The engine's properties as the lifecycle knows them."""
    return {name: _value(value) for name, value in properties.items() if name != _PROVIDER_KEY}


def _value(value: object) -> object:
    """The engine sends every number as a float."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, EngineUnknown) else value


def _engine(properties: Properties) -> Properties:
    return {name: rpc.UNKNOWN if isinstance(value, Unknown) else value for name, value in properties.items()}


def _warn(message: str) -> None:
    """The engine shows what a provider writes to its standard error under *Diagnostics*."""
    sys.stderr.write(f"warning: {presentable(message, SECRETS)}\n")
    sys.stderr.flush()
