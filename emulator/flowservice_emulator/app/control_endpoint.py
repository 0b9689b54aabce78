"""Turn functions into endpoints under `/emulator/`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..http.callers import declares_json
from ..json_values import Json, strict_json
from ..service import Service, service_of

BROWSER_CLIENT = "exc_app"
Control = Callable[[Service, Json, Request], object]


def control(act: Control) -> Callable[[Request], Awaitable[Response]]:
    """Turn a function into an endpoint: its result is the answer, its ValueError a 400 that says why."""

    async def answered(request: Request) -> Response:
        service = service_of(request)
        raw = await request.body()
        try:
            # A web page can send text without asking first, and JSON not.
            if raw and not declares_json(request):
                raise ValueError("a body needs the header content-type: application/json")
            body = strict_json(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            result = act(service, body, request)
            if isawaitable(result):
                result = await result
        except ValueError as error:
            return JSONResponse({"message": str(error)}, 400)
        return JSONResponse(result if result is not None else {})

    return answered


def text(body: Json, name: str) -> str:
    """Return a field that is text where it is given, empty where it is not."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    return value or ""
