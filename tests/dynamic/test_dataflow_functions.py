"""Look-ups of dataflows as functions, in their plain form, against the emulator."""

from __future__ import annotations

import re
from typing import Any

import pulumi
import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice import (
    DataflowScheduleResult,
    LookupFailedError,
    get_dataflow,
    get_dataflow_runs,
    list_dataflows,
)
from pulumi_flowservice.errors import Code

from tests.dynamic.test_functions import ODD_NAMES
from tests.support.connections import make
from tests.support.flows import FIELDS, make_flow, now

pytestmark = [
    pytest.mark.usefixtures("stack_config"),
    pytest.mark.reading(table_check="never", transition_seconds=0, initializing_seconds=0),
]
NO_DATAFLOW = "not a dataflow from a table to a dataset"


@pytest.fixture
def connection(flowservice_emulator: Emulator) -> str:
    """The id of a connection."""
    return make(flowservice_emulator, "warehouse")


@pytest.mark.parametrize("values", ["strings", "numbers"])
def test_a_dataflow_is_found_by_id(flowservice_emulator: Emulator, connection: str, values: str) -> None:
    """All that it consists of is there, whatever types the API gives its schedule."""
    flowservice_emulator.settings(schedule_values=values)
    dataset = flowservice_emulator.make_dataset("Customers", FIELDS)
    flow_id = make_flow(flowservice_emulator, connection, "Nightly", dataset=dataset, description="All customers")
    [stored] = flowservice_emulator.flows()

    found = get_dataflow(id=flow_id)

    start = found.schedule.start_time
    assert (found.id, found.name, found.description, found.sandbox) == (flow_id, "Nightly", "All customers", "dev")
    assert (found.connection_id, found.table, found.delta_column) == (connection, "public.customers", "created_at")
    assert (found.dataset_id, found.schema_id) == (dataset["id"], dataset["schemaId"])
    assert found.source_connection_id == stored["sourceConnectionIds"][0]
    assert found.target_connection_id == stored["targetConnectionIds"][0]
    [mapping_id] = [each["params"]["mappingId"] for each in stored["transformations"] if each["name"] == "Mapping"]
    assert (found.mapping_id, found.mapping_version) == (mapping_id, 0)
    assert found.schedule == DataflowScheduleResult("hour", 1, start, True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(start))
    assert (found.state, found.ims_org) == ("enabled", "EMULATOR@AdobeOrg")
    assert found.etag and found.created_at == found.updated_at and str(found.created_at).endswith("+00:00")


def test_a_one_time_dataflow_has_no_interval(flowservice_emulator: Emulator, connection: str) -> None:
    """Nor a delta column; what the API does not show is None."""
    start = now(flowservice_emulator) + 3_600
    flow_id = make_flow(flowservice_emulator, connection, transformations=[], mode="draft")
    flowservice_emulator.change_flow(
        flow_id,
        state="disabled",
        scheduleParams={"frequency": "once", "startTime": start, "interval": None, "backfill": None},
    )

    found = get_dataflow(id=flow_id)

    assert (found.schedule.frequency, found.schedule.interval, found.schedule.backfill) == ("once", None, None)
    assert (found.delta_column, found.mapping_id, found.mapping_version) == (None, None, None)
    assert found.state == "disabled"


@pytest.mark.parametrize("name", ["Customers", *ODD_NAMES])
def test_a_dataflow_is_found_by_any_name(flowservice_emulator: Emulator, connection: str, name: str) -> None:
    """Near names are not taken for it, nor flows of other kinds with the same name."""
    wanted = make_flow(flowservice_emulator, connection, name)
    make_flow(flowservice_emulator, connection, f"{name}x")
    make_flow(flowservice_emulator, connection, name, mode="draft")

    assert get_dataflow(name=name).id == wanted


def test_ids_of_an_ambiguous_name_are_listed(flowservice_emulator: Emulator, connection: str) -> None:
    """Flow Service does not keep names unique."""
    ids = [make_flow(flowservice_emulator, connection) for _ in range(2)]

    with pytest.raises(LookupFailedError, match=r"FS2008: .*: 2 dataflows have this name: ") as failed:
        get_dataflow(name="Customers")

    assert all(each in str(failed.value) for each in ids)
    assert "(updated by analyst@example.com)" in str(failed.value)


def test_a_missing_name_brings_similar_ones(flowservice_emulator: Emulator, connection: str) -> None:
    """Of dataflows only: a flow of another kind would not do either."""
    make_flow(flowservice_emulator, connection)
    flowservice_emulator.use_connection(connection, "Customer")

    with pytest.raises(LookupFailedError, match=r"no dataflow has this name\. Similar names there: 'Customers'\."):
        get_dataflow(name="Customerss")


def test_an_unknown_id_is_an_error() -> None:
    """For runs, too: none would read as "it has not run yet"."""
    for ask in (lambda id: get_dataflow(id=id), get_dataflow_runs):
        with pytest.raises(LookupFailedError, match="Check the id and the sandbox") as failed:
            ask("2edc08ac-4df5-4fe6-936f-81a19ce92f5c")
        assert failed.value.reason.code == Code.NOT_FOUND


def test_a_hidden_dataflow_may_be_there(flowservice_emulator: Emulator, connection: str) -> None:
    """The API answers as for one that does not exist, and the error says so."""
    flow_id = make_flow(flowservice_emulator, connection)
    flowservice_emulator.hide_flow(flow_id)

    with pytest.raises(LookupFailedError, match=r"access label hides .* Check the id and the sandbox"):
        get_dataflow(id=flow_id)


@pytest.mark.parametrize("part", ["source", "target"])
def test_a_part_that_is_gone_is_none(flowservice_emulator: Emulator, connection: str, part: str) -> None:
    """Somebody deleted it in the UI; the flow is still there."""
    found = get_dataflow(id=make_flow(flowservice_emulator, connection))
    if part == "source":
        flowservice_emulator.delete_source_connection(found.source_connection_id)
    else:
        flowservice_emulator.delete_target_connection(found.target_connection_id)

    again = get_dataflow(id=found.id)

    assert (again.connection_id is None, again.table is None) == (part == "source", part == "source")
    assert (again.dataset_id is None, again.schema_id is None) == (part == "target", part == "target")
    assert list_dataflows() == [again]


def others(emulator: Emulator, connection: str) -> dict[str, str]:
    """Make a flow of each other kind; the words that say why it is another."""
    draft = make_flow(emulator, connection, "draft", mode="draft")
    none = emulator.use_connection(connection, "none")
    stream = make_flow(
        emulator, connection, "stream", mode="draft", flowSpec={"id": "d69717ba-71b4-4313-b654-49f9cf126d7a"}
    )
    ids = [each["sourceConnectionIds"][0] for each in emulator.flows() if each["id"] in (draft, none)]
    two = make_flow(emulator, connection, "two", mode="draft", sourceConnectionIds=ids)
    emulator.change_flow(two, state="enabled")
    return {
        draft: "it is a draft",
        none: "it has no target connections",
        stream: "its flow specification is d69717ba",
        two: "it has 2 source connections",
    }


def test_flows_of_other_kinds_are_refused_by_name(flowservice_emulator: Emulator, connection: str) -> None:
    """Asked for by id or by name, each is said to be what it is."""
    expected = others(flowservice_emulator, connection)
    names = {each["id"]: each["name"] for each in flowservice_emulator.flows()}

    for flow_id, reason in expected.items():
        for ask in ({"id": flow_id}, {"name": names[flow_id]}):
            with pytest.raises(LookupFailedError, match=f"'{names[flow_id]}'.* is {NO_DATAFLOW}: .*{reason}") as failed:
                get_dataflow(**ask)
            assert failed.value.reason.code == Code.NOT_OURS
        with pytest.raises(LookupFailedError, match=NO_DATAFLOW):
            get_dataflow_runs(flow_id)


def test_lists_leave_other_kinds_out_with_their_number(
    flowservice_emulator: Emulator, connection: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning says how many; those of other connections do not count where one is asked for."""
    first = make_flow(flowservice_emulator, connection, "first")
    other = make(flowservice_emulator, "other")
    flowservice_emulator.use_connection(other, "none")
    flowservice_emulator.advance(1)
    second = make_flow(flowservice_emulator, other, "second")
    others(flowservice_emulator, connection)
    capsys.readouterr()

    assert [each.id for each in list_dataflows()] == [second, first]
    assert "FS4020: listing dataflows in sandbox 'dev': 5 flows that are" in capsys.readouterr().err
    assert [each.id for each in list_dataflows(connection=other)] == [second]
    assert f"1 flow that is {NO_DATAFLOW} was left out" in capsys.readouterr().err


def test_lists_take_a_request_for_each_page(flowservice_emulator: Emulator, connection: str) -> None:
    """Of three lists, whatever the number of dataflows; no warning where nothing is left out."""
    made = [make_flow(flowservice_emulator, connection, f"flow {number}") for number in range(3)]
    flowservice_emulator.clear_log()

    assert {each.id for each in list_dataflows()} == set(made)
    asked = [entry.path for entry in flowservice_emulator.log("GET")]
    assert asked == ["/sourceConnections", "/flows", "/targetConnections"]
    assert list_dataflows(sandbox="stage") == []


def test_dataflows_of_an_unknown_connection_are_an_error() -> None:
    """An empty list would read as "nothing uses it"."""
    with pytest.raises(LookupFailedError, match="Check the id and the sandbox"):
        list_dataflows(connection="2edc08ac-4df5-4fe6-936f-81a19ce92f5c")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(flowservice_emulator: Emulator, limit: int) -> None:
    """Before any request."""
    with pytest.raises(LookupFailedError, match="`limit` must be at least 1"):
        get_dataflow_runs("any", limit=limit)

    assert flowservice_emulator.log() == []


def test_no_run_yet_is_no_error(flowservice_emulator: Emulator, connection: str) -> None:
    """It begins in an hour."""
    assert get_dataflow_runs(make_flow(flowservice_emulator, connection)) == []


@pytest.mark.usefixtures("event_loop")
def test_an_output_needs_the_other_form() -> None:
    """A plain form says so, instead of asking for `<pulumi.output.Output object at ...>`."""
    output: Any = pulumi.Output.from_input("x")
    for ask in (lambda: get_dataflow(id=output), lambda: list_dataflows(connection=output)):
        with pytest.raises(TypeError, match="_output"):
            ask()
    for arguments in ({"id": output}, {"id": "x", "limit": output}):
        with pytest.raises(TypeError, match="_output"):
            get_dataflow_runs(**arguments)
