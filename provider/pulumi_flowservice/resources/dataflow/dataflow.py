"""The dataflow as a type of resource: one flow, and the source connection, target connection and mapping set that are
made for it.

Source: Adobe's tutorials on databases and on updating dataflows. A source or a target connection belongs to one flow,
and changes of them do not reach it, so a flow keeps table, columns and dataset for life.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import Code, LifecycleError, notice
from ...lifecycle.call import Call
from ...lifecycle.part import Known, Part
from ...lifecycle.properties import Field, Properties, has_unknown
from ...lifecycle.resource_type import Operation, ResourceType
from ...lifecycle.results import PatchOperation
from . import parts, schedule
from .changes import means_mapping, patch_mapping, refuse_change, replacement_notice
from .pausing import Pausing
from .properties import COMPUTED, INPUTS, NOT_KEPT, OUTPUTS, RECORDED, patch_options

if TYPE_CHECKING:
    from ...api.dataflow_models import Flow
    from ...api.outcomes import Gone, Outcome
    from ...api.sandbox import Sandbox

_HIDDEN = (
    "is answered as not found, but its source connection is there: an access label may hide it from these credentials. "
    "The state keeps it. If it was deleted, run `pulumi destroy --target` with its URN, then `pulumi up`"
)


class Dataflow(ResourceType):
    """The dataflow of a table."""

    resource = "Dataflow"
    title = "a table of a database"
    noun = "dataflow"
    options = NOT_KEPT
    computed = COMPUTED
    recorded = RECORDED
    after_write = Pausing()
    is_deleted_first = True
    is_read_before_change = True
    is_adopted_unchanged = True
    inputs = INPUTS
    required_inputs = ("connection", "table", "dataset", "mapping", "schedule")
    outputs = OUTPUTS
    introduction = ""
    summary = "A dataflow: it brings the rows of a table of a base connection into a dataset, on a schedule."

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        for_life = {
            "connection": None,
            "table": None,
            "dataset": lambda olds, new: new in (olds.get("dataset"), olds.get("datasetId"), olds.get("datasetName")),
            "deltaColumn": None,
            "columns": lambda olds, new: {*new} == {*(olds.get("columns") or olds.get("sourceColumns") or ())},
            "filters": None,
            "schema": lambda olds, new: new == (olds.get("schema") or olds.get("schemaId") or new),
        }
        required = ("connection", "table", "dataset")
        fixed = [
            Field(name, "", INPUTS[name].type, is_required=name in required, replaces=True, meaning=meaning)
            for name, meaning in for_life.items()
        ]
        return (
            Field("name", "/name", INPUTS["name"].type),
            Field("description", "/description", INPUTS["description"].type, is_required=False, is_added=True),
            *fixed,
            Field("mapping", "/transformations", INPUTS["mapping"].type, patch=patch_mapping, meaning=means_mapping),
            Field(
                "schedule", "/scheduleParams", INPUTS["schedule"].type, patch=schedule.patch, meaning=schedule.is_within
            ),
            Field("options", "/options", INPUTS["options"].type, is_required=False, patch=patch_options),
            Field("enabled", "/state", INPUTS["enabled"].type, send=_enable, goes_first=lambda value: value is False),
        )

    @cached_property
    def main(self) -> Part:
        return parts.FLOW

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        # Deleted in the opposite order: whether the source connection is in use tells whether the flow is there.
        return (parts.MAPPING_SET, parts.TARGET, parts.SOURCE)

    def is_type_of(self, document: Flow) -> bool:
        return parts.is_of_tables(document)

    def type_told(self, document: Flow) -> str:
        return parts.why_not_of_tables(document)

    def missing_for_creation(self, inputs: Properties) -> str:
        return ", ".join(f"`{name}`" for name in self.required_inputs if inputs.get(name) is None)

    def defaults(self, olds: Properties, given: Properties) -> Properties:
        # An adopted dataflow stays as it is, also when `adopt` is removed.
        is_managed = "enabled" in olds if olds else given.get("adopt") is None
        return {"enabled": True} if is_managed else {}

    def problems(self, olds: Properties, inputs: Properties) -> Iterator[str]:
        known = {name: value for name, value in inputs.items() if not has_unknown(value)}
        frequency = known["schedule"].get("frequency") if isinstance(known.get("schedule"), dict) else None
        is_adopted = "adopt" in inputs
        if frequency == schedule.ONCE and "deltaColumn" in inputs:
            yield "`delta_column` must be left out, because `schedule` runs once"
        if frequency not in (None, schedule.ONCE) and "deltaColumn" not in inputs and not is_adopted:
            yield "`delta_column` is missing: a run uses it to find the rows that have changed since the run before"
        chosen = known.get("columns")
        if isinstance(chosen, list) and isinstance(known.get("mapping"), dict):
            paths = [path for path, each in known["mapping"].items() if isinstance(each, str) and each not in chosen]
            if paths:
                yield f"`columns` lacks what `mapping` has for {', '.join(map(repr, paths))}"
            if "deltaColumn" in known and known["deltaColumn"] not in chosen:
                yield "`columns` lacks the column of `delta_column`"

    def prepare(self, operation: Operation, inputs: Properties) -> Known:
        from .preparation import prepare

        found = prepare(operation, inputs)
        assert found is not None  # noqa: S101 - All inputs of a creation are known, and there were no problems.
        return {
            "found": found,
            "datasetId": found.dataset.id,
            "datasetName": found.dataset.name,
            "schemaId": found.schema_id,
            "sourceColumns": [column["name"] for column in found.columns],
        }

    def complete(self, operation: Operation, document: Any, known: Properties) -> Any:
        from .document import complete

        return complete(operation, document, known)

    def shown(self, document: Any) -> Properties:
        from .document import shown

        return shown(document)

    def view(self, document: Any, known: Mapping[str, Any]) -> Properties:
        from .document import view

        return view(document, known, self.fixed)

    def facts(self, document: Any) -> Properties:
        from .document import facts

        return facts(document)

    def notices(self, subject: str, document: Any, known: Properties) -> Iterator[str]:
        from .document import notices

        return notices(subject, document, known)

    def hidden(self, operation: Operation, gone: Gone, object_id: str, known: Properties) -> str:
        from ...api.outcomes import Gone as GoneType

        source = known.get("sourceConnectionId")
        if not (gone.may_be_hidden and source):
            return ""
        found = operation.sandbox.source_connections.get(source)
        if isinstance(found, GoneType):
            return ""
        return notice(Code.KEPT_HIDDEN, f"{operation.subject(known, object_id)}: it {_HIDDEN}")

    def refuse_change(self, call: Call, olds: Properties, news: Properties, now: float) -> None:
        refuse_change(call, olds, news, now)

    def replacement_notice(self, subject: str, olds: Properties, news: Properties, names: list[str]) -> str:
        return replacement_notice(subject, news, names)

    def prepare_patch(
        self, operation: Operation, found: list[PatchOperation], document: Any, after: Properties
    ) -> list[PatchOperation]:
        from .remapping import with_mapping_set

        return with_mapping_set(operation, found, document, after)

    def before_delete(self, operation: Operation, object_id: str, olds: Properties) -> Sequence[str]:
        from .deletion import before_delete

        return before_delete(operation, object_id, olds)

    def require_adoptable(self, document: Any, inputs: Properties) -> None:
        """Raise a LifecycleError if what cannot be changed after the start differs from the program."""
        given, there = inputs.get("schedule") or {}, schedule.from_wire(document.schedule_params)
        frozen = schedule.frozen_keys(there, {**there, **given}) if document.has_started and given else []
        if frozen:
            raise LifecycleError(
                f"it has another {', '.join(frozen)} than the program, which cannot be changed after its start",
                code=Code.NOT_OURS,
                remedy="Give the value that the dataflow has, or leave it out.",
            )
        if document.gone:
            text = f"its {' and '.join(document.gone)} connection is gone, so it cannot run"
            raise LifecycleError(text, code=Code.NOT_OURS, remedy="Remove `adopt` to create a new dataflow.")


def _enable(sandbox: Sandbox, flow_id: str, value: bool) -> Outcome:
    return sandbox.flows.act(flow_id, "enable" if value else "disable")


DATAFLOW = Dataflow()
"""The type of all dataflows."""
