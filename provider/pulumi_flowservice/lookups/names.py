"""What look-ups by name have in common: the API does not keep names unique, and people mistype them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import Code, FlowServiceError, SettingsError
from ..lifecycle.names import without_digits

if TYPE_CHECKING:
    from ..api.collection import Collection
    from ..api.sandbox import Sandbox

_MOST_CANDIDATES = 10
# How a comma, a quote or a space in the value of a filter is escaped is not documented.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")
# The form of all ids in Adobe's samples of Flow Service.
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def require_one(object_id: str | None, name: str | None, noun: str, called: str = "name") -> None:
    """Raise a SettingsError if not exactly one of an id and a name is given."""
    if bool(object_id) == bool(name):
        raise SettingsError(f"give either the `id` or the `{called}` of the {noun}")


def is_id(text: str) -> bool:
    """Return whether what a person typed is an id rather than a name."""
    return _ID.fullmatch(text) is not None


def name_filter(name: object) -> list[str]:
    """Return the filter for a name; none where it is not safe, so that callers must compare names too."""
    return [f"name=={name}"] if isinstance(name, str) and _PLAIN_NAME.fullmatch(name) else []


def named(
    opened: Sandbox,
    collection: Collection[Any],
    name: str,
    *,
    noun: str = "connection",
    of: str = "",
    filters: Sequence[str] = (),
    is_preferred: Callable[[Any], bool] = lambda each: True,
    is_typed: bool = False,
) -> Any:
    """Return the one object of Flow Service with this name; of several, the one that is preferred.

    `of` follows the noun in texts, such as " of Amazon Redshift". If a person has typed the name, it may also be one
    that Pulumi has added digits to. Raises: FlowServiceError, which names similar ones.
    """
    existing = list(collection.list(*filters, *name_filter(name)))
    found = [each for each in existing if each.name == name]
    if not found:
        existing = list(collection.list(*filters)) if name_filter(name) else existing
        found = [each for each in existing if is_typed and without_digits(each.name) == name]
    if not found:
        known = (each.name for each in existing if is_preferred(each))
        raise no_such(f"{noun}{of} has this name", name, known)
    found = [each for each in found if is_preferred(each)] or found
    if len(found) > 1:
        told = [each.for_call(opened.quote) for each in found]
        shown = [f"{each.id} (updated by {each.updated_by or 'unknown'})" for each in told]
        remedy = "Give its `id` instead; Flow Service does not keep names unique."
        raise several(shown, f"{noun}s{of} have this name", remedy)
    return found[0]


def several(found: Sequence[str], subject: str, remedy: str) -> FlowServiceError:
    """Return the error for a name that several objects have, such as "connections have this name", with their ids."""
    more = f", and {len(found) - _MOST_CANDIDATES} more" if len(found) > _MOST_CANDIDATES else ""
    told = ", ".join(found[:_MOST_CANDIDATES])
    return FlowServiceError(f"{len(found)} {subject}: {told}{more}", code=Code.AMBIGUOUS, remedy=remedy)


def no_such(subject: str, name: str, names: Iterable[str], *, called: str = "name") -> FlowServiceError:
    """Return the error for a name that none of these names is, such as "connection has this name"."""
    known = sorted(set(names))
    near = difflib.get_close_matches(name, known, n=3) or [each for each in known if name.lower() in each.lower()][:3]
    hint = f"Similar {called}s there: {', '.join(map(repr, near))}." if near else f"Check the {called} and the sandbox."
    return FlowServiceError(f"no {subject}", code=Code.NOT_FOUND, remedy=hint)
