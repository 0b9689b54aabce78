"""The calls of Pulumi's plugin protocol that are about the package: its schema, its configuration, its functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from .. import settings as configuration
from ..api.clock import Clock
from ..engine.diagnostics import prepare_diagnostics
from ..errors import Code, SettingsError, notice
from ..lifecycle.call import Run
from ..lifecycle.properties import UNKNOWN
from ..redaction import Secrets
from ..redaction.log import keep_out_of_log
from ..settings import Settings
from ..version import __version__
from . import SCHEMA
from .calls import Engine, EngineHandler, call, hiding
from .codec import decode, encode
from .functions import FUNCTIONS
from .listing import listed


class PackageServicer(provider_pb2_grpc.ResourceProviderServicer):
    """The package. The engine calls it from many threads."""

    def __init__(self, engine: Engine, make_clock: Callable[[], Clock] = Clock.cancellable) -> None:
        self._engine = engine
        self._make_clock = make_clock
        self._run = Run(Settings(), make_clock())

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
        self._run.clock.cancelled.set()
        return empty_pb2.Empty()

    @call
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Return the problems of the settings that are known."""
        news, _ = decode(request.news)
        known = {name: value for name, value in news.items() if value is not UNKNOWN}
        # As in `Check`, a failure must not name a property.
        failures = [failure(Code.SETTINGS, problem) for problem in _settings(known).problems]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @call
    def DiffConfig(
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Never ask for a replacement: it would replace every connection of the provider."""
        is_changed = decode(request.old_inputs)[0] != decode(request.news)[0]
        changes = provider_pb2.DiffResponse.DIFF_SOME if is_changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes)

    @call
    def Configure(
        self, request: provider_pb2.ConfigureRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Read the settings, without any request."""
        given, _ = decode(request.args)
        is_default = request.name.startswith("default")
        settings = replace(_settings(given), explicit_provider="" if is_default else request.name)
        prepare_diagnostics(settings.debug, EngineHandler(self._engine))
        self._run = Run(settings, self._make_clock(), self._engine.warner(""))
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
        keep_out_of_log(Secrets(arguments.get(name) for name in secrets))
        found = provider_pb2.InvokeResponse()
        with hiding(secrets):
            answer = FUNCTIONS[request.tok].answer(self._run, arguments)
        # `return` is a word of Python's.
        getattr(found, "return").CopyFrom(encode(answer))
        return found

    @call
    def List(self, request: provider_pb2.ListRequest, _context: grpc.ServicerContext) -> Any:
        """Return an iterator over what exists of a type. Raises: FlowServiceError."""
        query, secrets = decode(request.query)
        keep_out_of_log(Secrets(query.get(name) for name in secrets))
        with hiding(secrets):
            # All that is asked for, before an error could cut off the stream of answers.
            return iter(list(listed(self._run, request.token, query, request)))


def _settings(given: Mapping[str, object]) -> Settings:
    return configuration.load(lambda key: given.get(key.partition(":")[2]))


def failure(code: str, problem: str) -> Any:
    """Return a problem as the protocol has it."""
    # A failure must not name a property: the engine would print the property's value, a possible secret.
    return provider_pb2.CheckFailure(property="", reason=notice(code, problem))
