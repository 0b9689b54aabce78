"""What keeps a run at the real service from touching anything that it has not made itself."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

_SETS = "/data/foundation/conversion/mappingSets"
_LISTS = {"/connections", "/sourceConnections", "/targetConnections", "/flows", _SETS}
_ONE = re.compile(
    rf"(?:/(?:connections|sourceConnections|targetConnections|flows|runs)|{_SETS})/(?P<id>[^/]+)(?:/|/action)?"
)
_READS = {("POST", "/connections/search"), ("POST", f"{_SETS}/validate")}


class ForbiddenWriteError(Exception):
    """A case tried to write what it does not own; nothing was sent."""


def harm(sandbox: str, credentials: Mapping[str, str | None]) -> str:
    """Return why a run at the real service must not begin, empty where it may."""
    if sandbox in ("", "prod"):
        return "--live needs --sandbox, and not prod: the suite writes to it"
    missing = [name for name, value in credentials.items() if not value]
    return f"--live needs the environment variable {missing[0]}" if missing else ""


@dataclass
class Guard:
    """Lets reads through, creations under our own name, and writes to what was created so."""

    prefix: str = field(default_factory=lambda: f"contract-{uuid.uuid4().hex[:8]}")
    """How the names of this run begin."""
    ours: set[str] = field(default_factory=set)
    """Ids of what was made, and some that nothing has."""
    is_reading: bool = False
    """Whether writes are refused altogether."""

    def check(self, method: str, path: str, content: bytes) -> None:
        """Raise where a request would write elsewhere.

        Raises:
            ForbiddenWriteError: it would.
        """
        place = path.partition("?")[0]
        if method in ("GET", "HEAD") or (method, place) in _READS:
            return
        if self.is_reading:
            raise ForbiddenWriteError(f"{method} {place} in a case that is marked as reading")
        if method == "POST" and place in _LISTS:
            allowed = self._names_us(content)
        elif (method, place) == ("POST", "/runs"):
            allowed = self._is_about_us(content)
        else:
            one = _ONE.fullmatch(place)
            methods = ("PUT", "DELETE") if place.startswith(_SETS) else ("PATCH", "DELETE", "POST")
            allowed = method in methods and one is not None and one["id"] in self.ours
        if not allowed:
            raise ForbiddenWriteError(f"{method} {place} is not about what this run has made")

    def _names_us(self, content: bytes) -> bool:
        """Return whether what would be made carries our name; what is not JSON makes nothing."""
        try:
            body = json.loads(content)
        except ValueError:
            return True
        return not isinstance(body, dict) or "name" not in body or str(body["name"]).startswith(self.prefix)

    def _is_about_us(self, content: bytes) -> bool:
        """Return whether a run that is asked for would be of a flow of ours; what is not JSON makes nothing."""
        try:
            body = json.loads(content)
        except ValueError:
            return True
        return isinstance(body, dict) and body.get("flowId") in self.ours
