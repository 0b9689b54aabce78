"""Look-ups of datasets and schemas as functions, in their plain form, against the emulator."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice import (
    DatasetResult,
    LookupFailedError,
    SchemaFieldResult,
    get_dataset,
    get_schema,
    list_dataflows,
    list_datasets,
)
from pulumi_flowservice.errors import Code

from tests.dynamic.test_functions import ODD_NAMES

pytestmark = pytest.mark.usefixtures("stack_config")
FIELDS = {"_example.orderId": "string", "_example.total": "number", "_example.changed": "date-time", "day": "date"}
CATALOG = "/data/foundation/catalog/dataSets"
SCHEMAS = "/data/foundation/schemaregistry/tenant/schemas"


def dataset(emulator: Emulator, name: str = "Orders", **more: Any) -> tuple[str, str]:
    """Make a dataset, and return its id and that of its schema."""
    made = emulator.make_dataset(name, FIELDS, **more)
    return made["id"], made["schemaId"]


@pytest.mark.reading(schema_ref="when asked")
def test_a_dataset_is_found_by_id(flowservice_emulator: Emulator) -> None:
    """With the schema that a mapping needs."""
    dataset_id, schema_id = dataset(flowservice_emulator)

    assert get_dataset(id=dataset_id) == DatasetResult(dataset_id, "Orders", "dev", schema_id)


@pytest.mark.reading(schema_ref="empty")
def test_a_schema_that_is_not_shown_is_none(flowservice_emulator: Emulator) -> None:
    """The Catalog may leave it out."""
    dataset_id, _ = dataset(flowservice_emulator)

    assert get_dataset(id=dataset_id).schema_id is None


@pytest.mark.parametrize("how", ["exact", "substring"])
@pytest.mark.parametrize("name", ["orders", "~^.*$", "-x", "Orders of the shop", *ODD_NAMES])
def test_a_dataset_is_found_by_any_name(flowservice_emulator: Emulator, name: str, how: str) -> None:
    """Names that no filter could spell are found as well, and near ones are not taken for them."""
    flowservice_emulator.settings(name_filter=how)
    wanted, _ = dataset(flowservice_emulator, name)
    dataset(flowservice_emulator, name + "x")
    dataset(flowservice_emulator, "a")
    dataset(flowservice_emulator, name, sandbox="stage")

    assert get_dataset(name=name).id == wanted
    assert [each.id for each in list_datasets(name=name)] == [wanted]


def test_ids_of_an_ambiguous_name_are_listed(flowservice_emulator: Emulator) -> None:
    """That the Catalog keeps names unique is not documented."""
    ids = sorted(dataset(flowservice_emulator)[0] for _ in range(2))

    with pytest.raises(LookupFailedError) as failed:
        get_dataset(name="Orders")

    assert str(failed.value) == (
        f"FS2008: looking up dataset 'Orders' in sandbox 'dev': 2 datasets have this name: {', '.join(ids)}. "
        "Give its `id` instead; `list_datasets` returns all of a name."
    )


def test_a_missing_name_brings_similar_ones(flowservice_emulator: Emulator) -> None:
    """A typo is met with the names that there are, and none with what to check."""
    with pytest.raises(LookupFailedError, match=r"no dataset has this name\. Check the name and the sandbox\."):
        get_dataset(name="Orders of the ship")

    dataset(flowservice_emulator, "Orders of the shop")

    for mistyped in ("Orders of the ship", "orders", "Shop"):
        with pytest.raises(
            LookupFailedError, match=r"no dataset has this name\. Similar names .*: 'Orders of the shop'"
        ):
            get_dataset(name=mistyped)


def test_unknown_ids_are_errors() -> None:
    """They say what to check."""
    with pytest.raises(LookupFailedError, match=r"no dataset has this id\. Check the id and the sandbox") as failed:
        get_dataset(id="5f5b5b2b0cb14e5b9a483ab2")
    with pytest.raises(LookupFailedError, match=r"no schema has this id\. Check the id and the sandbox"):
        get_schema(id="https://ns.adobe.com/example/schemas/none")

    assert failed.value.reason.code == Code.NOT_FOUND


def test_one_of_two_is_needed(flowservice_emulator: Emulator) -> None:
    """Neither, both, and what is empty are refused before any request."""
    for arguments in ({}, {"id": "a", "name": "b"}, {"id": ""}, {"name": ""}):
        with pytest.raises(LookupFailedError, match="either the `id` or the `name` of the dataset"):
            get_dataset(**arguments)
    with pytest.raises(LookupFailedError, match="either the `id` or the `title` of the schema"):
        get_schema(id="a", title="b")

    assert flowservice_emulator.log() == []


@pytest.mark.parametrize("odd", ["..", ".", "../..", "a/b", "a?b=c", "a#b", "ü\n"])
def test_an_id_is_no_way_to_another_path(flowservice_emulator: Emulator, odd: str) -> None:
    """Whatever it is, it is one segment of the path, or refused before any request."""
    for ask in (get_dataset, get_schema):
        with pytest.raises(LookupFailedError, match=r"not a valid|has this id"):
            ask(id=odd)

    paths = [entry.path for entry in flowservice_emulator.log("GET")]
    assert all(path.startswith((f"{CATALOG}/", f"{SCHEMAS}/")) for path in paths)


def test_a_missing_permission_says_what_to_ask_for(flowservice_emulator: Emulator) -> None:
    """Another than that for sources."""
    flowservice_emulator.settings(deny=["read"])

    for ask, permission in (
        (lambda: list_datasets(), "the permission View Datasets"),
        (lambda: get_schema(title="Orders"), "the permission View Schemas"),
        (lambda: list_dataflows(), "the permissions View Sources and Manage Sources"),
    ):
        with pytest.raises(LookupFailedError, match=permission):
            ask()


def test_an_unknown_sandbox_is_no_missing_dataset() -> None:
    """The API answers 404 for both."""
    for ask in (
        lambda: list_datasets(sandbox="nowhere"),
        lambda: get_dataset(id="5f5b5b2b0cb14e5b9a483ab2", sandbox="nowhere"),
        lambda: get_schema(id="https://ns.adobe.com/example/schemas/none", sandbox="nowhere"),
    ):
        with pytest.raises(LookupFailedError, match="Check that the sandbox exists"):
            ask()


def test_lists_are_sorted_and_read_page_by_page(flowservice_emulator: Emulator) -> None:
    """120 datasets are two requests, whose order is not documented."""
    made = [dataset(flowservice_emulator, f"d{number:03}")[0] for number in range(120)]
    flowservice_emulator.clear_log()

    assert [each.id for each in list_datasets()] == made
    assert len(flowservice_emulator.log("GET", CATALOG)) == 2
    assert list_datasets(sandbox="stage") == []


@pytest.mark.parametrize("title", ["orders", "Orders of the shop", *ODD_NAMES])
def test_a_schema_is_found_by_any_title(flowservice_emulator: Emulator, title: str) -> None:
    """As datasets are by their names."""
    _, wanted = dataset(flowservice_emulator, title=title)
    dataset(flowservice_emulator, title=title + "x")

    found = get_schema(title=title)

    assert (found.id, found.title, found.sandbox, found.version) == (wanted, title, "dev", "1.0")


def test_a_schema_has_its_fields(flowservice_emulator: Emulator) -> None:
    """Their paths are the keys of a mapping; a required one is so with all objects around it."""
    _, schema_id = dataset(flowservice_emulator, required=["_example.orderId"])

    assert get_schema(id=schema_id).fields == [
        SchemaFieldResult("_example.orderId", "string", True),
        SchemaFieldResult("_example.total", "number", False),
        SchemaFieldResult("_example.changed", "date-time", False),
        SchemaFieldResult("day", "date", False),
    ]


def test_a_schema_is_found_by_its_other_id(flowservice_emulator: Emulator) -> None:
    """`meta:altId`, which the UI shows; the result has the `$id`."""
    _, schema_id = dataset(flowservice_emulator)
    other = f"_example.schemas.{schema_id.rpartition('/')[2]}"

    assert get_schema(id=other).id == schema_id


def test_ids_of_an_ambiguous_title_are_listed(flowservice_emulator: Emulator) -> None:
    """And a mistyped one brings similar ones."""
    ids = sorted(dataset(flowservice_emulator)[1] for _ in range(2))

    with pytest.raises(LookupFailedError, match=rf"FS2008: .*: 2 schemas have this title: {ids[0]}, {ids[1]}\."):
        get_schema(title="Orders")
    with pytest.raises(LookupFailedError, match=r"no schema has this title\. Similar titles there: 'Orders'\."):
        get_schema(title="Order")


@pytest.mark.usefixtures("event_loop")
def test_an_output_needs_the_other_form() -> None:
    """A plain form says so, instead of asking for `<pulumi.output.Output object at ...>`."""
    for ask in (get_dataset, get_schema):
        with pytest.raises(TypeError, match="_output"):
            ask(id=pulumi.Output.from_input("x"))  # type: ignore[arg-type]
