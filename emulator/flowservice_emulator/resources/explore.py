"""Explore the database of a connection: its tables, and the columns of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.errors import CodedError
from ..json_values import Json
from ..service import Service, service_of
from ..store.store import Resource
from . import database_login
from .common import find
from .connections import KIND, params_of
from .specs import spec_of

P = ParamSpec("P")


async def explore_connection(request: Request) -> Response:
    """Answer `GET /connections/{id}/explore`: the tables of the database, or the columns of one."""
    service = service_of(request)
    resource = find(request, KIND)
    spec = str(spec_of(resource.document)["name"])
    if not database_login.has_login(spec):
        raise CodedError(
            "1336-400",
            "Explore connection is not supported for connection spec ID: "
            f"{resource.document['connectionSpec']['id']}. Please provide supported connection spec id and try again.",
        )
    wanted = request.query_params.get("objectType", "").lower()
    if wanted == "root":
        seconds = service.settings.database_timeout_seconds
        return JSONResponse(await _asked(database_login.list_tables, spec, params_of(resource), seconds))
    if wanted != "table":
        raise CodedError(
            "1358-400",
            "The provided param 'objectType' is invalid. Please provide a valid objectType and try again.",
        )
    path = request.query_params.get("object", "")
    if not path:
        raise CodedError(
            "1337-400", "The object cannot be empty for objectType=table. Please provide valid object and try again."
        )
    columns = await table_columns(resource, path, service)
    return JSONResponse({"format": "flat", "schema": {"columns": columns}})


async def table_columns(base: Resource, path: str, service: Service) -> list[Json]:
    """Return the columns of a table in the database of a base connection.

    Raises:
        CodedError: there are none (1330-400), or the database refuses the login (1308-400).
    """
    spec, seconds = str(spec_of(base.document)["name"]), service.settings.database_timeout_seconds
    columns = await _asked(database_login.list_columns, spec, params_of(base), path, seconds)
    if not columns:
        raise CodedError(
            "1330-400",
            f"No columns were found for table {path[:80]}. Please provide a valid table name and try again.",
        )
    return columns


async def check_table(base: Resource, params: Json | None, service: Service) -> None:
    """Refuse a source connection or flow whose table the database does not have.

    Databases that the emulator cannot log in to are not asked, and none where the setting `connection_test` says
    what a login brings.

    Raises:
        CodedError: see `table_columns`; that 1308-400 is the refusal is assumed.
    """
    table = (params or {}).get("tableName")
    can_be_asked = database_login.has_login(str(spec_of(base.document)["name"]))
    if service.settings.connection_test == "real" and can_be_asked and isinstance(table, str) and table:
        await table_columns(base, table, service)


async def _asked(question: Callable[P, list[Json]], *values: P.args, **named: P.kwargs) -> list[Json]:
    """Ask a database in a thread, because one that does not answer must hold up this request alone."""
    try:
        return await run_in_threadpool(question, *values, **named)
    except database_login.DatabaseUnavailableError:
        # The provider's text is not documented; whatever it is, it must not hold the password.
        raise CodedError(
            "1308-400", "The request could not be processed. Error message: the database refused the login."
        ) from None
