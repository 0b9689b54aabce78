"""The map of the API: which path and method is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import catalogue, connections, flows
from .callers import identify
from .control import CONTROL_ROUTES
from .errors import ApiError, GatewayError, error_answer
from .gateway import Gateway
from .names import BASE_PATH, TOKEN_PATH
from .resources import settle
from .service import Service
from .tokens import issue_token

Endpoint = Callable[[Request], Awaitable[Response]]

_ENDPOINTS: list[tuple[str, str, Endpoint]] = [
    ("GET", "/connections", connections.list_connections),
    ("POST", "/connections", connections.create_connection),
    ("POST", "/connections/search", connections.search_connections),
    ("GET", "/connections/{id}", connections.get_connection),
    ("PATCH", "/connections/{id}", connections.patch_connection),
    ("DELETE", "/connections/{id}", connections.delete_connection),
    ("DELETE", "/connections/{id}/", connections.delete_connection),
    ("GET", "/connections/{id}/test", connections.test_connection),
    ("GET", "/connections/{id}/explore", catalogue.explore_connection),
    ("POST", "/connections/{id}/action", connections.publish_connection),
    ("GET", "/connectionSpecs", catalogue.list_specs),
    ("GET", "/connectionSpecs/{id}", catalogue.get_spec),
    ("GET", "/sourceConnections", flows.list_source_connections),
    ("POST", "/sourceConnections", flows.create_source_connection),
    ("GET", "/sourceConnections/{id}", flows.get_source_connection),
    ("DELETE", "/sourceConnections/{id}", flows.delete_source_connection),
    ("GET", "/flows", flows.list_flows),
    ("POST", "/flows", flows.create_flow),
    ("GET", "/flows/{id}", flows.get_flow),
    ("DELETE", "/flows/{id}", flows.delete_flow),
]


def build_app(service: Service) -> Gateway:
    """Return the application that serves one emulated Flow Service."""
    routes = [Route(BASE_PATH + path, _checked(endpoint), methods=[method]) for method, path, endpoint in _ENDPOINTS]
    routes += [Route(TOKEN_PATH, issue_token, methods=["POST"]), *CONTROL_ROUTES]
    app = Starlette(routes=routes, exception_handlers={ApiError: error_answer, HTTPException: _no_endpoint})
    app.state.service = service
    return Gateway(app, service)


def _checked(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that knows its caller, and whose answer waits for the disk."""

    async def answered(request: Request) -> Response:
        service: Service = request.app.state.service
        request.state.caller = identify(request, service)
        settle(service)
        response = await endpoint(request)
        await service.store.durable()
        return response

    return answered


async def _no_endpoint(request: Request, error: Exception) -> Response:
    """Answer a path that is none, or a method that it does not have, as the gateway would; its codes are assumed."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        return error_answer(request, GatewayError(405, "405000", "The method is not allowed"))
    return error_answer(request, GatewayError(404, "404000", "The requested resource is not found"))
