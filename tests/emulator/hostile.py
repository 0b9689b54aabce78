"""Requests that no client should send: valid ones in which a part is replaced at random."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from flowservice_emulator.app.routes import OPERATIONS
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.names import BASE_PATH, TOKEN_PATH
from hypothesis import strategies as st

from tests.contract.api import CATALOG, MAPPING_SETS, SCHEMAS, Answer, FlowServiceApi
from tests.contract.datasets import orders
from tests.emulator.good_bodies import FLOW_SERVICE, GOOD_BODIES, LISTS, MARKS, ONCE, SET, SOURCE, TARGET
from tests.emulator.program import body, program

ODD_PATHS = ["", "/", "//", "/connections//", "/connections/{id}/test/", "/nowhere", "/connections/%2e%2e/flows"]
# What writes, and what reads by a query, comes up as often as all the rest.
WRITES = [each for each in GOOD_BODIES if not each[1].startswith("/emulator")]
API = st.sampled_from(WRITES + [("GET", path) for path in LISTS[:3]]) | st.sampled_from(
    [*OPERATIONS, ("POST", TOKEN_PATH), *(("GET", path) for path in ODD_PATHS)]
)
CONTROL = st.sampled_from(
    [*(each for each in GOOD_BODIES if each[1].startswith("/emulator")), ("POST", "/emulator/connections/{id}/use")]
)
ENVELOPES = (
    {"error_code", "message"},
    {"errorMessage", "errorDetails"},
    {"message"},
    {"type", "status", "title", "detail"},
    {"error", "error_description"},
)
ODD_TEXTS = [
    "",
    " ",
    "\0",
    "é",
    "\U0001f600",
    "a,b",
    '"',
    "\\",
    "'); --",
    "*",
    "../..",
    "x" * 300,
    "9" * 30,
    "-1",
    "1e400",
]
# What could be stored and not be shown again comes up more often than its share.
ODD_JSON = [
    *(['"\\ud800"', '"x\\udfff"', "NaN", "-Infinity", '{"\\ud800": 1}'] * 2),
    *("1e999", "9" * 40, "[" * 40 + "]" * 40, "[" * 2_000, "null", "{}", "[]", '""', "5", "true"),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from(ODD_TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "params", "x"]), inner),
    max_leaves=6,
)
FILTERS = st.builds(
    lambda path, operator, value: f"{path}{operator}{value}",
    st.sampled_from(
        [
            "name",
            "id",
            "createdAt",
            "auth.params.server",
            "sourceConnectionIds[]",
            "a[].b[]",
            "state",
            "[]",
            "",
            "x.y",
            "flowId",
        ]
    ),
    st.sampled_from(["==", ">=", "<", "!=", "~", "=", "===", ""]),
    st.sampled_from([*ODD_TEXTS, "dev", "true", "1597973312000", '"a', '"a","b"']),
)
QUERIES = st.lists(
    st.tuples(st.just("property"), FILTERS)
    | st.tuples(
        st.sampled_from(
            [
                "limit",
                "orderby",
                "count",
                "continuationToken",
                "mode",
                "op",
                "objectType",
                "object",
                "x",
                "version",
                "name",
            ]
        ),
        st.sampled_from(
            [
                *ODD_TEXTS,
                "1",
                "100",
                "disable",
                "enable",
                "name,-id",
                "+name",
                "true",
                "draft",
                "publish",
                "root",
                "table",
                "W1tdLDBd",
            ]
        ),
    ),
    max_size=4,
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "QUERY"])
ANY_BODY = [each for bodies in GOOD_BODIES.values() for each in bodies]
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "authorization",
            "x-api-key",
            "x-gw-ims-org-id",
            "x-sandbox-name",
            "content-type",
            "if-match",
            "x-request-id",
            "x-sandbox-id",
            "accept",
        ]
    ),
    st.sampled_from(
        [
            None,
            "",
            "*",
            "Bearer",
            "Bearer x.y",
            "\xe9\xff",
            "text/plain",
            "x" * 5_000,
            '"1"',
            "prod",
            "application/json; a=b",
        ]
    ),
    max_size=2,
)

HEADS = [
    b"GET / HTTP/1.1",
    b"GET /\xff\xfe HTTP/1.1",
    b"GET /" + b"x" * 70_000 + b" HTTP/1.1",
    b"GET http://a:99999999/ HTTP/1.1",
    b"CONNECT a:1 HTTP/1.1",
    b"POST /emulator/clock HTTP/1.1",
    b"POST /ims/token/v3 HTTP/1.0",
    b"PRI * HTTP/2.0",
    b"\x16\x03\x01",
    b"\0\xff\r\n\r\n",
    b"",
]
HEADER_LINES = [
    b"Host: localhost",
    b"Host: x",
    b"Content-Length: 5",
    b"Content-Length: 4294967296",
    b"Content-Length: -1",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: x",
    b"Expect: 100-continue",
    b"Connection: Upgrade\r\nUpgrade: websocket",
    b"X: " + b"y" * 70_000,
    b"X-Request-Id: \x01",
    b": nothing",
    b"broken",
]
RESTS = [
    b"",
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"GET / HTTP/1.1\r\n\r\n" * 200,
    b"\0" * 50,
]


@dataclass
class Service:
    """An emulator under attack, and the ids that are known in it, by the path of their kind."""

    emulator: EmulatorControl
    ids: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.api: FlowServiceApi = program(self.emulator)
        parts = urlsplit(self.emulator.url)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self.ids = {path: ["unknown", "%00", ".."] for path in LISTS}
        dataset = orders(self.emulator)
        self.ids[CATALOG].append(dataset["id"])
        self.ids[SCHEMAS].append(dataset["schemaId"])
        made = {"/connections": body(), "/sourceConnections": SOURCE, "/targetConnections": TARGET}
        for path, content in {**made, MAPPING_SETS: SET, "/flows": ONCE}.items():
            self.ids[path].append(self.api.send("POST", path, self._named(content)).json["id"])

    def close(self) -> None:
        """Close the kept connection."""
        self._connection.close()

    def send(self, request: Request) -> Answer:
        """Send a request over a kept connection; later ones may use the ids of what it creates."""
        place = request.path.removeprefix("/emulator")
        kind = next((path for path in LISTS if place.startswith(path)), "/connections")
        path = request.path.replace("{id}", self.ids[kind][-1 - request.target % len(self.ids[kind])])
        full = path if path.startswith(("/ims", "/emulator", "/data")) else BASE_PATH + path
        headers = {"if-match": self._etag(path), **request.headers}
        known = self.api.headers(**{name.replace("-", "_"): value for name, value in headers.items()})
        content = self._filled(request.content)
        try:
            self._connection.request(request.method, f"{full}?{urlencode(request.query)}", content or None, known)
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException):
            self._connection.close()
            raise
        answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)
        if answer.status == 201 or (request.method, request.path, answer.status) == ("POST", MAPPING_SETS, 200):
            [made] = answer.json.get("items", [answer.json])
            self.ids[kind].append(made["id"])
        return answer

    def _etag(self, path: str) -> str:
        """Return the etag of a resource, so that patches get past its check."""
        has_one = path.startswith(("/connections/", "/sourceConnections/", "/targetConnections/", "/flows/"))
        found = self.api.send("GET", path) if has_one else None
        return str(found.item.get("etag")) if found and found.status == 200 and "items" in found.text else ""

    def _named(self, content: Any) -> Any:
        return json.loads(self._filled(json.dumps(content).encode()))

    def _filled(self, content: bytes) -> bytes:
        """Return a body with the ids of real resources in it."""
        for mark, path in MARKS.items():
            content = content.replace(mark, self.ids[path][-1].encode())
        return content


@dataclass(frozen=True)
class Request:
    """A request; `{id}` in its path is one of the known ids."""

    method: str
    path: str
    target: int
    query: list[tuple[str, str]]
    headers: dict[str, str | None]
    content: bytes


@st.composite
def contents(draw: st.DrawFn, good: Any) -> bytes:
    """Draw a body: a valid one, one with a part replaced, or none."""
    kind = draw(st.integers(0, 19))
    if kind == 0:
        return draw(st.sampled_from([b"", b"{", b"\xff", b"[]", b"null"]))
    if kind < 4:
        return json.dumps(good).encode()
    place = draw(st.sampled_from(list(_places(good, ()))))
    if kind < 15:
        return json.dumps(_put(good, place, "MARK")).replace('"MARK"', draw(st.sampled_from(ODD_JSON))).encode()
    return json.dumps(_put(good, place, draw(VALUES))).encode()


@st.composite
def requests(draw: st.DrawFn, operations: st.SearchStrategy[tuple[str, str]]) -> Request:
    """Draw a request: an operation of the API with odd content, now and then with an odd method and headers."""
    method, path = draw(operations)
    good = draw(st.sampled_from(GOOD_BODIES.get((method, path), ANY_BODY)))
    content = draw(contents(good)) if (method, path) in GOOD_BODIES or draw(st.integers(0, 9)) == 0 else b""
    return Request(
        draw(METHODS) if draw(st.integers(0, 9)) == 0 else method,
        path,
        draw(st.integers(0, 12)),
        draw(QUERIES) if draw(st.integers(0, 2)) == 0 else [],
        draw(HEADERS) if draw(st.integers(0, 7)) == 0 else {},
        content,
    )


@dataclass(frozen=True)
class Broken:
    """A request that is not valid HTTP, as the numbers of its parts, which are too large to be printed."""

    head: int
    lines: list[int]
    rest: int

    @property
    def content(self) -> bytes:
        """Return the bytes to send."""
        lines = [HEADER_LINES[each] for each in self.lines]
        return b"\r\n".join([HEADS[self.head], *lines, b"", RESTS[self.rest]])


def broken() -> st.SearchStrategy[Broken]:
    """Return a strategy of requests that are not valid HTTP."""
    lines = st.lists(st.integers(0, len(HEADER_LINES) - 1), max_size=3)
    return st.builds(Broken, st.integers(0, len(HEADS) - 1), lines, st.integers(0, len(RESTS) - 1))


def is_documented(answer: Answer, method: str) -> bool:
    """Return whether an answer has a status below 500 and the body that belongs to it."""
    if answer.status >= 500:
        return False
    if method == "HEAD" or answer.status in (202, 204):
        return answer.text == ""
    shown = answer.json
    if answer.status < 300:
        return isinstance(shown, (dict, list))
    coded = {"type", "title", "status", "report"} <= shown.keys() and "/FLOW-" in shown["type"]
    return coded or any(set(shown) == each for each in ENVELOPES)


def judged(service: Service, request: Request) -> Answer:
    """Send a request and return its answer. Raises: AssertionError if that is not documented."""
    answer = service.send(request)
    assert is_documented(answer, request.method), (request, answer.status, answer.text[:500])
    return answer


def broken_lists(service: Service) -> list[str]:
    """Return what is wrong with the lists: every one, in every order and to its last page, should be there."""
    # A token and a sandbox of its own: the attack may have revoked the ones of before.
    api = program(service.emulator)
    wrong = []
    for path in (*FLOW_SERVICE, MAPPING_SETS, CATALOG, "/connections?orderby=name,-updatedAt"):
        link = path if "?" in path or path.endswith("Specs") else f"{path}?limit=50"
        while link:
            answer = api.send("GET", link)
            if answer.status != 200:
                wrong.append(f"{link}: {answer.status} {answer.text[:300]}")
                break
            link = answer.json.get("_links", {}).get("next", {}).get("href", "")
    return wrong


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Return every path in a JSON value, its own included."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _places(each, (*path, key))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a JSON value with something else at a path."""
    if not path:
        return new
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[first] = _put(copy[first], tuple(rest), new)
    return copy


def answers(url: str, content: bytes) -> list[int]:
    """Send bytes, then no more, and return the statuses that come back before the connection ends."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        try:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
        except OSError:
            return []
    found = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
    return [status for status in found if status != 100]
