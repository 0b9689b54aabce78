"""Flow Service by plain HTTP, without any client library of ours: what the contract suite speaks."""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.contract.guard import Guard

PLATFORM_PATH = "/data/foundation/"
BASE_PATH = "/data/foundation/flowservice"
CATALOG = "/data/foundation/catalog/dataSets"
SCHEMAS = "/data/foundation/schemaregistry/tenant/schemas"
MAPPING_SETS = "/data/foundation/conversion/mappingSets"
REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
SCOPES = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"
_PATIENCE = 150


class NotTriedError(Exception):
    """What a case needs could not be had, so that it says nothing about its subject."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    """By names in lower case."""
    text: str

    @property
    def json(self) -> Any:
        """The body, which must be JSON."""
        return json.loads(self.text)

    @property
    def item(self) -> dict[str, Any]:
        """The one item of an answer that wraps it in `items`."""
        [item] = self.json["items"]
        return dict(item)


@dataclass(frozen=True)
class Account:
    """Where the service is, and who we are there."""

    endpoint: str
    ims_endpoint: str
    client_id: str
    client_secret: str = field(repr=False)
    ims_org: str
    sandbox: str


class FlowServiceApi:
    """Sends requests as the account; remembers what it made, so that `remove_all` leaves nothing.

    `pause` lets the service have the time that it needs. With a guard, no request goes out that would touch what was
    not made here.
    """

    def __init__(
        self, account: Account, *, guard: Guard | None = None, pause: Callable[[], object] = lambda: None
    ) -> None:
        self.account = account
        self.prefix = guard.prefix if guard else f"contract-{uuid.uuid4().hex[:8]}"
        self.pause = pause
        self.wait: Callable[[float], object] | None = None
        """Lets a number of seconds pass; None where a test cannot have them."""
        self.answers: deque[Answer] = deque(maxlen=3)
        """The latest answers, for a report."""
        self.dataset_id = ""
        """A dataset that cases may read, and let dataflows write into."""
        self.schema_id = ""
        """Its schema, where it is known without the Catalog."""
        self.login: dict[str, Any] | None = None
        """The params of a database that lets us in, where an observation may need one."""
        self._guard = guard
        self._made: list[str] = []
        self._token = self.request_token().json["access_token"]

    def token_form(self) -> dict[str, str]:
        """Return the form fields of a correct token request."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.account.client_id,
            "client_secret": self.account.client_secret,
            "scope": SCOPES,
        }

    def request_token(self, **changes: str | None) -> Answer:
        """Ask for an access token, with fields changed, or left out where they are None."""
        form = {key: value for key, value in {**self.token_form(), **changes}.items() if value is not None}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = exchange(self.account.ims_endpoint, "POST", "/ims/token/v3", urlencode(form).encode(), headers)
        self.answers.append(answer)
        return answer

    def headers(self, **changes: str | None) -> dict[str, str]:
        """Return the headers that every request needs, with some changed, or left out where they are None."""
        standard = {
            "authorization": f"Bearer {self._token}",
            "x-api-key": self.account.client_id,
            "x-gw-ims-org-id": self.account.ims_org,
            "x-sandbox-name": self.account.sandbox,
            "content-type": "application/json",
        }
        changed = {**standard, **{name.replace("_", "-"): value for name, value in changes.items()}}
        return {name: value for name, value in changed.items() if value is not None}

    def send(self, method: str, path: str, body: object = None, **headers: str | None) -> Answer:
        """Send a request with a JSON body; keyword arguments change headers, underscores standing for hyphens."""
        return self.send_raw(method, path, b"" if body is None else json.dumps(body).encode(), **headers)

    def send_raw(self, method: str, path: str, content: bytes, **headers: str | None) -> Answer:
        """Send a request with a body as it is."""
        if self._guard:
            self._guard.check(method, path, content)
        full = path if path.startswith(PLATFORM_PATH) else BASE_PATH + path
        answer = exchange(self.account.endpoint, method, full, content, self.headers(**headers))
        self.answers.append(answer)
        # Runs cannot be removed.
        if method == "POST" and answer.status == _created_status(path) and not path.startswith("/runs"):
            made = answer.json["id"]
            self._made.append(f"{path.partition('?')[0]}/{made}")
            if self._guard:
                self._guard.ours.add(made)
        return answer

    def dataset(self, properties: str = "name,schemaRef") -> dict[str, Any]:
        """Return the dataset as the Catalog shows it.

        Raises:
            NotTriedError: there is none.
        """
        if not self.dataset_id:
            raise NotTriedError("there is no dataset: CONTRACT_DATASET names none")
        query = f"?properties={properties}" if properties else ""
        return dict(self.send("GET", f"{CATALOG}/{self.dataset_id}{query}").json[self.dataset_id])

    def schema(self) -> str:
        """Return the `$id` of the dataset's schema.

        Raises:
            NotTriedError: there is no dataset, or the Catalog does not tell its schema.
        """
        found = self.schema_id or (self.dataset().get("schemaRef") or {}).get("id")
        if not found:
            raise NotTriedError("the dataset shows no schemaRef")
        return str(found)

    def unknown_id(self) -> str:
        """Return an id that nothing has."""
        return self.own(str(uuid.uuid4()))

    def own(self, resource_id: str) -> str:
        """Return an id, about which writes are allowed from now on."""
        if self._guard:
            self._guard.ours.add(resource_id)
        return resource_id

    def list(self, path: str, *filters: str, **query: str) -> Answer:
        """Get a list with `property` filters and other query parameters."""
        pairs = [*(("property", each) for each in filters), *query.items()]
        return self.send("GET", f"{path}?{urlencode(pairs)}")

    def create(self, name: str = "", **changes: Any) -> tuple[str, str]:
        """Create a Redshift connection and return its id and etag; see `body` for the changes.

        Raises:
            NotTriedError: it is refused, or takes too long to be ready.
        """
        answer = self._created("/connections", self.body(name, **changes))
        # Missing as long as the connection is initializing.
        etag = answer.get("etag") or self.settled(answer["id"])["etag"]
        return answer["id"], etag

    def made(self, path: str, body: dict[str, Any]) -> str:
        """Create a resource that a case needs and return its id.

        Raises:
            NotTriedError: it is refused.
        """
        return str(self._created(path, body)["id"])

    def _created(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.send("POST", path, body)
        if answer.status != _created_status(path):
            raise NotTriedError(f"POST {path.partition('?')[0]} answers {answer.status}: {answer.text}")
        return dict(answer.json)

    def settled(self, connection_id: str) -> dict[str, Any]:
        """Return a connection when it is no longer initializing.

        Raises:
            NotTriedError: that takes too long.
        """
        for _ in range(_PATIENCE):
            item = self.get(connection_id)
            if item["state"] != "initializing":
                return item
            self.pause()
        raise NotTriedError("a new connection stays initializing")

    def body(self, name: str = "", *, without: str = "", **params: Any) -> dict[str, Any]:
        """Return the body of a create, with params changed or one left out."""
        standard = {
            "server": "redshift.example.com",
            "port": "5439",
            "database": "dev",
            "username": "loader",
            "password": "Made-up-1",
        }
        kept = {key: value for key, value in {**standard, **params}.items() if key != without}
        return {
            "name": f"{self.prefix}{name}",
            "connectionSpec": {"id": REDSHIFT, "version": "1.0"},
            "auth": {"specName": "Basic Authentication", "params": kept},
        }

    def get(self, connection_id: str) -> dict[str, Any]:
        """Return a connection."""
        return self.send("GET", f"/connections/{connection_id}").item

    def patch(self, connection_id: str, etag: str | None, *operations: dict[str, Any]) -> Answer:
        """Send a JSON Patch on condition of an etag, without one where it is None."""
        return self.send("PATCH", f"/connections/{connection_id}", list(operations), if_match=etag)

    def remove_all(self) -> Sequence[str]:
        """Delete what was made and still is there, the youngest first; return the paths of what stays."""
        return [path for path in reversed(self._made) if not self._removed(path)]

    def _removed(self, path: str) -> bool:
        """Delete one thing, which may have to become ready for it."""
        for _ in range(_PATIENCE):
            answer = self.send("DELETE", path, content_type=None)
            if "1417-400" not in answer.text:
                # How Data Prep words its refusal is not documented.
                is_unknown = path.startswith(MAPPING_SETS) and answer.status == 404
                return answer.status in (200, 202, 204) or is_unknown or is_gone(answer)
            self.pause()
        return False


def _created_status(path: str) -> int:
    """Return what a create answers: Data Prep differs."""
    return 200 if path == MAPPING_SETS else 201


def is_gone(answer: Answer) -> bool:
    """Return whether an answer is one of those that are documented for an unknown id."""
    return (answer.status == 404 and "not found with id" in answer.text) or any(
        code in answer.text for code in ("1101-404", "1439-400", "1439-404")
    )


def refused(answer: Answer, status: int, *words: str) -> bool:
    """Return whether an answer is the refusal with this status, and its text holds all of the words."""
    found = answer.status == status and all(word in answer.text for word in words)
    assert found, f"expected {status} with {words}, got {answer.status}: {answer.text}"
    return found


def names(answer: Answer) -> Sequence[str]:
    """Return the names of the items of a list, in its order."""
    return [item["name"] for item in answer.json["items"]]


def quoted(text: str) -> str:
    """Return text as part of a path."""
    return quote(text, safe="")


def exchange(endpoint: str, method: str, path: str, content: bytes, headers: dict[str, str]) -> Answer:
    """Send a request as it is, and return what comes back."""
    parts = urlsplit(endpoint)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=90)
    try:
        connection.request(method, path, content or None, headers)
        response = connection.getresponse()
        text = response.read().decode()
    finally:
        connection.close()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)
