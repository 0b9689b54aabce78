"""Explore the database of a connection: its tables, and the columns of one."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.errors import CodedError
from ..json_values import Json
from ..service import service_of
from . import database_login
from .common import find
from .connections import KIND, params_of
from .specs import spec_of


async def explore_connection(request: Request) -> Response:
    """Answer `GET /connections/{id}/explore`: the tables of the database, or the columns of one."""
    seconds = service_of(request).settings.database_timeout_seconds
    resource = find(request, KIND)
    spec, params = str(spec_of(resource.document)["name"]), params_of(resource)
    if not database_login.has_login(spec):
        raise CodedError(
            "1336-400",
            "Explore connection is not supported for connection spec ID: "
            f"{resource.document['connectionSpec']['id']}. Please provide supported connection spec id and try again.",
        )
    wanted = request.query_params.get("objectType", "").lower()
    try:
        if wanted == "root":
            return JSONResponse(await run_in_threadpool(database_login.list_tables, spec, params, seconds))
        if wanted != "table":
            raise CodedError(
                "1358-400",
                "The provided param 'objectType' is invalid. Please provide a valid objectType and try again.",
            )
        return await _table(spec, params, request.query_params.get("object", ""), seconds)
    except database_login.DatabaseUnavailableError:
        # The provider's text is not documented; whatever it is, it must not hold the password.
        raise CodedError(
            "1308-400", "The request could not be processed. Error message: the database refused the login."
        ) from None


async def _table(spec: str, params: Json, path: str, seconds: int) -> Response:
    if not path:
        raise CodedError(
            "1337-400", "The object cannot be empty for objectType=table. Please provide valid object and try again."
        )
    columns = await run_in_threadpool(database_login.list_columns, spec, params, path, seconds)
    if not columns:
        raise CodedError(
            "1330-400",
            f"No columns were found for table {path[:80]}. Please provide a valid table name and try again.",
        )
    return JSONResponse({"format": "flat", "schema": {"columns": columns}})
