"""List resources: pages of up to 100, the most recently changed first, filtered and ordered by query parameters."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from ..http.errors import CodedError
from ..http.limits import MOST_FILTERS, MOST_TOKEN
from ..json_values import InvalidJsonError, strict_json
from ..settings import Settings
from ..store.store import EVERYTHING, Resource, Selection, Store
from .filters import ordering, selection

Query = Sequence[tuple[str, str]]
_KNOWN = ("property", "limit", "orderby", "continuationToken", "count")
_NEWEST_FIRST = "revision DESC"
# What comes first of what is equal in the order that a list has; the documents do not say.
_TIES = {"newest first": _NEWEST_FIRST, "oldest first": "revision", "by id": "id"}
_LARGEST = 2**53


@dataclass(frozen=True)
class Page:
    """Some of the resources asked for, and the token that leads to the rest."""

    resources: list[Resource]
    token: str | None


async def count_matches(
    store: Store, kind: str, sandbox: str, query: Query, visible: Selection = EVERYTHING
) -> int | None:
    """Return how many resources a query selects; None where it does not ask for a count.

    Raises:
        CodedError: the query asks for a limit too (1401-400), or is malformed.
    """
    _check_names(query)
    given = dict(query)
    # Adobe's own client writes `False`, beside a limit.
    count = given.get("count", "false").lower()
    if count not in ("true", "false"):
        raise _bad_value("count", given["count"])
    if count == "false":
        return None
    if "limit" in given:
        raise CodedError(
            "1401-400",
            "The limit and count parameters cannot be given together in the same request. "
            "Please provide either only the limit or the count parameter and try again.",
        )
    return await store.count(kind, sandbox, _selected(kind, query, visible))


async def list_page(
    store: Store,
    kind: str,
    sandbox: str,
    query: Query,
    settings: Settings,
    *,
    most: int,
    visible: Selection = EVERYTHING,
) -> Page:
    """Return the page that a query asks for.

    A continuation token holds the whole query, because the link to the next page names nothing but it.
    By itself a list goes on after the last item seen, so that new resources move nothing; in any other order
    it counts.

    Raises:
        CodedError: the query is malformed.
    """
    given, position = dict(query), 0
    if "continuationToken" in given:
        query, position = _read_token(given["continuationToken"])
        _check_names(query)
        given = dict(query)
    limit = _limit(given.get("limit"), most, settings)
    tie = _TIES[settings.ties]
    if "orderby" in given:
        order = f"{ordering(kind, given['orderby'])}, {tie}"
    else:
        order = _NEWEST_FIRST if tie == _NEWEST_FIRST else f"json_extract(document, '$.updatedAt') DESC, {tie}"
    chosen, offset = _selected(kind, query, visible), position
    if order == _NEWEST_FIRST:
        offset = 0
        if position:
            chosen = Selection([*chosen.conditions, "revision < ?"], [*chosen.values, position])
    # One more than the page tells whether there is another.
    found = await store.page(kind, sandbox, chosen, order=order, limit=limit + 1, offset=offset)
    if len(found) <= limit:
        return Page(found, None)
    next_position = found[limit - 1].revision if order == _NEWEST_FIRST else position + limit
    return Page(found[:limit], _write_token(query, next_position))


def _selected(kind: str, query: Query, visible: Selection) -> Selection:
    """Return what the filters of a query select of what is visible."""
    chosen = selection(kind, [value for name, value in query if name == "property"])
    return Selection([*chosen.conditions, *visible.conditions], [*chosen.values, *visible.values])


def _check_names(query: Query) -> None:
    """Refuse unknown parameters: the error catalogue has a code for them, so a typing mistake is not ignored."""
    for name, _ in query:
        if name not in _KNOWN:
            raise CodedError("1451-400", f"Invalid params {name[:80]} provided in query params.")
    if sum(name == "property" for name, _ in query) > MOST_FILTERS:
        raise _bad_value("property", f"more than {MOST_FILTERS} times")


def _limit(text: str | None, most: int, settings: Settings) -> int:
    """Return the page size; more than the maximum counts as the maximum, or is refused."""
    if text is None:
        return min(most, settings.default_page)
    # ASCII alone: other scripts have decimal digits too.
    if not (text.isascii() and text.isdecimal()) or not text.strip("0"):
        raise _bad_value("limit", text)
    # By its length first: a number of thousands of digits takes long to read.
    limit = int(text) if len(text) < 10 else _LARGEST
    if limit > most and settings.large_limit == "refused":
        raise _bad_value("limit", text)
    return min(limit, most)


def _write_token(query: Query, position: int) -> str:
    """Return an opaque continuation token."""
    raw = json.dumps([[list(pair) for pair in query], position]).encode()
    # Without padding: clients cut the token out of the link at its last equals sign.
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_token(token: str) -> tuple[Query, int]:
    """Return query and position of a token; a forged one is a bad query value."""
    try:
        if len(token) > MOST_TOKEN or not token.isascii():
            raise ValueError
        content = strict_json(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        query, position = content if isinstance(content, list) and len(content) == 2 else ([], -1)
        if isinstance(position, bool) or not isinstance(position, int) or not 0 <= position <= _LARGEST:
            raise ValueError
        return [(str(name), str(value)) for name, value in query], position
    except (InvalidJsonError, ValueError, TypeError):
        raise CodedError("1453-400", "Invalid query value continuationToken provided in query param.") from None


def _bad_value(name: str, value: str) -> CodedError:
    return CodedError("1453-400", f"Invalid query value {name}={value[:20]} provided in query param.")
