"""What a run knows of one object, and the refusals that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import Code, LifecycleError
from .properties import Properties

_SAFE_STEP = (
    "Take one of the two out of the state first, which deletes nothing: `pulumi state delete` with its URN "
    "(`pulumi stack --show-urns` lists them), and remove it from the program before the next run."
)


@dataclass
class Record:
    """One object at the server."""

    owner: str = ""
    # The state has it, so it is nobody's leftover.
    is_in_state: bool = False
    # This run has made it, adopted it or imported it.
    is_ours: bool = False
    is_adopted: bool = False
    # A page of the list may be older than our write.
    is_written: bool = False
    # Resources that will adopt it, or have tried to.
    adopters: set[str] = field(default_factory=set)
    has_failed: bool = False
    # Resources of the state whose read named it.
    readers: set[str] = field(default_factory=set)
    # Who changed it last, as far as a read of this run showed.
    editor: str = ""
    # The inputs of what replaces it, where that is created after its deletion.
    replacement: Properties | None = None
    is_deleted: bool = False


def managed_twice(owner: str, noun: str, object_id: str) -> LifecycleError:
    """Return the refusal of a second resource for an object that a resource of the program has."""
    text = f"{_name(owner)} of this program manages the same {noun}, {object_id}"
    return LifecycleError(text, code=Code.NOT_OURS, remedy=_SAFE_STEP)


def adopted_twice(adopter: str, noun: str, object_id: str) -> LifecycleError:
    """Return the refusal of a resource whose object another resource of the program is going to adopt."""
    text = f"{_name(adopter)} of this program adopts the same {noun}, {object_id}"
    return LifecycleError(text, code=Code.NOT_OURS, remedy="Remove one of the two from the program.")


def kept_in_state(why: str, what: str) -> LifecycleError:
    """Return the error of a deletion that is not certain to be right, so that the state keeps the resource."""
    return LifecycleError(
        f"it was not deleted, because {why}",
        code=Code.REPLACEMENT_FAILED,
        remedy=f"Correct {what} first; the next `pulumi up` does the rest.",
    )


def _name(owner: str) -> str:
    """Return how a text names a resource: by the last part of its owner, if that is known."""
    return f"resource {owner.rpartition('::')[2]!r}" if owner else "another resource"
