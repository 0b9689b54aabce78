"""What look-ups by name have in common: the API does not keep names unique, and people mistype them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ..errors import Code, FlowServiceError, SettingsError

MOST_CANDIDATES = 10


def require_one(object_id: str | None, name: str | None, noun: str, called: str = "name") -> None:
    """Raise a SettingsError if not exactly one of an id and a name is given."""
    if bool(object_id) == bool(name):
        raise SettingsError(f"give either the `id` or the `{called}` of the {noun}")


def several(found: Sequence[str], subject: str, remedy: str) -> FlowServiceError:
    """Return the error for a name that several objects have, such as "connections have this name", with their ids."""
    more = f", and {len(found) - MOST_CANDIDATES} more" if len(found) > MOST_CANDIDATES else ""
    told = ", ".join(found[:MOST_CANDIDATES])
    return FlowServiceError(f"{len(found)} {subject}: {told}{more}", code=Code.AMBIGUOUS, remedy=remedy)


def no_such(subject: str, name: str, names: Iterable[str], *, called: str = "name") -> FlowServiceError:
    """Return the error for a name that none of these names is, such as "connection has this name"."""
    near = difflib.get_close_matches(name, set(names), n=3)
    hint = f"Similar {called}s there: {', '.join(map(repr, near))}." if near else f"Check the {called} and the sandbox."
    return FlowServiceError(f"no {subject}", code=Code.NOT_FOUND, remedy=hint)
