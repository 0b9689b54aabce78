"""Map methods and paths to endpoints, and turn exceptions into answers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from ..http.callers import circumstances_of, identify
from ..http.errors import ApiError, GatewayError, error_answer, internal_error
from ..http.hosts import Hosts
from ..http.token_service import issue_token
from ..names import BASE_PATH, CATALOG_PATH, DATA_PREP_PATH, SCHEMA_REGISTRY_PATH, TOKEN_PATH
from ..resources import actions, connection_tests, connections, explore, spec_lists
from ..resources.common import settle
from ..resources.data_prep import mapping_sets
from ..resources.dataflows import flow_patch, flows, source_connections, target_connections
from ..resources.dataflows.operations import settle_flows
from ..resources.dataflows.runs import endpoints as runs
from ..resources.dataflows.runs.due import make_due_runs
from ..resources.datasets import catalog, schema_registry
from ..service import Service, service_of
from .control_paths import CONTROL_ENDPOINTS
from .gateway import Gateway

Endpoint = Callable[[Request], Awaitable[Response]]

_ENDPOINTS: list[tuple[str, str, Endpoint]] = [
    ("GET", "/connections", connections.list_connections),
    ("POST", "/connections", connections.create_connection),
    ("POST", "/connections/search", connections.search_connections),
    ("GET", "/connections/{id}", connections.get_connection),
    ("PATCH", "/connections/{id}", connections.patch_connection),
    ("DELETE", "/connections/{id}", connections.delete_connection),
    # The API description prints PATCH and DELETE with a slash at the end, and only so.
    ("GET", "/connections/{id}/", connections.get_connection),
    ("PATCH", "/connections/{id}/", connections.patch_connection),
    ("DELETE", "/connections/{id}/", connections.delete_connection),
    ("GET", "/connections/{id}/test", connection_tests.test_connection),
    ("GET", "/connections/{id}/explore", explore.explore_connection),
    ("POST", "/connections/{id}/action", actions.act_on_connection),
    ("GET", "/connectionSpecs", spec_lists.list_connection_specs),
    ("GET", "/connectionSpecs/{id}", spec_lists.get_connection_spec),
    ("GET", "/flowSpecs", spec_lists.list_flow_specs),
    ("GET", "/flowSpecs/{id}", spec_lists.get_flow_spec),
    ("GET", "/sourceConnections", source_connections.list_source_connections),
    ("POST", "/sourceConnections", source_connections.create_source_connection),
    ("GET", "/sourceConnections/{id}", source_connections.get_source_connection),
    ("PATCH", "/sourceConnections/{id}", source_connections.patch_source_connection),
    ("DELETE", "/sourceConnections/{id}", source_connections.delete_source_connection),
    ("POST", "/sourceConnections/{id}/action", actions.act_on_source_connection),
    ("GET", "/targetConnections", target_connections.list_target_connections),
    ("POST", "/targetConnections", target_connections.create_target_connection),
    ("GET", "/targetConnections/{id}", target_connections.get_target_connection),
    ("PATCH", "/targetConnections/{id}", target_connections.patch_target_connection),
    ("DELETE", "/targetConnections/{id}", target_connections.delete_target_connection),
    ("POST", "/targetConnections/{id}/action", actions.act_on_target_connection),
    ("GET", "/flows", flows.list_flows),
    ("POST", "/flows", flows.create_flow),
    ("GET", "/flows/{id}", flows.get_flow),
    ("PATCH", "/flows/{id}", flow_patch.patch_flow),
    ("DELETE", "/flows/{id}", flows.delete_flow),
    ("POST", "/flows/{id}/action", actions.act_on_flow),
    ("GET", "/runs", runs.list_runs),
    ("POST", "/runs", runs.create_run),
    # Printed in both ways.
    ("POST", "/runs/", runs.create_run),
    ("GET", "/runs/{id}", runs.get_run),
    ("POST", "/runs/{id}/action", runs.act_on_run),
]
# Whatever is asked or changed about flows, what was due before comes first.
_RUNNING = (f"{BASE_PATH}/flows", f"{BASE_PATH}/runs")
_SETS = f"{DATA_PREP_PATH}/mappingSets"
_OTHER_SERVICES: list[tuple[str, str, Endpoint]] = [
    ("GET", _SETS, mapping_sets.list_mapping_sets),
    ("POST", _SETS, mapping_sets.create_mapping_set),
    ("POST", f"{_SETS}/validate", mapping_sets.validate_mapping_set),
    ("GET", f"{_SETS}/{{id}}", mapping_sets.get_mapping_set),
    ("PUT", f"{_SETS}/{{id}}", mapping_sets.replace_mapping_set),
    ("DELETE", f"{_SETS}/{{id}}", mapping_sets.delete_mapping_set),
    ("GET", f"{_SETS}/{{id}}/mappings", mapping_sets.list_mappings),
    ("GET", f"{_SETS}/{{id}}/mappings/{{mapping}}", mapping_sets.get_mapping),
    ("GET", f"{CATALOG_PATH}/dataSets", catalog.list_datasets),
    ("GET", f"{CATALOG_PATH}/dataSets/{{id}}", catalog.get_dataset),
    ("GET", f"{SCHEMA_REGISTRY_PATH}/tenant/schemas", schema_registry.list_schemas),
    # The id may hold slashes, once it is decoded.
    ("GET", f"{SCHEMA_REGISTRY_PATH}/tenant/schemas/{{id:path}}", schema_registry.get_schema),
]
OPERATIONS = tuple((method, path) for method, path, _ in (*_ENDPOINTS, *_OTHER_SERVICES))
"""Every method and path, below `/data/foundation/flowservice` or in full."""


def build_app(service: Service, hosts: Hosts) -> Gateway:
    """Return the application that serves one emulated Flow Service."""
    return Gateway(Api(service), service, hosts)


class Api:
    """Finds the endpoint of a request and answers; every exception becomes an answer here, and nowhere else."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._paths = _by_path(
            [
                *((method, BASE_PATH + path, _checked(endpoint)) for method, path, endpoint in _ENDPOINTS),
                *((method, path, _checked(endpoint)) for method, path, endpoint in _OTHER_SERVICES),
                ("POST", TOKEN_PATH, issue_token),
                *CONTROL_ENDPOINTS,
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        request.state.service = self._service
        try:
            response = await self._endpoint(request)(request)
        except ApiError as error:
            response = error_answer(error, circumstances_of(request))
        except sqlite3.OperationalError as error:
            self._service.trouble(error, f"{request.method} {scope['path'][:80]!r}")
            response = error_answer(internal_error(), circumstances_of(request))
        except Exception as error:  # noqa: BLE001  # The one place for unexpected exceptions.
            self._service.surprise(error, f"{request.method} {scope['path'][:80]!r}")
            response = error_answer(internal_error(), circumstances_of(request))
        await response(scope, receive, send)

    def _endpoint(self, request: Request) -> Endpoint:
        """Return what answers a request; codes and texts of the refusals are assumed."""
        for pattern, methods in self._paths:
            if match := pattern.match(request.scope["path"]):
                request.scope["path_params"] = match.groupdict()
                if endpoint := methods.get(request.method):
                    return endpoint
                error = GatewayError(405, "405000", "The method is not allowed")
                error.headers["allow"] = ", ".join(sorted(methods))
                raise error
        raise GatewayError(404, "404000", "The requested resource is not found")


def _by_path(endpoints: Iterable[tuple[str, str, Endpoint]]) -> list[tuple[re.Pattern[str], dict[str, Endpoint]]]:
    """Return the methods of each path, in the order of the paths."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for method, path, endpoint in endpoints:
        paths.setdefault(path, {})[method] = endpoint
    return [(compile_path(path)[0], methods) for path, methods in paths.items()]


def _checked(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that knows its caller."""

    async def answered(request: Request) -> Response:
        service = service_of(request)
        request.state.caller = identify(request, service)
        settle(service)
        settle_flows(service)
        if request.scope["path"].startswith(_RUNNING):
            await make_due_runs(service)
        return await endpoint(request)

    return answered
