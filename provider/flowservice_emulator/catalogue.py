"""What can be looked up around a connection: the specs there are, and the tables of its database."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import database
from .connections import KIND, params_of
from .errors import CodedError, not_found
from .filters import literal_values
from .resources import find
from .specs import connection_specs


async def list_specs(request: Request) -> Response:
    """Answer `GET /connectionSpecs`, filtered by equality of top-level properties only (the rest is assumed away)."""
    specs = list(connection_specs().values())
    for text in request.query_params.getlist("property"):
        field, found, raw = text.partition("==")
        if not found or field not in ("id", "name", "providerId"):
            raise CodedError("1449-400", f"Invalid field {field[:80]} in filter params.")
        wanted = literal_values(raw)
        specs = [spec for spec in specs if spec[field] in wanted]
    return JSONResponse({"items": specs})


async def get_spec(request: Request) -> Response:
    """Answer `GET /connectionSpecs/{id}`."""
    spec = connection_specs().get(request.path_params["id"])
    if spec is None:
        raise not_found("connectionSpecs", request.path_params["id"])
    return JSONResponse({"items": [spec]})


async def explore_connection(request: Request) -> Response:
    """Answer `GET /connections/{id}/explore`: the tables of the database, or the columns of one."""
    service = request.app.state.service
    resource = find(request, KIND)
    params, seconds = params_of(resource), service.settings.database_timeout_seconds
    if "server" not in params:
        raise CodedError(
            "1336-400",
            "Explore connection is not supported for connection spec ID: "
            f"{resource.document['connectionSpec']['id']}. Please provide supported connection spec id and try again.",
        )
    wanted = request.query_params.get("objectType", "").lower()
    try:
        if wanted == "root":
            return JSONResponse(await run_in_threadpool(database.list_tables, params, seconds))
        if wanted != "table":
            raise CodedError(
                "1358-400",
                "The provided param 'objectType' is invalid. Please provide a valid objectType and try again.",
            )
        return await _table(params, request.query_params.get("object", ""), seconds)
    except database.DatabaseUnavailableError:
        # The provider's text is not documented; whatever it is, it must not hold the password.
        raise CodedError(
            "1308-400", "The request could not be processed. Error message: the database refused the login."
        ) from None


async def _table(params: dict[str, object], path: str, seconds: int) -> Response:
    if not path:
        raise CodedError(
            "1337-400", "The object cannot be empty for objectType=table. Please provide valid object and try again."
        )
    columns = await run_in_threadpool(database.list_columns, params, path, seconds)
    if not columns:
        raise CodedError(
            "1330-400",
            f"No columns were found for table {path}. Please provide a valid table name and try again.",
        )
    return JSONResponse({"format": "flat", "schema": {"columns": columns}})
