"""The base of all endpoints: for whom they send, how they read JSON, and how they follow the pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import unquote, urlsplit

from ..errors import Code, MalformedAnswerError, notice
from .answers import Answer, Quote
from .client import FlowServiceClient
from .clock import Clock, Deadline
from .parsing import member, parse

if TYPE_CHECKING:
    from .models import WireModel

PAGE = 100
MOST_PAGES = 1000
Item = TypeVar("Item", bound="WireModel")


@dataclass(frozen=True)
class Scope:
    """For whom requests are sent: one call of the engine, or one look-up, in one sandbox.

    Args:
        client: The client, which all calls of a process share.
        name: The name of the sandbox.
        deadline: When the call stops waiting and retrying.
        quote: Returns a text from outside as one line; None if it may hold a secret of the call.
        warn: Shows a warning to the user.
        warned: The ids of the list entries that were warned of; each is warned of once, whichever list has it.
    """

    client: FlowServiceClient
    name: str
    deadline: Deadline
    quote: Quote
    warn: Callable[[str], None]
    warned: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def clock(self) -> Clock:
        """The sources of time and chance."""
        return self.deadline.clock

    @property
    def own_client(self) -> str:
        """The client id that the API stores with everything that we write."""
        return self.client.name

    def server_now(self) -> float:
        """Return epoch seconds by the server's clock."""
        return self.client.server_now()

    def shown(self, object_id: str) -> str:
        """Return an id for a text; one of an entry that cannot be read may be anything, even a secret."""
        return self.quote(object_id) or "one whose id is not shown"

    def send(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request and return its 2xx answer. Raises: FlowServiceError."""
        return self.client.send(method, path, self.name, self.deadline, self.quote, **options)


class Endpoint:
    """One path of the API in one sandbox."""

    base: ClassVar[str] = "/data/foundation/flowservice"
    """The service that has the path, as the beginning of the path."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        # The entries of lists that do not have the documented form, by their ids.
        self.odd_entries: dict[str, Mapping[str, Any]] = {}

    def _json(self, path: str, **options: Any) -> AbstractContextManager[object]:
        return reading(self._scope.send("GET", self.base + path, **options))

    def _page(
        self, path: str, model: type[Item], filters: Sequence[str] = (), token: str | None = None, orderby: str = ""
    ) -> tuple[list[Item], str | None]:
        """Return one page of a list, and the token of the next; filters are expressions such as `name==X`.

        `orderby` is a field, with a minus for a descending order.

        An entry that does not have the documented form is left out with a warning: it is somebody else's, and must not
        be in the way of everything in its sandbox.
        """
        # Only the token is taken from the link to the next page; all else is sent again.
        query = [("property", expression) for expression in filters] + [("limit", str(PAGE))]
        query += [("orderby", orderby)] if orderby else []
        query += [("continuationToken", token)] if token else []
        with self._json(path, params=tuple(query)) as document:
            page = [found for item in items(document) if (found := self._entry(model, item)) is not None]
            return page, continuation(document)

    def _pages(self, path: str, model: type[Item], filters: Sequence[str] = (), orderby: str = "") -> Iterator[Item]:
        """Yield every entry of a list, page by page."""
        for page in self._whole_pages(path, model, filters, orderby):
            yield from page

    def _whole_pages(
        self, path: str, model: type[Item], filters: Sequence[str] = (), orderby: str = ""
    ) -> Iterator[list[Item]]:
        """Yield every page of a list; the next one is asked for when it is needed."""
        seen: set[str] = set()
        token: str | None = None
        while len(seen) < MOST_PAGES:
            page, token = self._page(path, model, filters, token, orderby)
            yield page
            if token is None:
                return
            if token in seen:
                raise MalformedAnswerError("the API's list refers to the same next page twice")
            seen.add(token)
        raise MalformedAnswerError(f"the API's list has more than {MOST_PAGES} pages")

    def _entry(self, model: type[Item], item: object) -> Item | None:
        """Return an entry of a list; None for an odd one. Raises: MalformedAnswerError for one that has no id."""
        try:
            return parse(model, item, "list entry")
        except MalformedAnswerError as error:
            id_ = member(item, "id")
            if not isinstance(item, Mapping) or not isinstance(id_, str):
                raise
            if id_ not in self._scope.warned:
                self._scope.warned.add(id_)
                text = f"entry {self._scope.shown(id_)!r} of a list was left out: {error.message}"
                self._scope.warn(notice(Code.ODD_ENTRY, text))
            self.odd_entries[id_] = item
            return None


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
