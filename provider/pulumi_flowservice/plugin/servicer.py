"""Translate calls of Pulumi's plugin protocol into calls of the lifecycle, for any kind of connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from .. import settings as configuration
from ..api.clock import Clock, time_limit
from ..engine.diagnostics import prepare_diagnostics
from ..errors import Code, SettingsError, notice
from ..lifecycle.caller import Caller
from ..lifecycle.connection import Lifecycle
from ..redaction import SECRETS
from ..resources.connection.check import automatic_name, check_inputs, unknown_inputs
from ..resources.connection.kind import UNKNOWN, Kind, Properties
from ..resources.connection.kinds import KINDS
from ..settings import Settings
from ..version import __version__
from . import SCHEMA
from .calls import Engine, EngineHandler, call, hiding, recording
from .codec import decode, encode
from .functions import FUNCTIONS

_KINDS = {kind.native_type: kind for kind in KINDS.values()}
_Diff = provider_pb2.DiffResponse
_Property = provider_pb2.PropertyDiff


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The plugin. The engine calls it from many threads, after `Configure`."""

    def __init__(self, engine: Engine, make_clock: Callable[[], Clock] = Clock.cancellable) -> None:
        self._engine = engine
        self._make_clock = make_clock
        self._clock = make_clock()
        self._settings = Settings()
        self._lifecycles: dict[str, Lifecycle] = {}

    @call
    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say what the plugin understands: secrets, and the stack's `pulumi:autonaming`."""
        self._engine.attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    @call
    def Attach(self, request: plugin_pb2.PluginAttach, _context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Serve another engine; tests and debuggers attach to a running plugin."""
        self._engine.attach(request.address)
        return empty_pb2.Empty()

    @call
    def GetPluginInfo(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=__version__)

    @call
    def GetSchema(
        self, _request: provider_pb2.GetSchemaRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema=SCHEMA.read_text(encoding="utf-8"))

    @call
    def Cancel(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End all pauses, and calls before their write. Requests on their way are finished, and an undo is sent."""
        self._clock.cancelled.set()
        return empty_pb2.Empty()

    @call
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Return the problems of the settings that are known."""
        news, _ = decode(request.news)
        known = {name: value for name, value in news.items() if value is not UNKNOWN}
        # As in `Check`, a failure must not name a property.
        failures = [_failure(Code.SETTINGS, problem) for problem in _settings(known).problems]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @call
    def DiffConfig(
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Never ask for a replacement: it would replace every connection of the provider."""
        changes = _Diff.DIFF_SOME if decode(request.old_inputs)[0] != decode(request.news)[0] else _Diff.DIFF_NONE
        return _Diff(changes=changes)

    @call
    def Configure(
        self, request: provider_pb2.ConfigureRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Read the settings, without any request."""
        given, _ = decode(request.args)
        self._settings = _settings(given)
        prepare_diagnostics(self._settings.debug, EngineHandler(self._engine))
        self._clock = self._make_clock()
        warn = Caller(self._engine.warner(""))
        self._lifecycles = {
            kind.native_type: Lifecycle(kind, self._settings, warn, self._clock) for kind in KINDS.values()
        }
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @call
    def Invoke(
        self, request: provider_pb2.InvokeRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Answer a function. Raises: FlowServiceError."""
        if request.tok not in FUNCTIONS:
            raise SettingsError(f"the package has no function {request.tok!r}", code=Code.INPUTS)
        arguments, secrets = decode(request.args)
        # An id stands in the path of a request, which the debug log shows.
        SECRETS.learn(*(arguments.get(name) for name in secrets))
        found = provider_pb2.InvokeResponse()
        # For the client of the resources, with its token, and for `Cancel`.
        with time_limit(self._clock, self._settings.operation_timeout), hiding(secrets):
            answer = FUNCTIONS[request.tok].answer(self._settings, arguments)
        # `return` is a word of Python's.
        getattr(found, "return").CopyFrom(encode(answer))
        return found

    @call
    def Check(self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Return the normalized inputs, and all problems as failures."""
        olds, known = decode(request.olds)
        kind = _kind(request)
        news, secrets = _decoded(kind, request.news)
        # What the program leaves out now may stay as it was, such as the name.
        secrets |= known - {*news}
        problems = unknown_inputs(kind, news)
        if not olds and "name" not in news and "adopt" not in news:
            news["autoName"] = _automatic_name(request)
        inputs, more = check_inputs(kind, olds, news, self._settings, secrets)
        problems += more
        if "name" not in inputs and not olds and "adopt" not in inputs:
            problems.append("`name` is missing, because the stack's `pulumi:autonaming` is disabled")
        failures = [_failure(Code.INPUTS, problem) for problem in problems]
        return provider_pb2.CheckResponse(inputs=encode(inputs, secrets), failures=failures)

    @call
    def Diff(self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Return what would change, by property."""
        (olds, secrets), (news, more) = decode(request.olds), decode(request.news)
        found = self._lifecycle(request, secrets | more).diff(request.id, olds, news)
        detailed = {name: _Property(kind=_change(name, olds, news, found.replaces)) for name in found.properties}
        return _Diff(
            changes=_Diff.DIFF_SOME if found.changes else _Diff.DIFF_NONE,
            replaces=found.replaces,
            diffs=found.properties,
            detailedDiff=detailed,
            hasDetailedDiff=bool(detailed) or not found.changes,
        )

    @call
    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create or adopt the connection; in a preview, return what is known of it."""
        inputs, secrets = _decoded(_kind(request), request.properties)
        if request.preview:
            computed = {"etag": UNKNOWN, "state": UNKNOWN, "imsOrg": self._settings.ims_org or UNKNOWN}
            return provider_pb2.CreateResponse(properties=encode({**inputs, **computed}, secrets))
        with recording(context, secrets):
            id_, outputs = self._lifecycle(request, secrets, request.timeout).create(inputs)
        return provider_pb2.CreateResponse(id=id_, properties=encode(outputs, secrets))

    @call
    def Read(self, request: provider_pb2.ReadRequest, _context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Return the properties that the server has; without properties in the request, import `[SANDBOX/]ID`."""
        properties, secrets = _decoded(_kind(request), request.properties)
        inputs, more = decode(request.inputs)
        secrets, id_ = secrets | more, request.id
        if not properties:
            where, _, id_ = request.id.rpartition("/")
            properties = {"sandbox": where} if where else {}
        found = self._lifecycle(request, secrets, request.timeout).read(id_, {**inputs, **properties})
        if found is None:
            return provider_pb2.ReadResponse()
        if not request.properties.fields:
            self._lifecycle(request).keep(id_)
        outputs, inputs = found
        return provider_pb2.ReadResponse(id=id_, properties=encode(outputs, secrets), inputs=encode(inputs, secrets))

    @call
    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Change the connection in place; in a preview, return what is known of it."""
        olds, known = decode(request.olds)
        news, secrets = _decoded(_kind(request), request.news)
        if request.preview:
            kept: Properties = {name: olds[name] for name in ("name", "imsOrg", "state") if name in olds}
            return provider_pb2.UpdateResponse(properties=encode({**kept, **news, "etag": UNKNOWN}, secrets))
        with recording(context, secrets | known):
            outputs = self._lifecycle(request, secrets | known, request.timeout).update(request.id, olds, news)
        return provider_pb2.UpdateResponse(properties=encode(outputs, secrets))

    @call
    def Delete(self, request: provider_pb2.DeleteRequest, _context: grpc.ServicerContext) -> empty_pb2.Empty:
        olds, secrets = decode(request.properties)
        self._lifecycle(request, secrets, request.timeout).delete(request.id, olds)
        return empty_pb2.Empty()

    def _lifecycle(self, request: Any, secrets: frozenset[str] = frozenset(), seconds: float = 0) -> Lifecycle:
        """Return the lifecycle for this call. Raises: SettingsError for a type that the package does not have."""
        caller = Caller(self._engine.warner(request.urn), secrets, seconds or None, request.urn)
        return self._lifecycles[_kind(request).native_type].called_by(caller)


def _settings(given: Mapping[str, object]) -> Settings:
    return configuration.load(lambda key: given.get(key.partition(":")[2]))


def _kind(request: Any) -> Kind:
    """Return the kind of a request's resource. Raises: SettingsError."""
    # A URN is `urn:pulumi:stack::project::parent$type::name`.
    token = request.type or request.urn.split("::")[2].rpartition("$")[2]
    if token not in _KINDS:
        raise SettingsError(f"the package has no resource {token!r}", code=Code.INPUTS)
    return _KINDS[token]


def _automatic_name(request: Any) -> str | None:
    """Return the default name: by the stack's `pulumi:autonaming` if it has one, else as the dynamic provider does."""
    naming = request.autonaming if request.HasField("autonaming") else None
    if naming is not None:
        return naming.proposed_name or None
    stack, project, _, name = request.urn.removeprefix("urn:pulumi:").split("::", 3)
    return automatic_name(project, stack, name)


def _failure(code: str, problem: str) -> Any:
    # A failure must not name a property: the engine would print the property's value, a possible secret.
    return provider_pb2.CheckFailure(property="", reason=notice(code, problem))


def _decoded(kind: Kind, struct: Any) -> tuple[Properties, frozenset[str]]:
    """Return the properties, and the names of the secret ones: those of the kind and those that the program made so."""
    properties, secrets = decode(struct)
    return properties, secrets | {*kind.secrets}


def _change(name: str, olds: Properties, news: Properties, replaces: list[str]) -> Any:
    if name in replaces:
        return _Property.UPDATE_REPLACE
    if olds.get(name) is None:
        return _Property.ADD
    return _Property.DELETE if news.get(name) is None else _Property.UPDATE
