"""Begin source connections, target connections and flows as drafts; which specs allow it is not documented for them."""

from __future__ import annotations

from starlette.requests import Request

from ...http.errors import CodedError
from ...service import Service
from ...store.store import Resource


def is_draft(request: Request) -> bool:
    """Return whether a draft is asked for.

    Raises:
        CodedError: the mode is another (1451-400, assumed).
    """
    mode = request.query_params.get("mode")
    if mode not in (None, "draft"):
        raise CodedError("1451-400", "Invalid params mode provided in query params.")
    return mode == "draft"


def start(resource: Resource, service: Service, *, draft: bool) -> None:
    """Store a new resource in its first state."""
    if draft:
        resource.document["state"] = "draft"
    service.store.put(resource)
