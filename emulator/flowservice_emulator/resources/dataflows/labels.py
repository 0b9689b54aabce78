"""Hide flows by access labels, as the tutorial on them says: what the caller may not see is not found."""

from __future__ import annotations

from ...http.errors import CodedError
from ...settings import Settings
from ...store.store import Resource, Selection
from ..common import unknown_reference
from .kinds import FLOWS


def is_hidden(resource: Resource, settings: Settings) -> bool:
    """Return whether a flow carries a label that the caller has no access to."""
    labels = resource.document.get("labels") or []
    return bool(set(labels) & set(settings.denied_labels))


def not_hidden(resource: Resource, settings: Settings) -> None:
    """Refuse to show a hidden flow.

    Raises:
        CodedError: 1439-404, the same as for one that does not exist.
    """
    if is_hidden(resource, settings):
        raise unknown_reference(FLOWS, resource.id, "1439-404")


def forbid_hidden(resource: Resource, settings: Settings) -> None:
    """Refuse to change or delete a hidden flow.

    Raises:
        CodedError: 2120-403.
    """
    if is_hidden(resource, settings):
        text = "You do not have sufficient permissions to perform the operation."
        raise CodedError("2120-403", text, (resource.id, FLOWS))


def hide(settings: Settings) -> Selection:
    """Return the condition that leaves hidden flows out of a list."""
    if not settings.denied_labels:
        return Selection()
    marks = ", ".join("?" * len(settings.denied_labels))
    sql = f"NOT EXISTS (SELECT 1 FROM json_each(document, '$.labels') AS label WHERE label.value IN ({marks}))"  # noqa: S608  # Values are bound.
    return Selection([sql], settings.denied_labels)
