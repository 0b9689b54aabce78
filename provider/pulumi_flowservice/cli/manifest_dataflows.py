"""The dataflows of an adoption as entries of `dataflows` in a `connections.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..lifecycle.names import without_digits
from ..lookups.adoptable_dataflows import DataflowCandidate
from ..manifest.dataflow_keys import short_form
from ..resources.dataflow.dataflow import DATAFLOW
from .placed import TakenDataflow

if TYPE_CHECKING:
    from ..manifest.content import Manifest

Entry = dict[str, Any]
"""The keys of an entry and their values."""


def dataflow_entry(taken: TakenDataflow) -> Entry:
    """Return the entry of a dataflow."""
    given = {**taken.candidate.inputs, **taken.mapping}
    adopt, schedule = given.pop("adopt"), short_form(given.pop("schedule"))
    order = [name for name in DATAFLOW.inputs if name in given and name != "mapping"]
    values = {name: given[name] for name in order}
    return {
        "sandboxes": [taken.sandbox],
        "adopt": adopt,
        "connection": taken.connection,
        **values,
        "schedule": schedule,
        "mapping": given["mapping"],
    }


def dataflow_owner(manifest: Manifest, candidate: DataflowCandidate, sandbox: str) -> str | None:
    """Return the entry of this sandbox that adopts a dataflow, or has created it."""
    for name in manifest.dataflows:
        if not manifest.dataflow_goes_to(name, sandbox):
            continue
        given = manifest.settled_dataflow(name, sandbox).inputs
        if given.get("adopt") == candidate.id:
            return name
        automatic = without_digits(candidate.name)
        is_its_name = given["name"] == candidate.name if "name" in given else automatic == name != candidate.name
        if "adopt" not in given and is_its_name:
            return name
    return None
