"""The dataflows of one sandbox, with their source and target connections.

Source: Adobe's swagger file "Flow Service API - Sources", and its tutorials on databases and on updating dataflows.
"""

from __future__ import annotations

from collections.abc import Iterable

from .collection import Collection
from .dataflow_models import Flow, SourceConnection, TargetConnection
from .endpoint import Endpoint, items
from .outcomes import Outcome
from .parsing import member


class SourceConnections(Collection[SourceConnection]):
    """The source connections of a sandbox."""

    path = "/sourceConnections"
    noun = "source connection"
    model = SourceConnection

    def of(self, connection_id: str) -> Iterable[SourceConnection]:
        """Yield the source connections of a base connection. Raises: FlowServiceError."""
        found = self.list(f"baseConnectionId=={connection_id}")
        return (each for each in found if each.base_connection_id == connection_id)


class TargetConnections(Collection[TargetConnection]):
    """The target connections of a sandbox."""

    path = "/targetConnections"
    noun = "target connection"
    model = TargetConnection


class FlowSpecs(Endpoint):
    """The kinds of flows."""

    def sources(self, spec_id: str) -> frozenset[str]:
        """Return the connection specs that flows of this spec can read from; empty if the API does not show them.

        Raises: FlowServiceError.
        """
        with self._json(f"/flowSpecs/{spec_id}") as document:
            # Adobe prints the answer in two forms.
            found = next(iter(items(document)), None) if member(document, "items") is not None else document
            ids = member(found, "sourceConnectionSpecIds")
            return frozenset(each for each in ids if isinstance(each, str)) if isinstance(ids, list) else frozenset()


class Flows(Collection[Flow]):
    """The dataflows of a sandbox."""

    path = "/flows"
    noun = "flow"
    model = Flow

    def act(self, flow_id: str, op: str) -> Outcome:
        """Let the API `enable` or `disable` a flow, which may take a while."""
        return self._write("POST", f"{self._path(flow_id)}/action", flow_id, params=(("op", op),))

    def using(self, connection_id: str) -> list[Flow]:
        """Return the flows that use this base connection. Raises: FlowServiceError."""
        # No filter of flows by their base connection is documented, so all flows are read and compared here.
        ours = {source.id for source in SourceConnections(self._scope).of(connection_id)}
        return [flow for flow in self.list() if ours.intersection(flow.source_connection_ids)] if ours else []

    def by_connection(self) -> dict[str, list[Flow]]:
        """Return all flows by the ids of the base connections that they use. Raises: FlowServiceError."""
        base_of = {source.id: source.base_connection_id for source in SourceConnections(self._scope).list()}
        found: dict[str, list[Flow]] = {}
        for flow in self.list() if base_of else ():
            for base in sorted({base_of.get(source) or "" for source in flow.source_connection_ids} - {""}):
                found.setdefault(base, []).append(flow)
        return found
