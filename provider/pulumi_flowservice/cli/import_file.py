"""Write a file for `pulumi import --file`, by which the native provider manages what exists."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

from ..errors import Code, FlowServiceError
from ..lookups.adoptable import Candidate
from ..lookups.adoptable_dataflows import DataflowCandidate
from ..resources.dataflow.dataflow import DATAFLOW
from ..version import PLUGIN_ADDRESS, __version__
from .placed import Placed, TakenDataflow, place_by_id
from .saved_file import saved_content


class ImportFile:
    """A file for `pulumi import`, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        """Read the file if it exists. Raises: FlowServiceError, if it cannot be used."""
        self.path = path
        self.before = saved_content(path)
        self._document = {"resources": []} if self.before is None else _parsed(self.before, path)

    @property
    def dataflow_names(self) -> Set[str]:
        """The names that a new dataflow must not have."""
        return {str(each.get("name")) for each in self._document["resources"]}

    def place(self, candidates: Sequence[Candidate], sandbox: str, names: Set[str]) -> list[Placed]:
        """Return each candidate, with the name that it already has in the file, or one that nobody has."""
        return place_by_id(
            candidates, lambda object_id: self._owner(object_id, sandbox), {*self.dataflow_names, *names}
        )

    def owner_of(self, candidate: DataflowCandidate, sandbox: str) -> str | None:
        """Return the name that a dataflow already has in the file."""
        return self._owner(candidate.id, sandbox)

    def with_entries(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return the content of the file with these resources."""
        resources = [*self._document["resources"], *_resources(candidates, dataflows)]
        return _text({**self._document, "resources": resources})

    def added(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return a file with these resources only."""
        return _text({"resources": _resources(candidates, dataflows)})

    def next_step(self, taken: Sequence[Placed], dataflows: int = 0) -> str:
        """Return what to do with the file."""
        command = f"pulumi import --file {self.path} --generate-code=false"
        return f"Next: run `{command}`. It changes nothing at the server."

    def _owner(self, object_id: str, sandbox: str) -> str | None:
        owners = {each.get("id"): each.get("name") for each in self._document["resources"]}
        return owners.get(f"{sandbox}/{object_id}")


def _resources(candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow]) -> list[dict[str, str]]:
    connections = ((each.kind.native_type, each.resource_name, each.inputs["sandbox"], each.id) for each in candidates)
    flows = (
        (DATAFLOW.native_type, each.candidate.resource_name, each.sandbox, each.candidate.id) for each in dataflows
    )
    return [
        {
            "type": native_type,
            "name": name,
            "id": f"{sandbox}/{object_id}",
            "version": __version__,
            "pluginDownloadUrl": PLUGIN_ADDRESS,
        }
        for native_type, name, sandbox, object_id in (*connections, *flows)
    ]


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
