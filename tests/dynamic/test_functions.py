"""Look-ups as functions, in their plain form, against the emulator and a real database."""

from __future__ import annotations

import dataclasses
from typing import Any

import pulumi
import pytest
from flowservice_emulator.server import Emulator
from pulumi.runtime import set_all_config
from pulumi_flowservice import (
    ColumnResult,
    FlowResult,
    LookupFailedError,
    get_flows_using,
    get_redshift_connection,
    get_table_columns,
    get_tables,
    list_redshift_connections,
)
from pulumi_flowservice.errors import AnswerError, Code, FlowServiceError

from tests.support.connections import POSTGRESQL, make, make_many, make_real
from tools.local_database import LocalDatabase

pytestmark = pytest.mark.usefixtures("stack_config")
ODD_NAMES = [
    "a,b",
    'say "x"',
    "O'Neill",
    " two words ",
    "Bestände 漢字 🚀",
    "a==b",
    "name==x,id",
    "50 %",
    "a&b=c#d",
    "(x)",
]


@pytest.fixture
def explorable(flowservice_emulator: Emulator, database: LocalDatabase) -> str:
    """The id of a connection to the real database."""
    return make_real(flowservice_emulator, "explorable", database)


@pytest.mark.reading(initializing_seconds=0)
def test_a_connection_is_found_by_id(flowservice_emulator: Emulator) -> None:
    """All that the API shows of it is there under Python's names, numbers as numbers."""
    connection_id = make(flowservice_emulator, "orders", description="Daily", schema="sales")

    found = get_redshift_connection(id=connection_id)

    assert (found.id, found.name, found.description, found.sandbox) == (connection_id, "orders", "Daily", "dev")
    assert (found.server, found.port, found.database) == ("cluster.example.com", 5439, "dev")
    assert (found.username, found.schema, found.state) == ("loader", "sales", "enabled")
    assert (found.updated_by, found.ims_org) == ("analyst@example.com", "EMULATOR@AdobeOrg")
    assert found.created_at == found.updated_at and str(found.created_at).endswith("+00:00")
    assert found.etag


@pytest.mark.parametrize("secrets", ["omitted", "masked", "encrypted", "plain"])
def test_a_result_never_holds_the_password(flowservice_emulator: Emulator, secrets: str) -> None:
    """Whatever the API shows in its place."""
    flowservice_emulator.settings(secrets=secrets)
    connection_id = make(flowservice_emulator, "orders")
    [stored] = flowservice_emulator.request("GET", f"/connections/{connection_id}").json["items"]

    found = get_redshift_connection(id=connection_id)

    shown = stored["auth"]["params"].get("password", "kept-at-the-server")
    assert shown not in map(str, dataclasses.asdict(found).values())
    assert "kept-at-the-server" not in repr(found)


@pytest.mark.parametrize("name", ["orders", *ODD_NAMES])
def test_a_connection_is_found_by_any_name(flowservice_emulator: Emulator, name: str) -> None:
    """Names that no filter could spell are found as well, and near ones are not taken for them."""
    wanted = make(flowservice_emulator, name)
    make(flowservice_emulator, name + "x")
    make(flowservice_emulator, "a")
    make(flowservice_emulator, name, spec=POSTGRESQL, without=())

    assert get_redshift_connection(name=name).id == wanted


def test_candidates_of_an_ambiguous_name_are_listed(flowservice_emulator: Emulator) -> None:
    """Flow Service allows twins: the error tells them apart by id and by who changed them."""
    first = make(flowservice_emulator, "orders", server="one.example.com")
    second = make(flowservice_emulator, "orders", database="prod", user="admin@example.com")

    with pytest.raises(LookupFailedError) as failed:
        get_redshift_connection(name="orders")

    assert str(failed.value) == (
        "FS2008: looking up connection 'orders' in sandbox 'dev': 2 connections of Amazon Redshift have this name: "
        f"{second} (updated by admin@example.com), {first} (updated by analyst@example.com). "
        "Give its `id` instead; Flow Service does not keep names unique."
    )


def test_many_candidates_are_cut(flowservice_emulator: Emulator) -> None:
    """An error stays a paragraph."""
    for _ in range(13):
        make(flowservice_emulator, "orders")

    with pytest.raises(LookupFailedError, match=r"13 connections of Amazon Redshift have this name: .*, and 3 more\."):
        get_redshift_connection(name="orders")


def test_a_missing_name_brings_similar_ones(flowservice_emulator: Emulator) -> None:
    """A typo is met with the names that there are."""
    make(flowservice_emulator, "orders warehouse")

    with pytest.raises(
        LookupFailedError, match=r"no connection of Amazon Redshift has this name\. Similar .*: 'orders warehouse'"
    ):
        get_redshift_connection(name="order warehouse")


def test_an_unknown_id_is_an_error() -> None:
    """One paragraph that says what to check, and the reason behind it as a type."""
    with pytest.raises(LookupFailedError, match="Check the id and the sandbox") as failed:
        get_redshift_connection(id="no-such-connection")

    assert failed.value.reason.code == Code.NOT_FOUND
    assert isinstance(failed.value, FlowServiceError)


def test_a_connection_of_another_kind_is_refused(flowservice_emulator: Emulator) -> None:
    """The look-up of Redshift connections answers for no other."""
    connection_id = make(flowservice_emulator, "postgres", spec=POSTGRESQL)

    with pytest.raises(LookupFailedError, match="it is not a connection of kind Amazon Redshift") as failed:
        get_redshift_connection(id=connection_id)

    assert failed.value.reason.code == Code.NOT_OURS


@pytest.mark.parametrize("arguments", [{}, {"id": "a", "name": "b"}])
def test_id_or_name_is_needed(arguments: dict[str, str]) -> None:
    """Neither and both are refused before any request."""
    with pytest.raises(LookupFailedError, match="either the `id` or the `name`"):
        get_redshift_connection(**arguments)


def test_an_id_with_a_slash_is_no_way_to_another_resource(flowservice_emulator: Emulator) -> None:
    """It is refused before any request about it."""
    with pytest.raises(LookupFailedError, match="not a valid connection id"):
        get_redshift_connection(id="../flows/x")

    assert [entry for entry in flowservice_emulator.log() if entry.method == "GET"] == []


def test_a_missing_permission_says_what_to_ask_for(flowservice_emulator: Emulator) -> None:
    """403 names the permissions."""
    flowservice_emulator.settings(deny=["read"])

    with pytest.raises(LookupFailedError, match="View Sources"):
        list_redshift_connections()


def test_an_unknown_sandbox_is_no_empty_list() -> None:
    """The API answers 404 for it, which must not read as "nothing there"."""
    with pytest.raises(LookupFailedError, match="sandbox"):
        list_redshift_connections(sandbox="nowhere")


def test_no_sandbox_is_an_error(flowservice_emulator: Emulator) -> None:
    """None is assumed, never `prod`."""
    set_all_config({"flowservice:sandbox": ""}, [])

    with pytest.raises(LookupFailedError, match="no sandbox"):
        list_redshift_connections()

    assert flowservice_emulator.log() == []


def test_lists_are_filtered_by_equality(flowservice_emulator: Emulator) -> None:
    """Every argument given must be equal; other kinds and other sandboxes are never in it."""
    ours = make(flowservice_emulator, "a, b", server="one.example.com")
    make(flowservice_emulator, "a, b", server="two.example.com")
    make(flowservice_emulator, "a, b", server="one.example.com", sandbox="stage")
    make(flowservice_emulator, "a, b", server="one.example.com", spec=POSTGRESQL)

    found = list_redshift_connections(name="a, b", server="one.example.com", database="dev", username="loader")

    assert [each.id for each in found] == [ours]
    assert list_redshift_connections(state="disabled") == []
    assert len(list_redshift_connections(sandbox="stage")) == 1


@pytest.mark.long
def test_lists_are_read_page_by_page(flowservice_emulator: Emulator) -> None:
    """250 connections are three requests, each connection once, the newest first."""
    made = make_many(flowservice_emulator, [f"c{number}" for number in range(250)])
    flowservice_emulator.clear_log()

    found = list_redshift_connections()

    assert [each.id for each in found] == made[::-1]
    assert len(flowservice_emulator.log("GET", "/connections")) == 3


def test_tables_are_those_of_the_database(explorable: str) -> None:
    """`explore` really reads the catalogue."""
    found = get_tables(explorable)

    assert {"marketing.campaigns", "public.customers", "public.orders"} <= {table.path for table in found}
    assert all(table.type == "table" and table.can_fetch_schema for table in found)


def test_columns_have_types(explorable: str) -> None:
    """In the order of the table."""
    found = get_table_columns(explorable, "public.customers")

    assert found == [
        ColumnResult("id", "integer", "integer"),
        ColumnResult("email", "string", "string"),
        ColumnResult("created_at", "string", "date-time"),
    ]


def test_a_missing_table_brings_the_nearest(explorable: str) -> None:
    """The error names the tables that were perhaps meant."""
    with pytest.raises(LookupFailedError, match=r"such as public\.orders") as failed:
        get_table_columns(explorable, "public.order")

    assert "reading the columns of table 'public.order' through connection" in str(failed.value)


def test_an_empty_table_name_is_refused(flowservice_emulator: Emulator) -> None:
    """Before any request."""
    with pytest.raises(LookupFailedError, match="as `get_tables` returns it"):
        get_table_columns("any-id", "")

    assert flowservice_emulator.log() == []


def test_a_database_that_is_down_is_an_error(flowservice_emulator: Emulator) -> None:
    """Not an empty list; the text says where to look, and holds no password."""
    connection_id = make(flowservice_emulator, "orders", server="127.0.0.1", port="1")

    for ask in (lambda: get_tables(connection_id), lambda: get_table_columns(connection_id, "public.orders")):
        with pytest.raises(LookupFailedError, match="database") as failed:
            ask()
        assert isinstance(failed.value.reason, AnswerError)
        assert "test the connection in the UI" in str(failed.value)
        assert "kept-at-the-server" not in str(failed.value)


def test_flows_that_use_a_connection(flowservice_emulator: Emulator) -> None:
    """The flows of this connection and no others."""
    ours, other = make(flowservice_emulator, "ours"), make(flowservice_emulator, "other")
    flow_id = flowservice_emulator.use_connection(ours, "Orders")
    flowservice_emulator.use_connection(other, "Returns")

    assert get_flows_using(ours) == [FlowResult(flow_id, "Orders", "enabled")]


def test_flows_of_an_unknown_connection_are_an_error() -> None:
    """An empty list would read as "safe to delete"."""
    with pytest.raises(LookupFailedError, match="no-such-connection"):
        get_flows_using("no-such-connection")


@pytest.mark.usefixtures("event_loop")
@pytest.mark.parametrize(
    "ask",
    [
        lambda value: get_redshift_connection(id=value),
        lambda value: list_redshift_connections(sandbox=value),
        lambda value: get_tables(value),
        lambda value: get_table_columns("any-id", value),
        lambda value: get_flows_using(value),
    ],
)
def test_an_output_needs_the_other_form(ask: Any) -> None:
    """A plain form says so, instead of asking for `<pulumi.output.Output object at ...>`."""
    with pytest.raises(TypeError, match="_output"):
        ask(pulumi.Output.from_input("x"))


def test_debug_keeps_the_error_itself(flowservice_emulator: Emulator) -> None:
    """With `flowservice:debug` Pulumi shows a traceback, which tells the line of the program."""
    set_all_config({"flowservice:debug": "true", "flowservice:sandbox": "dev"}, [])

    with pytest.raises(FlowServiceError) as failed:
        get_redshift_connection(id="any-id")

    assert not isinstance(failed.value, pulumi.RunError)
    assert flowservice_emulator.log() == []


def test_all_functions_share_one_token(flowservice_emulator: Emulator) -> None:
    """The client is the process's own: a program with ten look-ups asks for one token."""
    flowservice_emulator.revoke_tokens()
    connection_id = make(flowservice_emulator, "orders")
    list_redshift_connections()
    flowservice_emulator.clear_log()

    get_redshift_connection(id=connection_id)
    get_flows_using(connection_id)

    assert flowservice_emulator.log("POST") == []
