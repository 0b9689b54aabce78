"""Log requests without secrets: what a test needs to count and check them."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

# Of Flow Service and Data Prep, of datasets, and of schemas.
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b|\b[0-9a-f]{24}\b|(?<=/tenant/schemas/).+")
_AUTH_FILTER = re.compile(r"(auth\.params\.[\w.-]+\W+).*", re.DOTALL)
_LENGTH = 100_000
_SORTS = 1_000
_WIDTH = 1_000


@dataclass
class LogEntry:
    """One request and its answer."""

    method: str
    path: str
    """Below `/data/foundation/flowservice`, or in full for other services."""
    query: str
    """As it was sent, but without the values of filters on credentials; empty for the token service."""
    sandbox: str
    client: str
    """The `x-api-key` of the request."""
    request_id: str
    """The `x-request-id` of the request."""
    at: float
    """When it came in, in seconds since the epoch by the emulator's clock."""
    status: int = 0
    """0 as long as there is no answer; it stays where the connection was closed without one."""
    milliseconds: float = 0


class RequestLog:
    """The latest requests, oldest first, and the number of requests by method and path."""

    def __init__(self) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=_LENGTH)
        self._counters: Counter[str] = Counter()

    def add(self, entry: LogEntry) -> None:
        """Note a request."""
        self._entries.append(entry)
        sort = f"{entry.method} {_ID.sub('{id}', entry.path)}"
        # A client that makes paths up must not fill the memory.
        self._counters[sort if sort in self._counters or len(self._counters) < _SORTS else "others"] += 1

    def entries(self, method: str | None = None, path: str | None = None) -> list[LogEntry]:
        """Return the requests that match, see `path_pattern`."""
        pattern = path_pattern(path)
        return [
            entry
            for entry in self._entries
            if (method is None or entry.method == method.upper()) and pattern.fullmatch(entry.path)
        ]

    def counters(self) -> dict[str, int]:
        """Return the number of requests by method and path, ids replaced by `{id}`."""
        return dict(self._counters)

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()
        self._counters.clear()


def path_pattern(path: str | None) -> re.Pattern[str]:
    """Return what a path pattern matches: `*` stands for one segment, `**` for any rest, none for everything.

    `/connections` is the list or a create alone, `/connections/*` one connection, `/connections/**` all below.
    """
    if path is None:
        return re.compile(".*", re.DOTALL)
    parts = re.split(r"(\*\*|\*)", path)
    wild = {"**": ".*", "*": "[^/]*"}
    return re.compile("".join(wild.get(part) or re.escape(part) for part in parts), re.DOTALL)


def safe_query(query: str) -> str:
    """Return a query without the values that a filter compares credentials with."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=1_000)
    except ValueError:
        return "…"
    return shortened(urlencode([(name, _AUTH_FILTER.sub(r"\1…", value)) for name, value in pairs], safe="=/.[]<>…"))


def shortened(text: str) -> str:
    """Return text cut to what the log keeps of it."""
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
