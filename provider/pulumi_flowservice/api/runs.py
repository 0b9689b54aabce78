"""The runs of the dataflows of one sandbox.

Source: Adobe's tutorials on monitoring dataflows and on retrying failed runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from .collection import Collection
from .dataflow_models import FlowRun
from .outcomes import Outcome


class Runs(Collection[FlowRun]):
    """The runs of dataflows."""

    path = "/runs"
    noun = "run"
    model = FlowRun

    def of(self, flow_id: str) -> Iterator[FlowRun]:
        """Yield the runs of a flow, in the API's order. Raises: FlowServiceError."""
        return (each for each in self.list(f"flowId=={flow_id}") if each.flow_id == flow_id)

    def retry(self, run_id: str) -> Outcome:
        """Let the API repeat a failed run, as a new run; it is not safe to repeat."""
        return self._write("POST", f"{self._path(run_id)}/action", params=(("op", "re-trigger"),))
