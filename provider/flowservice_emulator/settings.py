"""What can be chosen about the emulator, on the command line and while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args, get_type_hints

READBACKS = ("omitted", "masked", "encrypted", "plain")


@dataclass(frozen=True)
class Settings:
    """One choice per field; the defaults are what the documentation of the API suggests most."""

    secrets: Literal["omitted", "masked", "encrypted", "plain"] = "omitted"
    """How a secret param such as `password` reads back."""
    initializing_seconds: float = 0
    """How long a new connection stays `initializing`; 0 makes it `enabled` at once."""
    latency_ms: float = 0
    """How long every answer to Flow Service and token requests is held back."""
    connection_test: Literal["real", "pass", "fail", "unavailable"] = "real"
    """`real` logs in to the database; the others answer true, false or 503 without looking."""
    database_timeout_seconds: int = 3
    """When a login to a database is given up."""
    token_lifetime_seconds: int = 86_399
    """How long an access token is accepted."""
    expires_in_unit: Literal["s", "ms"] = "s"
    """Unit of the token answer's `expires_in`; milliseconds were the older service's."""
    deny: tuple[Literal["read", "write"], ...] = ()
    """Permissions that the caller lacks."""
    single_params: bool = True
    """Whether PATCH takes `/auth/params/{key}`; if not, it is refused and only the whole map works."""
    patch_enabled: bool = True
    """Whether PATCH of connections works at all."""
    delete_status: Literal[204, 202] = 204
    """What a DELETE answers."""
    not_found: Literal["404", "1101-404", "1439-400"] = "404"
    """How an unknown id is answered."""
    other_clients: tuple[str, ...] = field(default=())
    """Ids of further clients of the organization; their secret is the id followed by `-secret`."""

    def changed(self, changes: dict[str, Any]) -> Settings:
        """Return a copy with `changes`.

        Raises:
            ValueError: a name is unknown, or a value is not one of those allowed.
        """
        # The annotations are the one place that says what a setting may be.
        hints = get_type_hints(Settings)
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"unknown setting {name}; known are {', '.join(each.name for each in fields(self))}")
            _check(name, hints[name], value)
        tuples = {name: tuple(value) for name, value in changes.items() if isinstance(value, list)}
        return replace(self, **{**changes, **tuples})


def _check(name: str, hint: Any, value: Any) -> None:
    """Compare a value with the annotation of its field."""
    allowed = get_args(hint)
    if hint in (int, float):
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    elif hint is bool:
        fits = isinstance(value, bool)
    elif isinstance(value, (list, tuple)):
        choices = get_args(allowed[0]) if allowed else ()
        fits = bool(allowed) and all(isinstance(each, str) and (not choices or each in choices) for each in value)
    else:
        fits = value in allowed
    if not fits:
        raise ValueError(f"{name} cannot be {value!r}")
