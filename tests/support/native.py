"""The native plugin behind the methods of the lifecycle: its real protocol, in one process."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc, status_pb2
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.errors import FlowServiceError, Left, LifecycleError
from pulumi_flowservice.lifecycle.diff import Diff
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.lifecycle.resource_type import ResourceType
from pulumi_flowservice.plugin.__main__ import serve
from pulumi_flowservice.plugin.calls import Engine
from pulumi_flowservice.plugin.codec import decode, encode
from pulumi_flowservice.plugin.servicer import TYPES, Servicer


class Plugin:
    """A running plugin with its engine; `show` gets the URN and the text of each warning.

    `made_up` are types that no release has.
    """

    def __init__(
        self, clock: Callable[[], Clock], show: Callable[[str, str], None], made_up: Iterable[ResourceType] = ()
    ) -> None:
        self._log = grpc.server(futures.ThreadPoolExecutor(4))
        engine_pb2_grpc.add_EngineServicer_to_server(_Log(show), self._log)
        address = f"127.0.0.1:{self._log.add_insecure_port('127.0.0.1:0')}"
        self._log.start()
        self._server, port = serve(Servicer(Engine(), clock, {**TYPES, **{each.native_type: each for each in made_up}}))
        self.stub: Any = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
        self.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=address))

    def configure(self, **settings: object) -> None:
        """Configure it as the engine does, with settings by the names of the stack's configuration."""
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode(settings), acceptSecrets=True))

    def stop(self) -> None:
        """Stop both servers."""
        self._server.stop(0)
        self.stop_engine()

    def stop_engine(self) -> None:
        """Stop the engine's side."""
        self._log.stop(0)


class NativeLifecycle:
    """The methods of `Lifecycle`, each one call of the protocol."""

    def __init__(
        self, kind: ResourceType, environment: Mapping[str, str], warn: Callable[[str], None], clock: Clock
    ) -> None:
        self._plugin = Plugin(lambda: clock, lambda _urn, message: warn(message), [kind])
        self._plugin.configure(**configuration(environment))
        self._type = kind.native_type
        self._urn = f"urn:pulumi:dev::project::{kind.native_type}::orders"
        # The names of the inputs that the program made secret.
        self.secrets: Collection[str] = ()

    def check(self, olds: Properties, news: Properties) -> tuple[Properties, list[str]]:
        """Return the inputs and the problems."""
        given = {name: value for name, value in news.items() if name != "autoName"}
        if "autoName" in news and not olds and "adopt" not in news:
            given.setdefault("name", news["autoName"])
        request = provider_pb2.CheckRequest(
            urn=self._urn, olds=self._encode(olds), news=self._encode(given), type=self._type
        )
        found = self._call(self._plugin.stub.Check, request)
        return decode(found.inputs)[0], [failure.reason.partition(": ")[2].rstrip(".") for failure in found.failures]

    def diff(self, id_: str, olds: Properties, news: Properties) -> Diff:
        """Return what would change."""
        request = provider_pb2.DiffRequest(**self._about(id_), olds=self._encode(olds), news=self._encode(news))
        found = self._call(self._plugin.stub.Diff, request)
        is_changed = found.changes == provider_pb2.DiffResponse.DIFF_SOME
        return Diff(is_changed, list(found.replaces), list(found.diffs))

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Create the connection; return its id and outputs."""
        request = provider_pb2.CreateRequest(urn=self._urn, type=self._type, properties=self._encode(inputs))
        found = self._call(self._plugin.stub.Create, request)
        return found.id, decode(found.properties)[0]

    def read(self, id_: str, properties: Properties) -> tuple[Properties, Properties] | None:
        """Return the outputs and inputs, or None."""
        request = provider_pb2.ReadRequest(**self._about(id_), properties=self._encode(properties))
        found = self._call(self._plugin.stub.Read, request)
        return (decode(found.properties)[0], decode(found.inputs)[0]) if found.id else None

    def update(self, id_: str, olds: Properties, news: Properties) -> Properties:
        """Update the connection; return its outputs."""
        request = provider_pb2.UpdateRequest(**self._about(id_), olds=self._encode(olds), news=self._encode(news))
        return decode(self._call(self._plugin.stub.Update, request).properties)[0]

    def delete(self, id_: str, olds: Properties) -> None:
        """Delete the connection."""
        self._call(
            self._plugin.stub.Delete, provider_pb2.DeleteRequest(**self._about(id_), properties=self._encode(olds))
        )

    def _encode(self, properties: Properties) -> Any:
        return encode(properties, self.secrets)

    def _about(self, id_: str) -> dict[str, Any]:
        return {"id": id_, "urn": self._urn, "type": self._type}

    def _call(self, method: Callable[[Any], Any], request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            failed = error
        raise known_error(failed)


def known_error(failed: Any) -> FlowServiceError:
    """Return the error of our own that a call's status was made from."""
    code, _, message = failed.details().partition(": ")
    details = dict(failed.trailing_metadata()).get("grpc-status-details-bin")
    if not details:
        return LifecycleError(message, code=code)
    recorded = provider_pb2.ErrorResourceInitFailed()
    status_pb2.Status.FromString(details).details[0].Unpack(recorded)
    return LifecycleError(message, code=code, left=Left(recorded.id, decode(recorded.properties)[0]))


def configuration(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the stack's configuration with the same meaning as these environment variables."""
    words = {name.removeprefix("FLOWSERVICE_").lower(): value for name, value in environment.items()}
    return {re.sub(r"_([a-z])", lambda match: match[1].upper(), name): value for name, value in words.items()}


class _Log(engine_pb2_grpc.EngineServicer):
    """The engine's side: what the plugin shows beside a resource."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self._show = show

    def Log(self, request: Any, _context: grpc.ServicerContext) -> Any:
        self._show(request.urn, request.message)
        return empty_pb2.Empty()
