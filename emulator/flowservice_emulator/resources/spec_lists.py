"""List the specs that there are: of connections and of flows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.errors import CodedError, not_found
from ..http.limits import MOST_FILTERS
from ..json_values import Json
from ..service import service_of
from ..settings import Settings
from .filters import literal_values
from .specs import connection_specs, flow_specs, shown_spec


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
    """Return a spec in the spelling of one kind of document or the other."""
    if "authSpec" not in spec:
        others = {key: value for key, value in spec.items() if key != "transformationSpecs"}
        return {**others, settings.transformation_spec: spec["transformationSpecs"]}
    spec = shown_spec(spec, settings)
    if settings.spec_types == "Basic_Authentication":
        return spec
    return {**spec, "authSpec": [{**each, "type": _camel_case(each["type"])} for each in spec["authSpec"]]}


def _camel_case(text: str) -> str:
    first, *rest = text.split("_")
    return first.lower() + "".join(rest)
