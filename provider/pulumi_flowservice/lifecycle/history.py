"""What happens while a change is being made, so that the error that ends it tells all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import FlowServiceError, OutcomeUnknownError
from .provenance import foreign_write_text

if TYPE_CHECKING:
    from ..api.models import Connection


@dataclass
class History:
    """What happened during a change so far: an attempt without an answer, a write of somebody else."""

    lost: FlowServiceError | None = None
    foreign_write: Connection | None = None

    def add_to(self, error: FlowServiceError) -> FlowServiceError:
        """Return the error that ends the change. After a lost attempt, the outcome is unknown whatever follows it."""
        if self.lost and not isinstance(error, OutcomeUnknownError):
            error = change_unknown(f"{self.lost.message}; then {error.message}", error.earlier)
        if self.foreign_write:
            error.earlier = "; ".join(part for part in (error.earlier, foreign_write_text(self.foreign_write)) if part)
        return error


def change_unknown(message: str, earlier: str) -> OutcomeUnknownError:
    """Return the error for a change of which nobody can say whether it was applied."""
    return OutcomeUnknownError(
        f"whether the change was applied is unknown: {message}",
        earlier=earlier,
        remedy="Run `pulumi up` again: it compares with the server and sends what is missing. To undo the change "
        "instead, put the old values into the program and run `pulumi up --refresh`, which sends the credentials of "
        "the program again.",
    )
