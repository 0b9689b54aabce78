"""The dataflows of a sandbox together with what they are made of, as the commands list and compare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import AnswerError, Reason
from ..resources.dataflow.parts import is_of_tables

if TYPE_CHECKING:
    from ..api.dataflow_models import Flow, SourceConnection
    from ..api.sandbox import Sandbox
    from ..resources.dataflow.document import WholeFlow


@dataclass(frozen=True)
class FlowList:
    """All flows of a sandbox, and its source connections by id."""

    flows: tuple[Flow, ...]
    sources: Mapping[str, SourceConnection]

    def by_connection(self) -> dict[str, list[Flow]]:
        """Return the flows, of any kind, by the ids of the base connections that they use."""
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            bases = {
                self.sources[each].base_connection_id for each in flow.source_connection_ids if each in self.sources
            }
            for base in sorted(base for base in bases if base):
                found.setdefault(base, []).append(flow)
        return found

    @property
    def others(self) -> tuple[Flow, ...]:
        """The flows that are not dataflows from a table to a dataset."""
        return tuple(flow for flow in self.flows if not is_of_tables(flow))


def list_flows(opened: Sandbox) -> FlowList:
    """Read all flows and source connections. Raises: FlowServiceError."""
    sources = {each.id: each for each in opened.source_connections.list()}
    return FlowList(tuple(opened.flows.list()), sources)


def flows_if_permitted(opened: Sandbox) -> FlowList | None:
    """Read all flows and source connections; None if these credentials may not. Raises: FlowServiceError."""
    try:
        return list_flows(opened)
    except AnswerError as refused:
        if refused.refusal not in (Reason.PERMISSION, Reason.TOKEN):
            raise
        return None


def whole_dataflows(opened: Sandbox, listed: FlowList) -> list[WholeFlow]:
    """Return the dataflows with their source and target connections, without their mapping sets.

    Takes one request per 100 target connections and datasets. Raises: FlowServiceError.
    """
    from ..resources.dataflow.document import WholeFlow

    flows = [flow for flow in listed.flows if is_of_tables(flow)]
    if not flows:
        return []
    targets = {each.id: each for each in opened.target_connections.list()}
    names = _dataset_names(opened)
    found = []
    for flow in flows:
        target = targets.get(flow.target_connection_ids[0])
        found.append(
            WholeFlow.of(
                flow,
                opened.server_now(),
                source=listed.sources.get(flow.source_connection_ids[0]),
                target=target,
                dataset_name=names.get(target.dataset_id, "") if target else "",
            )
        )
    return found


def with_mapping(opened: Sandbox, flow: WholeFlow) -> WholeFlow:
    """Return a dataflow with its mapping set, which takes one request; without, if it is gone.

    Raises: FlowServiceError.
    """
    found = opened.mapping_sets.version(flow.mapping_id, flow.mapping_version) if flow.mapping_id else None
    return flow.model_copy(update={"mapping_set": found})


def _dataset_names(opened: Sandbox) -> dict[str, str]:
    """Return the names of datasets by their ids, without those that several have; none if we may not see them."""
    try:
        names = {each.id: each.name for each in opened.datasets.list() if each.name}
    except AnswerError as refused:
        if refused.refusal not in (Reason.PERMISSION, Reason.TOKEN):
            raise
        return {}
    ids = {name: id_ for id_, name in names.items()}
    repeated = {name for id_, name in names.items() if ids[name] != id_}
    return {id_: name for id_, name in names.items() if name not in repeated}
