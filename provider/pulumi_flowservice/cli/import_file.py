"""Write a file for `pulumi import --file`, by which the native provider manages existing connections."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

from ..errors import Code, FlowServiceError
from ..lookups.adoptable import Candidate, renamed
from ..version import PLUGIN_ADDRESS, __version__
from .adopted_entries import Placed
from .saved_file import saved_content


class ImportFile:
    """A file for `pulumi import`, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        """Read the file if it exists. Raises: FlowServiceError, if it cannot be used."""
        self.path = path
        self.before = saved_content(path)
        self._document = {"resources": []} if self.before is None else _parsed(self.before, path)

    def place(self, candidates: Sequence[Candidate], sandbox: str, names: Set[str]) -> list[Placed]:
        """Return each candidate, with the name that it already has in the file, or one that nobody has."""
        owners = {each.get("id"): each.get("name") for each in self._document["resources"]}
        taken = {*(str(name) for name in owners.values()), *names}
        placed = []
        for candidate in candidates:
            owner = owners.get(_id(candidate))
            placed.append(Placed(candidate if owner else renamed(candidate, taken), owner))
        return placed

    def with_entries(self, candidates: Sequence[Candidate], _dataflows: object = None) -> str:
        """Return the content of the file with these connections."""
        return _text({**self._document, "resources": [*self._document["resources"], *map(_resource, candidates)]})

    def added(self, candidates: Sequence[Candidate], _dataflows: object = None) -> str:
        """Return a file with these connections only."""
        return _text({"resources": [_resource(each) for each in candidates]})

    def next_step(self, _taken: Sequence[Placed], _dataflows: int = 0) -> str:
        """Return what to do with the file."""
        command = f"pulumi import --file {self.path} --generate-code=false"
        return f"Next: run `{command}`. It changes nothing at the server."


def _id(candidate: Candidate) -> str:
    return f"{candidate.inputs['sandbox']}/{candidate.connection.id}"


def _resource(candidate: Candidate) -> dict[str, str]:
    return {
        "type": candidate.kind.native_type,
        "name": candidate.resource_name,
        "id": _id(candidate),
        "version": __version__,
        "pluginDownloadUrl": PLUGIN_ADDRESS,
    }


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _parsed(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(raw)
    except ValueError:
        document = None
    resources = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
        remedy = "Choose another --output."
        raise FlowServiceError(f"{path} is not a file for `pulumi import`", code=Code.FILE, remedy=remedy)
    return {**document, "resources": resources}
