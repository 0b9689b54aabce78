"""Answer for target connections and runs, of which there are none: clients of the whole API ask for them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .common import get_resource, list_resources

_TARGETS = "targetConnections"
_RUNS = "runs"


async def list_target_connections(request: Request) -> Response:
    """Answer `GET /targetConnections`."""
    return await list_resources(request, _TARGETS)


async def get_target_connection(request: Request) -> Response:
    """Answer `GET /targetConnections/{id}`."""
    return await get_resource(request, _TARGETS)


async def list_runs(request: Request) -> Response:
    """Answer `GET /runs`."""
    return await list_resources(request, _RUNS)


async def get_run(request: Request) -> Response:
    """Answer `GET /runs/{id}`."""
    return await get_resource(request, _RUNS)
