"""What a creation and a change have done, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import LifecycleError
from .properties import Properties
from .versions import Version

PatchOperation = dict[str, Any]
"""One operation of a JSON Patch."""


@dataclass(frozen=True)
class Made:
    """A created object.

    Args:
        id: Its id.
        etag: Its etag; None if it was not shown, as long as the object is initializing.
        doubt: What is known of an earlier request that may have created another one; empty if there was none.
        known: What its creation knew: the ids of the parts that were made before it, and what look-ups found.
        shown: The object as it was found after a lost answer, or else as it was sent.
    """

    id: str
    etag: str | None
    doubt: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)
    shown: Any = None


@dataclass(frozen=True)
class Change:
    """A change that was applied.

    Args:
        id: The id of the object.
        sent: The operations; empty if the server already had every value.
        version: The version after the change.
        before: The managed properties that the server had before; secrets as the state has them.
        doubt_before: The doubt before the change. FOREIGN: somebody else may have set the secrets, so an undo must not
            send those of the state. INTERRUPTED: a run that no state recorded may have written before; a lost attempt
            of this change looks the same.
        foreign_write: The object as somebody else left it, if somebody else wrote after the state was recorded.
        seen: The object as it was read last, if it was read.
    """

    id: str
    sent: tuple[PatchOperation, ...]
    version: Version
    before: Properties
    doubt_before: str | None = None
    foreign_write: Any = None
    seen: Any = None


@dataclass(frozen=True)
class Checked:
    """What followed a write.

    Args:
        seen: The object, if it had to be read.
        error: Why the write was not accepted; None if it was.
        etag: The etag after a confirmed undo.
        is_pending: Whether the check could not be made.
    """

    seen: Any = None
    error: LifecycleError | None = None
    etag: str | None = None
    is_pending: bool = False
