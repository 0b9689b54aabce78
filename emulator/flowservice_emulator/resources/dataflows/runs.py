"""Read runs of flows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ..reading import get_resource, list_resources

RUNS = "runs"


async def list_runs(request: Request) -> Response:
    """Answer `GET /runs`."""
    return await list_resources(request, RUNS)


async def get_run(request: Request) -> Response:
    """Answer `GET /runs/{id}`."""
    return await get_resource(request, RUNS)
