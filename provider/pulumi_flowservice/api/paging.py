"""How Flow Service parts long lists: `items`, and a link to the next page of which only the token is used."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from ..errors import MalformedAnswerError


def items(document: object) -> list[object]:
    """The entries of one page. Raises: MalformedAnswerError."""
    entries = document.get("items") if isinstance(document, Mapping) else None
    if not isinstance(entries, list):
        raise MalformedAnswerError("the API answered without a list of items")
    return entries


def continuation(document: object) -> str | None:
    """The token of the next page; the link itself is never followed, wherever it points."""
    links = document.get("_links") if isinstance(document, Mapping) else None
    following = links.get("next") if isinstance(links, Mapping) else None
    href = following.get("href") if isinstance(following, Mapping) else None
    if not isinstance(href, str):
        return None
    tokens = parse_qs(urlsplit(href).query).get("continuationToken", [])
    return tokens[0] if tokens else None
