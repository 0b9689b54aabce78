"""What a made-up library keeps, and its rules: racks, readers that each have a rack, and loans of readers.

It has the manners of Flow Service: documents, headers, JSON Patch under `If-Match`, lists with pages.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ORGANIZATION = "LIBRARY@AdobeOrg"
CLIENT = "library-client"
MODES = {"open": "opened", "close": "closed", "pause": "paused"}
_REQUIRED: dict[str, dict[str, type]] = {
    "racks": {"name": str, "language": str},
    "readers": {"name": str, "level": int, "language": str, "mode": str, "rackId": str},
    "loans": {"name": str, "readerId": str},
}
_PATCHED: dict[str, type] = {"/name": str, "/notes": str, "/level": int}


class Refused(Exception):
    """An error answer: its status, Adobe's code, its words, and the id of the object that it is about."""

    def __init__(self, status: int, code: str, words: str, object_id: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.body: Json = {"title": words, "status": status}
        self.body |= {"type": f"http://ns.adobe.com/aep/errors/FLOW-{code}"} if code else {}
        self.body |= {"report": {"id": object_id}} if object_id else {}


@dataclass(frozen=True)
class Call:
    """A request that is valid HTTP and authorized."""

    method: str
    path: tuple[str, ...]
    query: dict[str, list[str]]
    body: Any
    if_match: str
    sandbox: str


@dataclass
class Library:
    """The objects of all sandboxes.

    Args:
        page_size: The most entries of a page.
        linger: For how many seconds a deleted reader is still there, as `delete-finalizing`.
        initializing: For how many seconds a new reader cannot be changed; until then it has no etag.
        updating: For how many seconds a reader cannot be changed again after a PATCH.
    """

    page_size: int = 2
    linger: float = 0
    initializing: float = 0
    updating: float = 0
    ahead: float = 0.0
    objects: dict[str, dict[str, Json]] = field(default_factory=lambda: {kind: {} for kind in _REQUIRED})
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _until: dict[str, float] = field(default_factory=dict)

    def now(self) -> float:
        """The library's time, which a test can advance."""
        return time.time() + self.ahead

    def all(self, kind: str) -> list[Json]:
        """The objects of a kind, as a test looks at them."""
        with self.lock:
            return list(self.objects[kind].values())

    def change(self, kind: str, object_id: str, **values: Any) -> None:
        """Change an object as somebody else does; None removes a value."""
        with self.lock:
            found = self.objects[kind][object_id]
            found.update(values)
            for name in [name for name, value in values.items() if value is None]:
                del found[name]
            self._touch(found, "somebody")

    def do(self, call: Call) -> tuple[int, Json | None]:
        """Do what is asked, and return status and body. Raises: Refused."""
        with self.lock:
            self._let_time_pass()
            kind, *rest = call.path
            if kind not in self.objects:
                raise Refused(404, "", "The requested resource is not found")
            acts: dict[str, Callable[[Call, str], tuple[int, Json | None]]]
            if kind == "loans":
                # Only tests make them.
                acts = {} if rest else {"GET": self._list}
            elif not rest:
                acts = {"POST": self._create, "GET": self._list}
            elif rest[1:] == ["action"] and kind == "readers":
                acts = {"POST": self._act}
            elif rest[1:]:
                raise Refused(404, "", "The requested resource is not found")
            else:
                acts = {"GET": self._get, "PATCH": self._patch, "DELETE": self._delete}
            if call.method not in acts:
                raise Refused(405, "", "This method is not allowed")
            return acts[call.method](call, kind)

    def _create(self, call: Call, kind: str) -> tuple[int, Json]:
        body, required = call.body, _REQUIRED[kind]
        allowed = {*required, "notes"} if kind == "readers" else {*required}
        if not isinstance(body, dict) or not {*required} <= {*body} <= allowed:
            raise Refused(400, "1304-400", "The body has not the fields that it must have")
        for name, type_ in required.items():
            self._require_type(body[name], type_)
        if kind == "readers":
            if body["mode"] not in MODES.values():
                raise Refused(400, "1304-400", "There is no such mode")
            self._find("racks", body["rackId"], call.sandbox)
        object_id = f"{kind[:-1]}-{next(self._numbers)}"
        new = {"id": object_id, **body, "sandboxName": call.sandbox, "imsOrgId": ORGANIZATION, "state": "enabled"}
        self._touch(new)
        new |= {"createdAt": new["updatedAt"], "createdBy": new["updatedBy"], "createdClient": CLIENT}
        self.objects[kind][object_id] = new
        if kind == "readers" and self.initializing:
            new["state"], self._until[object_id] = "initializing", self.now() + self.initializing
            return 201, {"id": object_id}
        return 201, {"id": object_id, "etag": new["etag"]}

    def _get(self, call: Call, kind: str) -> tuple[int, Json]:
        found = self._find(kind, call.path[1], call.sandbox)
        return 200, {"items": [self._visible(found)]}

    def _list(self, call: Call, kind: str) -> tuple[int, Json]:
        here = [each for each in self.objects[kind].values() if each["sandboxName"] == call.sandbox]
        for expression in call.query.get("property", []):
            name, separator, value = expression.partition("==")
            if not separator or name not in _REQUIRED[kind]:
                raise Refused(400, "1304-400", "There is no such filter")
            here = [each for each in here if str(each[name]) == value]
        here.sort(key=lambda each: (each["updatedAt"], each["etag"]), reverse=True)
        begin = int(call.query.get("continuationToken", ["0"])[0])
        end = begin + min(self.page_size, int(call.query.get("limit", ["20"])[0]))
        path = f"/data/foundation/flowservice/{kind}?continuationToken={end}"
        links = {"next": {"href": path}} if end < len(here) else {}
        return 200, {"items": [self._visible(each) for each in here[begin:end]], "_links": links}

    def _patch(self, call: Call, kind: str) -> tuple[int, Json]:
        found = self._settled(kind, call)
        if not call.if_match:
            raise Refused(428, "", "A PATCH needs If-Match")
        if call.if_match != found["etag"]:
            raise Refused(412, "1404-412", "Supplied version does not match")
        if kind != "readers" or not isinstance(call.body, list) or not call.body:
            raise Refused(400, "1304-400", "The body is not a JSON Patch of a reader")
        changed = dict(found)
        for operation in call.body:
            op, path = operation.get("op"), operation.get("path")
            if path not in _PATCHED:
                raise Refused(400, "1455-400", "This path cannot be patched")
            name = path[1:]
            if op not in ("add", "replace", "remove") or (op != "add" and name not in changed):
                raise Refused(400, "1451-400", "This operation is not valid here")
            if {*operation} != ({"op", "path"} if op == "remove" else {"op", "path", "value"}):
                raise Refused(400, "1451-400", "This operation has not the members that it must have")
            if op == "remove":
                if path != "/notes":
                    raise Refused(400, "1451-400", "This field cannot be removed")
                del changed[name]
            else:
                self._require_type(operation["value"], _PATCHED[path])
                changed[name] = operation["value"]
        found.clear()
        found.update(changed)
        self._touch(found)
        if self.updating:
            found["state"], self._until[found["id"]] = "updating", self.now() + self.updating
        return 200, {"id": found["id"], "etag": found["etag"]}

    def _act(self, call: Call, kind: str) -> tuple[int, Json]:
        found, [op] = self._settled(kind, call), call.query.get("op", [""])
        if op not in MODES or call.body is not None:
            raise Refused(400, "1304-400", "There is no such action")
        found["mode"] = MODES[op]
        self._touch(found)
        return 200, {"id": found["id"], "etag": found["etag"]}

    def _delete(self, call: Call, kind: str) -> tuple[int, Json | None]:
        found = self._settled(kind, call)
        users, reference = {"racks": ("readers", "rackId"), "readers": ("loans", "readerId")}[kind]
        if any(each[reference] == found["id"] for each in self.objects[users].values()):
            raise Refused(400, "1418-400", f"The {kind[:-1]} is being used")
        if kind == "readers" and self.linger:
            found["state"], self._until[found["id"]] = "delete-finalizing", self.now() + self.linger
            return 202, None
        del self.objects[kind][found["id"]]
        return 204, None

    def _let_time_pass(self) -> None:
        readers = self.objects["readers"]
        for object_id in [object_id for object_id, until in self._until.items() if until <= self.now()]:
            del self._until[object_id]
            if readers[object_id]["state"] == "delete-finalizing":
                del readers[object_id]
            else:
                readers[object_id]["state"] = "enabled"

    def _find(self, kind: str, object_id: str, sandbox: str) -> Json:
        found = self.objects[kind].get(object_id)
        if found is not None and found["sandboxName"] == sandbox:
            return found
        if kind == "readers":
            # The rule of readers alone: see `Readers` in `reader.py`.
            raise Refused(410, "", "This reader has left", object_id)
        raise Refused(404, "", f"{kind} not found with id = [{object_id}]")

    def _settled(self, kind: str, call: Call) -> Json:
        found = self._find(kind, call.path[1], call.sandbox)
        if found["state"] != "enabled":
            raise Refused(400, "1417-400", f"The {kind[:-1]} is in transition")
        return found

    def _touch(self, found: Json, client: str = CLIENT) -> None:
        who = "us@example.com" if client == CLIENT else f"{client}@example.com"
        found |= {"etag": f'"{next(self._numbers):06}"', "updatedAt": int(1000 * self.now())}
        found |= {"updatedClient": client, "updatedBy": who}

    @staticmethod
    def _visible(found: Json) -> Json:
        hidden = {"etag"} if found["state"] == "initializing" else set()
        return {name: value for name, value in found.items() if name not in hidden}

    @staticmethod
    def _require_type(value: object, type_: type) -> None:
        if type(value) is not type_ or value == "":
            raise Refused(400, "1304-400", "A value has the wrong type")
