"""The session of a look-up: a sandbox, one deadline for all requests, and errors that name the activity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..api.clock import current_clock, time_limit
from ..errors import SettingsError, during
from ..settings import Settings

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.flows import Flows

NOT_THERE = (
    "Check the id and the sandbox; `pulumi-flowservice adopt` lists what exists. If a stack manages the connection, "
    "`pulumi refresh` removes it from the state."
)


@dataclass(frozen=True)
class Session:
    """The endpoints of one sandbox."""

    sandbox: str
    connections: Connections
    flows: Flows


@contextmanager
def asking(settings: Settings, activity: str, sandbox: str | None) -> Iterator[Session]:
    """Open the endpoints of the sandbox, by default the configured one; errors raised inside name the activity.

    Raises: FlowServiceError.
    """
    # requests and pydantic take as long to import as Pulumi itself, and many programs have no look-ups.
    from ..api.client import connect

    where = sandbox or settings.sandbox
    with during(f"{activity} in sandbox {where!r}"):
        if not where:
            raise SettingsError("no sandbox: give `sandbox`, or set flowservice:sandbox (FLOWSERVICE_SANDBOX)")
        client = connect(settings, current_clock())
        with time_limit(client.clock, settings.operation_timeout):
            yield Session(where, client.connections(where), client.flows(where))
