"""The drift of a dataflow: what a refresh would change in the state, and what it warns about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..api.states import SETTLED
from ..errors import Code
from ..resources.dataflow.dataflow import DATAFLOW
from ..resources.dataflow.schedule import ONCE
from .difference import Difference, differing_fields

_COMPARED = ("name", "description", "schedule", "mapping", "options")
# What no update of the next run repairs, so that the state keeps the program's value: only the warning tells it.
_WARNED: Mapping[str, tuple[str, str, str]] = {
    Code.KEPT_HIDDEN: ("", "exists", "does not exist, or is hidden"),
    Code.INCOMPLETE: ("source or target connection", "exists", "does not exist"),
    Code.OTHER_SCHEDULE: ("what is fixed after the start", "as in the program", "differs"),
}


def changed(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what differs between the outputs before and after a refresh. Pure."""
    yield from differing_fields(name, before, after, _COMPARED, DATAFLOW.noun)
    was, now = _is_paused(before), _is_paused(after)
    if now is not None and now != bool(was):
        yield Difference(name, "paused", bool(was), now, DATAFLOW.noun)


def warned(name: str, flow_id: str, warnings: Sequence[str]) -> Iterator[Difference]:
    """Yield what the warnings of a refresh say about the dataflow with this id. Pure."""
    for warning in warnings:
        code = warning.partition(":")[0]
        if code in _WARNED and flow_id and flow_id in warning:
            yield Difference(name, *_WARNED[code], DATAFLOW.noun)


def _is_paused(outputs: Mapping[str, Any]) -> bool | None:
    """Return whether a dataflow is paused; None if that is not known, or says nothing."""
    if "enabled" in outputs:
        return outputs["enabled"] is False
    is_once = (outputs.get("schedule") or {}).get("frequency") == ONCE
    # What happens to the state of a one-time dataflow after its run is not documented.
    return None if is_once or outputs.get("state") not in SETTLED else outputs["state"] == "disabled"
