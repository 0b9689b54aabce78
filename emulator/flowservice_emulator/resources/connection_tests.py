"""Try a base connection out: log in to its database, or answer what a setting says."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.errors import CodedError, unavailable
from ..service import Service, service_of
from . import database_login
from .common import find
from .connections import KIND, params_of
from .specs import spec_of


async def test_connection(request: Request) -> Response:
    """Answer `GET /connections/{id}/test`: 200 whether the login works or not, the result says which."""
    service = service_of(request)
    resource = find(request, KIND)
    forced = service.settings.connection_test
    if forced == "unavailable":
        raise unavailable()
    # Not documented for a connection that is not ready; clients must be able to handle false.
    if resource.document["state"] == "initializing":
        return JSONResponse({"result": False})
    if forced != "real":
        return _verdict(service, forced == "pass")
    # In a thread: a database that does not answer must hold up this request alone.
    seconds = service.settings.database_timeout_seconds
    spec = spec_of(resource.document)["name"]
    return _verdict(service, await run_in_threadpool(database_login.accepts_login, spec, params_of(resource), seconds))


def _verdict(service: Service, accepted: bool) -> Response:
    """Answer a connection test. By one document a refused login is a result, by another the connector's error."""
    if not accepted and service.settings.refused_login == "1308-400":
        raise CodedError(
            "1308-400", "The request could not be processed. Error message: the database refused the login."
        )
    return JSONResponse({"result": accepted})
