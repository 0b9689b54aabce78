"""Hold what can be set, on the command line and while the emulator runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Literal, get_args, get_type_hints

from .choices import Choices, chosen
from .json_values import Json
from .names import ORGANIZATION

_LARGEST = 1_000_000_000
# It evaluates each annotation anew, which takes longer than all else that a change of a setting takes.
_hints_of = cache(get_type_hints)


@dataclass(frozen=True)
class Settings(Choices):
    """The choices between readings of the documents, and what else can be set."""

    vary: int | None = None
    """The seed that has picked the choices; None for the default readings."""
    latency_ms: float = 0
    """How long every answer to Flow Service and token requests is held back."""
    connection_test: Literal["real", "pass", "fail", "unavailable"] = "real"
    """`real` logs in to the database; the others answer true, false or 503 without looking."""
    database_timeout_seconds: int = 3
    """When a login to a database is given up."""
    token_lifetime_seconds: int = 86_399
    """How long an access token is accepted."""
    deny: tuple[Literal["read", "write"], ...] = ()
    """Permissions that the caller lacks."""
    patch_enabled: bool = True
    """Whether PATCH of connections works at all."""
    mapping_sets_editable: bool = True
    """Whether PUT of mapping sets works: a wrong source type makes them uneditable, its guide says."""
    flow_operations: Literal["complete", "fail"] = "complete"
    """How updates, actions and deletions of flows end: a failed one changes nothing."""
    denied_labels: tuple[str, ...] = ("core/C12",)
    """Access labels that hide a flow from the API's callers."""
    organization: str = ORGANIZATION
    """The organization that exists."""
    other_clients: tuple[str, ...] = field(default=())
    """Ids of further clients of the organization; their secret is the id followed by `-secret`."""

    def changed(self, changes: Json) -> Settings:
        """Return a copy with `changes`; a seed among them picks every choice that is not named beside it.

        Raises:
            ValueError: a name is unknown, or a value is not one of those allowed.
        """
        # The annotations are the one place that says what a setting may be.
        hints = _hints_of(Settings)
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"unknown setting {name}; known are {', '.join(each.name for each in fields(self))}")
            _check(name, hints[name], value)
        picked = chosen(changes["vary"]) if "vary" in changes else {}
        tuples = {name: tuple(value) for name, value in changes.items() if isinstance(value, list)}
        return replace(self, **{**picked, **changes, **tuples})


def _check(name: str, hint: object, value: object) -> None:
    """Compare a value with the annotation of its field."""
    allowed = get_args(hint)
    if hint in (int, float) or hint == int | None:
        whole = hint is not float
        number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        fits = (value is None and hint not in (int, float)) or (number and 0 <= value <= _LARGEST)  # type: ignore[operator]  # A number by now.
    elif hint in (bool, str):
        fits = type(value) is hint and value != ""
    elif isinstance(value, (list, tuple)):
        options = get_args(allowed[0]) if allowed else ()
        fits = bool(allowed) and all(isinstance(each, str) and (not options or each in options) for each in value)
    else:
        # By type as well: True equals 1.
        fits = any(type(value) is type(option) and value == option for option in allowed)
    if not fits:
        raise ValueError(f"{name} cannot be {value!r}")
