"""The runs of the dataflows of one sandbox.

Source: Adobe's tutorials on monitoring dataflows and on retrying failed runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import AnswerError
from .collection import Collection
from .dataflow_models import FlowRun
from .outcomes import Outcome

# That runs can be ordered is documented, but not by which of their fields.
_NEWEST_FIRST = "-createdAt"


class Runs(Collection[FlowRun]):
    """The runs of dataflows."""

    path = "/runs"
    noun = "run"
    model = FlowRun

    def newest(self, flow_id: str) -> Iterator[FlowRun]:
        """Yield the runs of a flow, newest first. Raises: FlowServiceError.

        A flow has thousands of runs after a while. The API is asked for them in this order, so that few pages are read;
        where it refuses that, or does not do it, all pages are read and sorted here.
        """
        seen: set[str] = set()
        for page in self._pages_of(flow_id):
            for run in sorted(page, key=_age):
                # A run that begins meanwhile moves others to the next page.
                if run.id not in seen:
                    seen.add(run.id)
                    yield run

    def _pages_of(self, flow_id: str) -> Iterator[Iterable[FlowRun]]:
        pages = self._whole_pages(self.path, FlowRun, (f"flowId=={flow_id}",), _NEWEST_FIRST)
        try:
            first = next(pages)
        except AnswerError as refused:
            if refused.status != 400 or refused.refusal is not None:
                raise
            yield self._all_of(flow_id)
            return
        times = [run.created_at for run in first]
        if times != sorted(times, reverse=True):
            yield self._all_of(flow_id)
            return
        yield _ours(first, flow_id)
        yield from (_ours(page, flow_id) for page in pages)

    def _all_of(self, flow_id: str) -> Iterable[FlowRun]:
        return _ours(self.list(f"flowId=={flow_id}"), flow_id)

    def retry(self, run_id: str) -> Outcome:
        """Let the API repeat a failed run, as a new run; it is not safe to repeat."""
        return self._write("POST", f"{self._path(run_id)}/action", params=(("op", "re-trigger"),))


def _ours(runs: Iterable[FlowRun], flow_id: str) -> Iterable[FlowRun]:
    return (run for run in runs if run.flow_id == flow_id)


def _age(run: FlowRun) -> tuple[int, int, str]:
    """Return what sorts the newest run first."""
    started = run.metrics.duration_summary.started_at
    return -(run.created_at or started), -started, run.id
