"""What all look-ups share: a sandbox, one deadline for all requests, and errors that name what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..clock import time_limit
from ..errors import SettingsError, during
from ..settings import Settings

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.flows import Flows

NOT_THERE = (
    "Check the id and the sandbox; `pulumi-flowservice adopt` lists what exists. Where a stack manages the connection, "
    "`pulumi refresh` takes the loss into its state."
)


@dataclass(frozen=True)
class Session:
    """The endpoints of one sandbox."""

    sandbox: str
    connections: Connections
    flows: Flows


@contextmanager
def asking(settings: Settings, activity: str, sandbox: str | None) -> Iterator[Session]:
    """Open the endpoints of the sandbox, or of the configured one; `activity` is named in every error.

    Raises: FlowServiceError.
    """
    # requests and pydantic take as long to import as Pulumi itself, and many programs look nothing up.
    from ..api.client import connect

    where = sandbox or settings.sandbox
    with during(f"{activity} in sandbox {where!r}"):
        if not where:
            raise SettingsError("no sandbox: give `sandbox`, or set flowservice:sandbox (FLOWSERVICE_SANDBOX)")
        client = connect(settings)
        with time_limit(client.clock, settings.operation_timeout):
            yield Session(where, client.connections(where), client.flows(where))
