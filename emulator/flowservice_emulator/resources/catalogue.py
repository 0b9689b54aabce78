"""Look up what is around a connection: the specs there are, and the tables of its database."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.errors import CodedError, not_found
from ..http.limits import MOST_FILTERS
from ..json_values import Json
from ..service import service_of
from ..settings import Settings
from . import database_login
from .common import find
from .connections import KIND, params_of
from .filters import literal_values
from .specs import connection_specs, flow_specs, spec_of


async def list_connection_specs(request: Request) -> Response:
    """Answer `GET /connectionSpecs`."""
    return _list(request, connection_specs())


async def get_connection_spec(request: Request) -> Response:
    """Answer `GET /connectionSpecs/{id}`."""
    return _get(request, "connectionSpecs", connection_specs())


async def list_flow_specs(request: Request) -> Response:
    """Answer `GET /flowSpecs`."""
    return _list(request, flow_specs())


async def get_flow_spec(request: Request) -> Response:
    """Answer `GET /flowSpecs/{id}`."""
    return _get(request, "flowSpecs", flow_specs())


def _list(request: Request, specs: dict[str, Json]) -> Response:
    """Return all specs, filtered by equality of three top-level properties (that others are refused is assumed)."""
    found = list(specs.values())
    for text in request.query_params.getlist("property")[:MOST_FILTERS]:
        field, equals, raw = text.partition("==")
        if not equals or field not in ("id", "name", "providerId"):
            raise CodedError("1449-400", f"Invalid field {field[:80]} in filter params.")
        wanted = literal_values(raw)
        found = [spec for spec in found if spec[field] in wanted]
    settings = service_of(request).settings
    return JSONResponse({"items": [_spelled(spec, settings) for spec in found]})


def _get(request: Request, kind: str, specs: dict[str, Json]) -> Response:
    spec = specs.get(request.path_params["id"])
    if spec is None:
        raise not_found(kind, request.path_params["id"][:80])
    return JSONResponse({"items": [_spelled(spec, service_of(request).settings)]})


def _spelled(spec: Json, settings: Settings) -> Json:
    """Return a spec with the types of its auth specs in the spelling of one kind of document or the other."""
    if settings.spec_types == "Basic_Authentication" or "authSpec" not in spec:
        return spec
    return {**spec, "authSpec": [{**each, "type": _camel_case(each["type"])} for each in spec["authSpec"]]}


def _camel_case(text: str) -> str:
    first, *rest = text.split("_")
    return first.lower() + "".join(rest)


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
