"""One look-up: a sandbox, one deadline for all requests, and errors that name the activity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import SettingsError, during
from ..lifecycle.operation import Run

if TYPE_CHECKING:
    from ..api.sandbox import Sandbox

NOT_THERE = (
    "Check the id and the sandbox; `pulumi-flowservice list` shows what exists. If a stack manages the connection, "
    "`pulumi refresh` removes it from the state."
)


@contextmanager
def asking(run: Run, activity: str, sandbox: str | None) -> Iterator[Sandbox]:
    """Open the sandbox, by default the configured one; errors raised inside name the activity.

    Raises: FlowServiceError.
    """
    # requests and pydantic take as long to import as Pulumi itself, and many programs have no look-ups.
    from ..api.sandbox import open_sandbox

    where = sandbox or run.settings.sandbox
    with during(f"{activity} in sandbox {where!r}" if where else activity):
        if not where:
            raise SettingsError(
                "no sandbox: give `sandbox`, or set flowservice:sandbox (FLOWSERVICE_SANDBOX)",
                remedy="In the stack: `pulumi config set flowservice:sandbox NAME`.",
            )
        yield open_sandbox(run.settings, where, warn=run.warn, clock=run.clock)
