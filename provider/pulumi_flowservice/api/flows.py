"""Dataflows of one sandbox, and which base connections they read through."""

from __future__ import annotations

from .endpoint import Endpoint
from .models import Flow, SourceConnection


class Flows(Endpoint):
    """The dataflows of a sandbox. Every method raises `FlowServiceError`s."""

    def using(self, connection_id: str) -> list[Flow]:
        """List the flows that read through this connection, and no others.

        Only filters on connections are documented, so all flows are read and compared here.
        """
        filters = (f"baseConnectionId=={connection_id}",)
        sources = self._pages("/sourceConnections", SourceConnection, filters)
        ours = {source.id for source in sources if source.base_connection_id == connection_id}
        if not ours:
            return []
        return [flow for flow in self._pages("/flows", Flow) if ours.intersection(flow.source_connection_ids)]

    def by_connection(self) -> dict[str, list[Flow]]:
        """Group all flows of the sandbox by the id of each base connection that they read through."""
        base_of = {s.id: s.base_connection_id for s in self._pages("/sourceConnections", SourceConnection)}
        found: dict[str, list[Flow]] = {}
        for flow in self._pages("/flows", Flow) if base_of else ():
            for base in sorted({base_of.get(source) or "" for source in flow.source_connection_ids} - {""}):
                found.setdefault(base, []).append(flow)
        return found
