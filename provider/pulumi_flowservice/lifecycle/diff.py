"""Compare the state of a connection with new inputs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..resources.connection.kind import Kind, Properties, Unknown
from .patches import operations
from .provenance import INTERRUPTED, Version
from .read import TEST_REFUSED


@dataclass(frozen=True)
class Diff:
    """Whether an update is needed, the properties that need a replacement, and all that would be sent."""

    changes: bool
    replaces: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)


def compare(kind: Kind, olds: Properties, news: Properties) -> Diff:
    """Return what would change. Only another sandbox needs a replacement."""
    # In a preview, an unknown value may differ: that is shown as an update, and never as a replacement.
    unknown = [name for name, value in news.items() if isinstance(value, Unknown)]
    known = {**news, **{name: olds.get(name) for name in unknown}}
    replaces = ["sandbox"] if olds.get("sandbox") != known.get("sandbox") else []
    # Not for FOREIGN: somebody else's password is overwritten only if the program asks for it.
    resend = is_resend_asked(olds, known) or Version.of_state(kind, olds).doubt == INTERRUPTED
    sent = [operation["path"].rpartition("/")[2] for operation in operations(kind, olds, known, resend=resend)]
    changed = [*unknown, *replaces, *sent]
    return Diff(bool(changed or olds.get(TEST_REFUSED)), replaces, changed)


def is_resend_asked(olds: Properties, news: Properties) -> bool:
    """Return whether the program asks to send the secrets although they are equal to those in the state."""
    return olds.get("credentialsVersion") != news.get("credentialsVersion")
