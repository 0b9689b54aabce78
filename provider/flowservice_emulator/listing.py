"""Lists: pages of up to 100, the most recently changed first, filtered and ordered by query parameters."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import CodedError
from .filters import ordering, selection
from .store import Resource, Store

Query = Sequence[tuple[str, str]]
_KNOWN = ("property", "limit", "orderby", "continuationToken", "count")
_NEWEST_FIRST = "revision DESC"


@dataclass(frozen=True)
class Page:
    """Some of the resources asked for, and the token that leads to the rest."""

    resources: list[Resource]
    token: str | None


async def count_matches(store: Store, kind: str, sandbox: str, query: Query) -> int:
    """Return how many resources a query selects.

    Raises:
        CodedError: the query asks for a limit too (1401-400), or is malformed.
    """
    _check_names(query)
    if any(name == "limit" for name, _ in query):
        raise CodedError(
            "1401-400",
            "The limit and count parameters cannot be given together in the same request. "
            "Please provide either only the limit or the count parameter and try again.",
        )
    return await store.count(kind, sandbox, selection(kind, [value for name, value in query if name == "property"]))


async def list_page(store: Store, kind: str, sandbox: str, query: Query, *, most: int) -> Page:
    """Return the page that a query asks for.

    A continuation token holds the whole query, because the link to the next page names nothing but it.
    Without `orderby` it goes on after the last item seen, so that new resources move nothing; with
    `orderby` it counts.

    Raises:
        CodedError: the query is malformed.
    """
    _check_names(query)
    given = dict(query)
    if "continuationToken" in given:
        query, position = _read_token(given["continuationToken"])
        given = dict(query)
    else:
        position = 0
    limit = _limit(given.get("limit"), most)
    order = ordering(kind, given["orderby"]) if "orderby" in given else None
    chosen = selection(kind, [value for name, value in query if name == "property"])
    # One more than the page tells whether there is another.
    if order is None:
        if position:
            chosen = type(chosen)([*chosen.conditions, "revision < ?"], [*chosen.values, position])
        found = await store.page(kind, sandbox, chosen, order=_NEWEST_FIRST, limit=limit + 1)
    else:
        found = await store.page(
            kind, sandbox, chosen, order=f"{order}, {_NEWEST_FIRST}", limit=limit + 1, offset=position
        )
    if len(found) <= limit:
        return Page(found, None)
    next_position = found[limit - 1].revision if order is None else position + limit
    return Page(found[:limit], _write_token(query, next_position))


def _check_names(query: Query) -> None:
    """Refuse unknown parameters: the error catalogue has a code for them, so a typing mistake is not ignored."""
    for name, _ in query:
        if name not in _KNOWN:
            raise CodedError("1451-400", f"Invalid params {name} provided in query params.")


def _limit(text: str | None, most: int) -> int:
    """Return the page size; more than the maximum counts as the maximum (assumed)."""
    if text is None:
        return min(most, 100)
    if not text.isdecimal() or int(text) == 0:
        raise CodedError("1453-400", f"Invalid query value limit={text[:20]} provided in query param.")
    return min(int(text), most)


def _write_token(query: Query, position: int) -> str:
    """Return an opaque token; its content is nobody else's business."""
    raw = json.dumps([list(query), position]).encode()
    # Without padding: clients cut the token out of the link at its last equals sign.
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_token(token: str) -> tuple[Query, int]:
    """Return query and position of a token; a forged one is a bad query value."""
    try:
        query, position = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return [(str(name), str(value)) for name, value in query], int(position)
    except (ValueError, TypeError):
        raise CodedError("1453-400", "Invalid query value continuationToken provided in query param.") from None
