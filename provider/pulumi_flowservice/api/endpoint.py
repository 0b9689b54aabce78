"""The base of all endpoints: bound to a client and a sandbox, reads JSON, follows pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from ..errors import MalformedAnswerError
from .models import WireModel, member, parse
from .transport import Answer

if TYPE_CHECKING:
    from .client import FlowServiceClient

PAGE = 100
MOST_PAGES = 1000
Item = TypeVar("Item", bound=WireModel)


class Endpoint:
    """One kind of resource in one sandbox."""

    def __init__(self, client: FlowServiceClient, sandbox: str) -> None:
        self._client = client
        self.sandbox = sandbox
        self.clock = client.clock
        self.own_client = client.name

    def server_now(self) -> float:
        """Return epoch seconds by the server's clock."""
        return self._client.server_now()

    def _json(self, path: str, **options: Any) -> AbstractContextManager[object]:
        return reading(self._client.send("GET", path, self.sandbox, **options))

    def _pages(self, path: str, model: type[Item], filters: Sequence[str] = ()) -> Iterator[Item]:
        """Yield every entry of a list, page by page; filters are expressions such as `name==X`."""
        query = [("property", expression) for expression in filters] + [("limit", str(PAGE))]
        seen: set[str] = set()
        while len(seen) < MOST_PAGES:
            with self._json(path, params=tuple(query)) as document:
                page = [parse(model, item, "list entry") for item in items(document)]
                token = continuation(document)
            yield from page
            if token is None:
                return
            if token in seen:
                raise MalformedAnswerError("the API's list refers to the same next page twice")
            seen.add(token)
            # Only the token is taken from the link; the filters and the limit are sent again.
            query = [pair for pair in query if pair[0] != "continuationToken"] + [("continuationToken", token)]
        raise MalformedAnswerError(f"the API's list has more than {MOST_PAGES} pages")


@contextmanager
def reading(answer: Answer) -> Iterator[object]:
    """Return the JSON of an answer, and add the request's id to a MalformedAnswerError raised inside."""
    document = answer.json()
    try:
        yield document
    except MalformedAnswerError as error:
        raise MalformedAnswerError(f"{error.message} ({answer.history})") from None


def items(document: object) -> list[object]:
    """Return the entries of one page. Raises: MalformedAnswerError."""
    entries = member(document, "items")
    if not isinstance(entries, list):
        raise MalformedAnswerError("the API answered without a list of items")
    return entries


def continuation(document: object) -> str | None:
    """Return the token of the next page. The link itself is never followed, because it may point to another host."""
    href = member(member(member(document, "_links"), "next"), "href")
    if not isinstance(href, str):
        return None
    # Not parse_qs: it turns "+" into a space, but in a token, "+" is a letter of base64.
    pairs = (pair.partition("=") for pair in urlsplit(href).query.split("&"))
    return next((unquote(value) for name, _, value in pairs if name == "continuationToken" and value), None)
