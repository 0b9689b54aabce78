"""The dataflows of one sandbox, and the base connections that they use."""

from __future__ import annotations

from .endpoint import Endpoint
from .models import Flow, SourceConnection


class Flows(Endpoint):
    """The dataflows of a sandbox. Every method raises FlowServiceErrors."""

    def using(self, connection_id: str) -> list[Flow]:
        """Return the flows that use this connection."""
        # For flows, no filter is documented, so all flows are read and compared here.
        filters = (f"baseConnectionId=={connection_id}",)
        sources = self._pages("/sourceConnections", SourceConnection, filters)
        ours = {source.id for source in sources if source.base_connection_id == connection_id}
        if not ours:
            return []
        return [flow for flow in self._pages("/flows", Flow) if ours.intersection(flow.source_connection_ids)]

    def by_connection(self) -> dict[str, list[Flow]]:
        """Return all flows of the sandbox, grouped by the ids of the base connections that they use."""
        base_of = {s.id: s.base_connection_id for s in self._pages("/sourceConnections", SourceConnection)}
        found: dict[str, list[Flow]] = {}
        for flow in self._pages("/flows", Flow) if base_of else ():
            for base in sorted({base_of.get(source) or "" for source in flow.source_connection_ids} - {""}):
                found.setdefault(base, []).append(flow)
        return found
