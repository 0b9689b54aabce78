"""Answer reads: one resource by its id, lists and searches."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.callers import caller_of
from ..json_values import Json
from ..service import service_of
from ..store.store import EVERYTHING, Selection
from .common import View, find, shown
from .listing import count_matches, list_page


async def get_resource(request: Request, kind: str, view: View | None = None) -> Response:
    """Answer a GET by id: one item, wrapped in `items`."""
    return JSONResponse({"items": [shown(find(request, kind), service_of(request), view)]})


async def list_resources(
    request: Request, kind: str, view: View | None = None, visible: Selection = EVERYTHING
) -> Response:
    """Answer a list: a page of items and the link to the next, or the count."""
    query = request.query_params.multi_items()
    return await answer_query(request, kind, query, most=100, view=view, visible=visible)


async def answer_query(
    request: Request,
    kind: str,
    query: list[tuple[str, str]],
    *,
    most: int,
    view: View | None = None,
    visible: Selection = EVERYTHING,
) -> Response:
    """Answer a list or a search, which takes the same parameters in its body.

    `most` is the page size that the API description states: 100 for lists, 1,000 for searches. `visible` is what the
    caller may see.
    """
    service, sandbox = service_of(request), caller_of(request).sandbox
    number = await count_matches(service.store, kind, sandbox, query, visible)
    if number is not None:
        return JSONResponse({"count": number})
    page = await list_page(service.store, kind, sandbox, query, service.settings, most=most, visible=visible)
    answer: Json = {"items": [shown(resource, service, view) for resource in page.resources]}
    if page.token or service.settings.links == "always":
        # Relative to the base path of the API, as its description has it.
        href = f"/{kind}?continuationToken={page.token}"
        answer["_links"] = {"next": {"href": href}} if page.token else {}
    return JSONResponse(answer)
