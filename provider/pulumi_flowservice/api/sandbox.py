"""One sandbox of an organization, with its endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..redaction import Secrets
from ..settings import Settings
from .client import connect
from .clock import SYSTEM_CLOCK, Clock, Deadline
from .connections import Connections
from .endpoint import Scope

# The models of dataflows take as long to import as all else of the API: a run without dataflows does not need them.
if TYPE_CHECKING:
    from .datasets import Datasets, Schemas
    from .flows import Flows, FlowSpecs, SourceConnections, TargetConnections
    from .mapping_sets import MappingSets
    from .runs import Runs


@dataclass(frozen=True)
class Sandbox(Scope):
    """A sandbox as one call of the engine sees it."""

    @cached_property
    def connections(self) -> Connections:
        """The base connections."""
        return Connections(self)

    @cached_property
    def flows(self) -> Flows:
        """The dataflows."""
        from .flows import Flows

        return Flows(self)

    @cached_property
    def flow_specs(self) -> FlowSpecs:
        """The kinds of dataflows."""
        from .flows import FlowSpecs

        return FlowSpecs(self)

    @cached_property
    def source_connections(self) -> SourceConnections:
        """The source connections of dataflows."""
        from .flows import SourceConnections

        return SourceConnections(self)

    @cached_property
    def target_connections(self) -> TargetConnections:
        """The target connections of dataflows."""
        from .flows import TargetConnections

        return TargetConnections(self)

    @cached_property
    def mapping_sets(self) -> MappingSets:
        """The mapping sets of dataflows."""
        from .mapping_sets import MappingSets

        return MappingSets(self)

    @cached_property
    def runs(self) -> Runs:
        """The runs of dataflows."""
        from .runs import Runs

        return Runs(self)

    @cached_property
    def datasets(self) -> Datasets:
        """The datasets."""
        from .datasets import Datasets

        return Datasets(self)

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas."""
        from .datasets import Schemas

        return Schemas(self)

    def after_write(self) -> Sandbox:
        """Return the sandbox for requests that follow a write, and are sent even if the call was cancelled."""
        return replace(self, deadline=self.deadline.after_write())

    def within(self, seconds: float) -> Sandbox:
        """Return the sandbox for requests that must be done within that many seconds."""
        return replace(self, deadline=self.deadline.within(seconds))


def open_sandbox(
    settings: Settings,
    name: str,
    *,
    warn: Callable[[str], None],
    secrets: Secrets | None = None,
    seconds: float | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Sandbox:
    """Open a sandbox for one call, without any request.

    `seconds` is its time limit; None means `flowservice:operationTimeout`. Raises: SettingsError.
    """
    client = connect(settings, clock)
    deadline = Deadline.after(client.clock, seconds or settings.operation_timeout)
    return Sandbox(client, name, deadline, (secrets or Secrets()).quote, warn)
