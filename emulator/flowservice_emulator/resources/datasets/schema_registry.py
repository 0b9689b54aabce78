"""Answer for the Schema Registry: the schemas of a sandbox, read only.

The `Accept` header decides what is shown: a list takes no version, a look-up needs one. The bodies of errors are not
documented here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...http.callers import caller_of
from ...http.errors import TitledError, bad_request
from ...http.limits import MOST_FILTERS
from ...json_values import Json
from ...service import service_of
from .definition import SCHEMAS

_SUMMARY = ("title", "version", "meta:altId", "$id")
_LIST = re.compile(r"application/vnd\.adobe\.xed(?P<ids>-id)?\+json")
_LOOK_UP = re.compile(
    r"application/vnd\.adobe\.xed(-full)?(?P<form>-notext|-desc)?\+json\s*;\s*version=(?P<major>\d{1,5})(\.\d{1,5})?"
)
_FILTER = re.compile(r"(?P<field>[\w:$]+)(?P<operator>==|!=|<=|>=|<|>)(?P<value>.*)", re.DOTALL)
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_KNOWN = ("property", "orderby", "limit", "start")
_LARGEST_PAGE = 500


async def list_schemas(request: Request) -> Response:
    """Answer `GET /tenant/schemas`; `limit` and `start` work together with `orderby` only."""
    accept = _LIST.fullmatch(request.headers.get("accept", "").strip())
    if accept is None:
        raise bad_request("Accept must be application/vnd.adobe.xed-id+json or application/vnd.adobe.xed+json")
    query, sandbox = request.query_params, caller_of(request).sandbox
    if unknown := [name for name in query if name not in _KNOWN]:
        raise bad_request(f"The query parameter {unknown[0][:80]} is not supported")
    filters = [_filter(text) for text in query.getlist("property")[:MOST_FILTERS]]
    stored = [each.document["shown"] for each in service_of(request).store.all(SCHEMAS) if each.sandbox == sandbox]
    shown, following = _page([each for each in stored if all(passes(each) for passes in filters)], query)
    results = [{key: each[key] for key in _SUMMARY} for each in shown] if accept["ids"] else shown
    page = {"orderby": query.get("orderby", "updated"), "next": following, "count": len(results)}
    return JSONResponse({"results": results, "_page": page, "_links": {"next": None}})


async def get_schema(request: Request) -> Response:
    """Answer `GET /tenant/schemas/{id}`; the id is the encoded `$id`, or the `meta:altId`."""
    accept = _LOOK_UP.fullmatch(request.headers.get("accept", "").strip())
    if accept is None:
        raise bad_request("Accept must name a version, such as application/vnd.adobe.xed-full+json; version=1")
    wanted, service = request.path_params["id"], service_of(request)
    # An `$id` whose slashes are not encoded is another path.
    is_encoded = b"/" not in bytes(request.scope["raw_path"]).partition(b"/tenant/schemas/")[2]
    found = [
        each
        for each in service.store.all(SCHEMAS)
        if each.sandbox == caller_of(request).sandbox and wanted in (each.id, each.document["shown"]["meta:altId"])
    ]
    if not found or not is_encoded or int(accept["major"]) != 1:
        raise TitledError(404, "NotFoundError", "The requested schema was not found")
    shown: Json = found[0].document["shown"]
    if accept["form"] == "-notext":
        shown = {key: value for key, value in shown.items() if key != "title"}
    return JSONResponse(shown)


def _filter(text: str) -> Callable[[Json], bool]:
    """Return the test that a filter such as `title==Orders` stands for; values compare as texts."""
    match = _FILTER.fullmatch(text)
    if match is None:
        raise bad_request(f"The filter {text[:80]} is not supported")
    field, compare, value = match["field"], _OPERATORS[match["operator"]], match["value"]
    return lambda schema: compare(str(schema.get(field, "")), value)


def _page(schemas: list[Json], query: QueryParams) -> tuple[list[Json], str | None]:
    """Return the schemas of a page and the value with which the next one starts."""
    orderby, limit_text, start = (query.get(name) for name in ("orderby", "limit", "start"))
    if orderby is None:
        if limit_text is not None or start is not None:
            raise bad_request("limit and start need orderby")
        return schemas, None
    field, descending = orderby.lstrip("+- "), orderby.startswith("-")
    if field not in _SUMMARY:
        raise bad_request(f"orderby must be one of {', '.join(_SUMMARY)}")
    limit = _LARGEST_PAGE if limit_text is None else _limit(limit_text)
    ordered = sorted(schemas, key=lambda each: str(each[field]), reverse=descending)
    if start is not None:
        ordered = [each for each in ordered if (each[field] <= start if descending else each[field] >= start)]
    end = limit
    # A page goes on as long as the value stays the same, or the next one could not start in the right place.
    while 0 < end < len(ordered) and ordered[end][field] == ordered[end - 1][field]:
        end += 1
    return ordered[:end], str(ordered[end][field]) if end < len(ordered) else None


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > _LARGEST_PAGE:
        raise bad_request(f"limit must be a number from 0 to {_LARGEST_PAGE}")
    return int(text)
