"""Control an emulator from a test, by plain HTTP from the standard library, in this process or in another."""

from __future__ import annotations

import json as json_format
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .http.request_log import LogEntry
from .names import BASE_PATH, CLIENT_ID, CLIENT_SECRET, CONTROL_HEADER, ORGANIZATION, PLATFORM_PATH


@dataclass(frozen=True)
class Answer:
    """What a request brought back."""

    status: int
    headers: dict[str, str]
    """By names in lower case."""
    json: Any
    """The body, None where there is none."""


class EmulatorControl:
    """Reads and changes the inside of an emulator at `url`; each method is one request to `/emulator/`.

    Raises from every method: ValueError with the emulator's reason where it refuses, OSError where it is gone.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables with which a program talks to this emulator, in sandbox `dev`."""
        return {
            "FLOWSERVICE_ENDPOINT": self.url,
            "FLOWSERVICE_IMS_ENDPOINT": self.url,
            "FLOWSERVICE_CLIENT_ID": CLIENT_ID,
            "FLOWSERVICE_CLIENT_SECRET": CLIENT_SECRET,
            "FLOWSERVICE_IMS_ORG": ORGANIZATION,
            "FLOWSERVICE_SANDBOX": "dev",
        }

    def request(
        self,
        method: str,
        path: str,
        json: object = None,
        *,
        sandbox: str = "dev",
        client: str = CLIENT_ID,
        user: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send an authenticated request, as another client or user where one is named.

        `path` is one of Flow Service, or that of another service in full (`/data/foundation/catalog/dataSets`).
        It meets no fault and no latency, and is not in the log: that is about the program under test.
        """
        standard = {
            "authorization": f"Bearer {self.issue_token(client, user)}",
            "x-api-key": client,
            "x-gw-ims-org-id": ORGANIZATION,
            "x-sandbox-name": sandbox,
        }
        full = path if path.startswith(PLATFORM_PATH) else BASE_PATH + path
        return self._send(method, full, json, {**standard, **(headers or {})})

    def log(self, method: str | None = None, path: str | None = None) -> list[LogEntry]:
        """Return the requests of the program under test, oldest first; the token requests among them.

        `path` is exact, with `*` for one segment and `**` for any rest: `/connections` for lists and creates,
        `/connections/*` for single connections, `/connections/**` for all about single ones.
        """
        query = {key: value for key, value in (("method", method), ("path", path)) if value is not None}
        return [LogEntry(**entry) for entry in self._control("GET", f"log?{urlencode(query)}")]

    def clear_log(self) -> None:
        """Forget the requests until now."""
        self._control("DELETE", "log")

    def counters(self) -> dict[str, int]:
        """Return the number of requests by method and path, such as `{"GET /connections/{id}": 3}`."""
        return dict(self._control("GET", "counters"))

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings, named as in `flowservice_emulator.settings.Settings`; return all of them."""
        return dict(self._control("PATCH", "settings", changes))

    def fault(self, method: str, path: str, *, times: int | None = 1, kind: str = "status", **details: Any) -> None:
        """Let the next `times` requests that match meet a fault (None: all to come).

        Kinds and their details are in docs/reference/emulator.md; `skip=N` lets N matching requests pass,
        `share=0.1` with `seed=N` picks a tenth of them at random. `path` is as in `log`; `method` may be `*`.
        """
        self._control("POST", "faults", {"method": method, "path": path, "times": times, "kind": kind, **details})

    def clear_faults(self) -> None:
        """Remove all faults that no request has met yet."""
        self._control("DELETE", "faults")

    def change_connection(self, id: str, *, by: str = "someone@example.com", **changes: Any) -> None:
        """Change `name`, `description`, `params` or `state` as somebody does in the user interface.

        `params` are merged into those there are; None removes a param or the description.
        """
        self._control("PATCH", f"connections/{quote(id, safe='')}", {"by": by, "changes": changes})

    def delete_connection(self, id: str) -> None:
        """Delete a connection without the program's knowledge, in use or not."""
        self._control("DELETE", f"connections/{quote(id, safe='')}")

    def use_connection(self, id: str, flow_name: str = "Orders to profiles") -> str:
        """Create a source connection and a flow that use a connection; return the flow's id."""
        return str(self._control("POST", f"connections/{quote(id, safe='')}/use", {"flow_name": flow_name})["flow_id"])

    def connections(self, sandbox: str | None = None) -> list[dict[str, Any]]:
        """Return what is stored, of all sandboxes or one, oldest change first; secret params in plain text."""
        return list(self._control("GET", f"connections?sandbox={quote(sandbox)}" if sandbox else "connections"))

    def flows(self, sandbox: str | None = None) -> list[dict[str, Any]]:
        """Return the stored flows of all sandboxes or one, oldest change first."""
        return list(self._control("GET", f"flows?sandbox={quote(sandbox)}" if sandbox else "flows"))

    def change_flow(self, id: str, *, by: str = "someone@example.com", **changes: Any) -> None:
        """Change a flow as somebody does in the user interface, frozen or not.

        `name`, `description`, `scheduleParams`, `options`, `transformations`, `state`; `mapping={"mappings": […]}`
        makes the next version of its mapping set. `scheduleParams` and `options` are merged into those there are;
        None removes a key.
        """
        self._control("PATCH", f"flows/{quote(id, safe='')}", {"by": by, "changes": changes})

    def delete_flow(self, id: str) -> None:
        """Delete a flow without the program's knowledge; its connections stay, unless a choice says otherwise."""
        self._control("DELETE", f"flows/{quote(id, safe='')}")

    def hide_flow(self, id: str) -> None:
        """Put an access label on a flow: the API answers 404 to reads and 403 to writes."""
        self._control("POST", f"flows/{quote(id, safe='')}/hide")

    def show_flow(self, id: str) -> None:
        """Take the access label away."""
        self._control("POST", f"flows/{quote(id, safe='')}/show")

    def delete_source_connection(self, id: str) -> None:
        """Delete a source connection without the program's knowledge, in use or not."""
        self._control("DELETE", f"sourceConnections/{quote(id, safe='')}")

    def delete_target_connection(self, id: str) -> None:
        """Delete a target connection without the program's knowledge, in use or not."""
        self._control("DELETE", f"targetConnections/{quote(id, safe='')}")

    def make_dataset(
        self,
        name: str,
        fields: Mapping[str, str],
        *,
        required: Sequence[str] = (),
        sandbox: str = "dev",
        title: str = "",
    ) -> dict[str, str]:
        """Make a dataset and its schema; return `{"id", "schemaId"}`.

        `fields` are paths with their types: `{"_example.orderId": "string", "_example.changed": "date-time"}`; types
        are string, number, integer, boolean, date and date-time. `title` is the schema's, by default `name`.
        """
        body = {"name": name, "fields": dict(fields), "required": list(required), "sandbox": sandbox}
        return dict(self._control("POST", "datasets", {**body, "title": title or name}))

    def rename_dataset(self, id: str, name: str) -> None:
        """Give a dataset another name."""
        self._control("PATCH", f"datasets/{quote(id, safe='')}", {"name": name})

    def delete_dataset(self, id: str) -> None:
        """Delete a dataset and its rows; its schema stays."""
        self._control("DELETE", f"datasets/{quote(id, safe='')}")

    def rows(self, dataset_id: str) -> dict[str, Any]:
        """Return what the runs of dataflows have written: `{"count", "rows"}`, the first hundred rows."""
        return dict(self._control("GET", f"datasets/{quote(dataset_id, safe='')}/rows"))

    def issue_token(self, client: str = CLIENT_ID, user: str | None = None) -> str:
        """Return an access token for a client, and a user other than its technical account where one is named."""
        return str(self._control("POST", "tokens", {"client": client, "user": user})["access_token"])

    def revoke_tokens(self) -> None:
        """Refuse all access tokens issued until now."""
        self._control("DELETE", "tokens")

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock forward."""
        self._control("POST", "clock", {"seconds": seconds})

    def reset(self) -> None:
        """Forget everything: all resources, faults, log, and the settings changed since the start."""
        self._control("POST", "reset")

    def _control(self, method: str, path: str, json: object = None) -> Any:
        answer = self._send(method, f"/emulator/{path}", json, {})
        if answer.status != 200:
            raise ValueError(answer.json["message"])
        return answer.json

    def _send(self, method: str, path: str, json: object, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        body = None if json is None else json_format.dumps(json)
        declared = {} if json is None else {"content-type": "application/json"}
        try:
            connection.request(method, path, body, {CONTROL_HEADER: "1", **declared, **headers})
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, json_format.loads(raw) if raw else None)
