"""The library's server: real HTTP on 127.0.0.1, a token service, a log, and faults that a test injects."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.library.rules import CLIENT, ORGANIZATION, Call, Json, Library, Refused

BASE = "/data/foundation/flowservice/"
_TOKEN, _SECRET = "library-token", "library-secret"
SANDBOXES = ("dev", "stage")


@dataclass
class Fault:
    """What happens to some requests instead of a good answer.

    Args:
        request: Method and path, such as `POST /racks` or `DELETE /readers/*`.
        kind: `reset`: no answer, and nothing is done. `lost`: it is done, but there is no answer. `late`: a 504, and it
            is done `seconds` later. `status`: this status, and nothing is done. `before`: a good answer after all.
        times: How many requests it meets; None for all.
        skip: How many it lets pass before.
        before: Called before the request is looked at, such as for a change by somebody else.
    """

    request: str
    kind: str = "reset"
    times: int | None = 1
    skip: int = 0
    status: int = 503
    seconds: float = 0.0
    json: Json = field(default_factory=lambda: {"title": "A fault"})
    before: Callable[[], object] = lambda: None

    def meets(self, request: str) -> bool:
        """Whether this request meets it; counts."""
        if request != self.request or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times = None if self.times is None else self.times - 1
        return True


class LibraryServer:
    """A library with its server in a thread of this process; a context manager."""

    def __init__(self, **settings: Any) -> None:
        self.library = Library(**settings)
        self.faults: list[Fault] = []
        self.log: list[str] = []
        self._late: list[tuple[float, Call]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_of": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of a program that talks to it, in sandbox `dev`."""
        return {
            "FLOWSERVICE_ENDPOINT": self.url,
            "FLOWSERVICE_IMS_ENDPOINT": self.url,
            "FLOWSERVICE_CLIENT_ID": CLIENT,
            "FLOWSERVICE_CLIENT_SECRET": _SECRET,
            "FLOWSERVICE_IMS_ORG": ORGANIZATION,
            "FLOWSERVICE_SANDBOX": SANDBOXES[0],
        }

    def fault(self, request: str, kind: str = "reset", **options: Any) -> None:
        """Inject a fault; those of one request are met in their order."""
        self.faults.append(Fault(request, kind, **options))

    def advance(self, seconds: float) -> None:
        """Let time pass: what is late is done when its time has come."""
        with self._lock:
            self.library.ahead += seconds
            due = [call for at, call in self._late if at <= self.library.now()]
            self._late = [(at, call) for at, call in self._late if at > self.library.now()]
        for call in due:
            with suppress(Refused):
                self.library.do(call)

    def all(self, kind: str) -> list[Json]:
        """The objects of a kind, as they are kept."""
        return self.library.all(kind)

    def ids(self, kind: str) -> list[str]:
        """The ids of the objects of a kind, in their order."""
        return [each["id"] for each in self.library.all(kind)]

    def writes(self) -> list[str]:
        """The requests of the log that are no reads."""
        return [request for request in self.log if not request.startswith("GET")]

    def answer(self, call: Call, request: str) -> tuple[int, Json | None] | None:
        """Do what is asked, unless a fault meets it; None for no answer. Raises: Refused."""
        with self._lock:
            self.log.append(request)
            met = next((fault for fault in self.faults if fault.meets(request)), None)
        if met is None:
            return self.library.do(call)
        met.before()
        if met.kind == "before":
            return self.library.do(call)
        if met.kind == "lost":
            with suppress(Refused):
                self.library.do(call)
        if met.kind == "late":
            with self._lock:
                self._late.append((self.library.now() + met.seconds, call))
            self.advance(0)
            return 504, {"title": "Gateway timeout"}
        return (met.status, met.json) if met.kind == "status" else None

    def __enter__(self) -> LibraryServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection; strict about what a request of Flow Service must have."""

    protocol_version = "HTTP/1.1"
    # Head and body in one piece: otherwise, each answer would wait for an acknowledgement of its head.
    wbufsize = -1
    disable_nagle_algorithm = True
    server_of: LibraryServer

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The library's time in `Date`."""
        return super().date_time_string(self.server_of.library.now() if timestamp is None else timestamp)

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            found = self._token(content) if self.path == "/ims/token/v3" else self._object(content)
        except Refused as refused:
            found = refused.status, refused.body
        if found is None:
            # A client may have closed it first.
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        status, document = found
        body = json.dumps(document).encode() if document is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer

    def _token(self, content: bytes) -> tuple[int, Json]:
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, _SECRET):
            raise Refused(400, "", "invalid_client")
        return 200, {"access_token": _TOKEN, "expires_in": 86399, "token_type": "bearer"}

    def _object(self, content: bytes) -> tuple[int, Json | None] | None:
        parts = urlsplit(self.path)
        known = {
            "Authorization": f"Bearer {_TOKEN}",
            "x-api-key": CLIENT,
            "x-gw-ims-org-id": ORGANIZATION,
            "Accept": "application/json",
        }
        if any(self.headers.get(name) != value for name, value in known.items()):
            raise Refused(401, "", "A header is missing or wrong")
        if (sandbox := self.headers.get("x-sandbox-name", "")) not in SANDBOXES:
            raise Refused(404, "2100-404", "The sandbox was not found")
        if not parts.path.startswith(BASE):
            raise Refused(404, "", "The requested resource is not found")
        if content and self.headers.get("Content-Type") != "application/json":
            raise Refused(415, "", "The body is not JSON")
        path = tuple(parts.path.removeprefix(BASE).split("/"))
        shown = re.sub(r"^(\w+)/[^/]+", r"\1/*", "/".join(path))
        body = json.loads(content) if content else None
        call = Call(self.command, path, parse_qs(parts.query), body, self.headers.get("If-Match", ""), sandbox)
        op = f"?op={call.query['op'][0]}" if "op" in call.query else ""
        return self.server_of.answer(call, f"{self.command} /{shown}{op}")
