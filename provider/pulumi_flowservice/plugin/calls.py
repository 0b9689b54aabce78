"""The boundary to the engine: one call after another, errors as the protocol has them, and warnings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2

from ..engine.diagnostics import one_call
from ..errors import FlowServiceError, LifecycleError
from ..redaction import presentable
from .codec import encode


class Engine:
    """The engine's side of the connection, for messages beside a resource."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stub: Any = None

    def attach(self, address: str) -> None:
        """Remember where the engine listens."""
        with self._lock:
            if address:
                self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def warner(self, urn: str) -> Callable[[str], None]:
        """Return a function that shows a warning beside the resource with this URN."""
        return lambda message: self.show(engine_pb2.WARNING, presentable(message), urn)

    def show(self, severity: Any, message: str, urn: str = "") -> None:
        """Show a message, beside the resource with this URN if there is one."""
        with self._lock:
            stub = self._stub
        # An engine that is gone must not end an operation in the middle, such as before its undo.
        with suppress(grpc.RpcError):
            if stub is not None:
                stub.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn))


class EngineHandler(logging.Handler):
    """Gives the log to the engine, because it does not show what a plugin writes to standard error."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def emit(self, record: logging.LogRecord) -> None:
        self._engine.show(engine_pb2.INFO, self.format(record))


def call(method: Callable[..., Any]) -> Callable[..., Any]:
    """Run a method of the servicer as a call: finished even if the engine is gone, and its error is one paragraph."""

    @wraps(method)
    def called(servicer: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            with one_call():
                return method(servicer, request, context)
        except FlowServiceError as error:
            message = str(error)
        context.abort(grpc.StatusCode.UNKNOWN, message)

    return called


@contextmanager
def hiding(secrets: Collection[str]) -> Iterator[None]:
    """Leave the text of an error out if arguments are secret: it names what was looked for, however short that is."""
    try:
        yield
    except FlowServiceError as error:
        if not secrets:
            raise
        names = ", ".join(f"`{name}`" for name in sorted(secrets))
        raise FlowServiceError(
            f"the function failed; the reason is left out, because secret arguments were given ({names})",
            code=error.code,
            remedy=f"`pulumi-flowservice explain {error.code}` tells more. Give plain values to see the text.",
        ) from None


@contextmanager
def recording(context: grpc.ServicerContext, secrets: Collection[str]) -> Iterator[None]:
    """Let the engine record what an error leaves at the server; without that, a failed call changes no state."""
    try:
        yield
    except LifecycleError as error:
        if error.left is not None:
            message = presentable(str(error))
            failed = provider_pb2.ErrorResourceInitFailed(
                id=error.left.id, properties=encode(error.left.outputs, secrets), reasons=[message]
            )
            status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
            status.details.add().Pack(failed)
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        raise
