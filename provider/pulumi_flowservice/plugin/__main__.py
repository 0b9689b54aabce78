"""Run the plugin: serve the engine that has started this process, and print the port for it.

`from_source.py` beside this module runs it for a language host.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Mapping
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from ..engine.watch import end_with
from ..lifecycle.resource_type import ResourceType
from .calls import Engine
from .servicer import TYPES, Servicer

# More than an engine has calls at once; a thread begins only when one is needed.
_MOST_CALLS = 1024
# As the engine's own limit: a schema or a large resource is longer than gRPC's default of 4 MiB.
_LARGEST_MESSAGE = 400 * 2**20


def serve(servicer: Servicer) -> tuple[grpc.Server, int]:
    """Start a server on a free port of 127.0.0.1 and return both."""
    server = grpc.server(
        futures.ThreadPoolExecutor(_MOST_CALLS),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def run(watch: Callable[[], None], types: Mapping[str, ResourceType] = TYPES) -> None:
    """Serve these types for ever; `watch` begins to watch for the end of the engine, and ends the process."""
    # gRPC's log would hold the tracebacks of errors that the engine has been told.
    logging.getLogger("grpc").addHandler(logging.NullHandler())
    # What is imported stays: each look through all of it for garbage takes as long as ten requests.
    gc.freeze()
    engine = Engine()
    engine.attach(next((word for word in sys.argv[1:] if not word.startswith("-")), ""))
    server, port = serve(Servicer(engine, types=types))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    watch()
    server.wait_for_termination()


def main(types: Mapping[str, ResourceType] = TYPES) -> None:
    """Serve these types until the engine, which is this process's parent, ends."""
    parent = os.getppid()
    run(lambda: end_with(lambda: os.getppid() != parent), types)


if __name__ == "__main__":
    main()
