"""Filters at source: conditions on the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flowservice_emulator.resources.dataflows.runs.source_filters import FilterError, row_test
from flowservice_emulator.server import Emulator

from tests.emulator.shop import HOUR, Shop
from tools.local_database import LocalDatabase

ROW = {
    "city": "Bonn",
    "total": Decimal("12.50"),
    "paid": True,
    "none": None,
    "day": date(2024, 3, 1),
    "at": datetime(2024, 3, 1, 12),
}


def applied(name: str, *params: object) -> dict[str, Any]:
    """Return a node that applies a function."""
    return {"nodeType": "fnApply", "fnName": name, "params": list(params)}


def condition(name: str, column: str, *values: object) -> dict[str, Any]:
    """Return a condition on a column."""
    literals = [{"nodeType": "literal", "value": value} for value in values]
    return applied(name, {"nodeType": "fieldLookup", "fieldName": column}, *literals)


def filters(value: object) -> dict[str, Any]:
    """Return filters as a source connection has them."""
    return {"type": "PQL", "format": "pql/json", "value": value}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (condition("=", "city", "Bonn"), True),
        (condition("==", "city", "Berlin"), False),
        (condition("!=", "city", "Berlin"), True),
        (condition("=", "total", "12.5"), True),
        (condition(">", "total", 12), True),
        (condition("<=", "total", 12), False),
        (condition("<", "total", "many"), False),
        (condition("=", "paid", True), True),
        (condition(">=", "day", "2024-03-01"), True),
        (condition("<", "at", "2024-03-01T12:00:01Z"), True),
        (condition("=", "none", None), False),
        (condition("!=", "none", "x"), False),
        (condition("like", "city", "B%n_"), True),
        (condition("like", "none", "%"), False),
        (condition("in", "city", ["Berlin", "Bonn"]), True),
        (condition("in", "city", "Berlin", "Bremen"), False),
        (applied("and", condition("=", "city", "Bonn"), condition("=", "paid", False)), False),
        (applied("or", condition("=", "city", "Bonn"), condition("=", "paid", False)), True),
        (applied("not", condition("=", "city", "Bonn")), False),
    ],
)
def test_a_row_passes_or_not(node: dict[str, Any], expected: bool) -> None:
    """As in SQL: nothing compares with null."""
    assert row_test(filters(node))(ROW) == expected


def test_without_filters_all_rows_pass() -> None:
    """Also with an empty object."""
    assert row_test(None)(ROW) and row_test({})(ROW)


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        {"format": "sql", "value": {}},
        filters(None),
        filters({"nodeType": "literal", "value": 1}),
        filters(applied("=")),
        filters(condition("=", "a", 1, 2)),
        filters(condition("~", "a", 1)),
        filters(applied("=", 5, 5)),
        filters(applied("=", {"nodeType": "fieldLookup", "fieldName": "a"}, 5)),
        filters(applied("not", condition("=", "a", 1), condition("=", "a", 1))),
    ],
)
def test_what_is_not_understood_is_refused(wrong: object) -> None:
    """With a reason."""
    with pytest.raises(FilterError):
        row_test(wrong)


def test_filters_cannot_be_nested_without_end() -> None:
    """Twenty levels are enough."""
    node = condition("=", "a", 1)
    for _ in range(25):
        node = applied("not", node)

    with pytest.raises(FilterError, match="nested"):
        row_test(filters(node))


@pytest.fixture
def shop(flowservice_emulator: Emulator, database: LocalDatabase) -> Iterator[Shop]:
    """A shop, whose table goes with it."""
    with Shop(flowservice_emulator, database) as made:
        yield made


def test_a_run_reads_what_passes(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Rows that do not are not counted; filters that are not understood fail the run."""
    for order, total in (("a", 1), ("b", 20)):
        shop.add(order, -1, total)
    ids = []
    for node in (condition(">", "total", 10), {"nodeType": "x"}):
        params = {"tableName": shop.flows.table, "columns": [], "filters": filters(node)}
        ids.append(shop.flow(sourceConnectionIds=[shop.flows.source(params=params)]))
    flowservice_emulator.advance(HOUR)

    assert shop.counts(ids[0]) == [(1, 1, 0)]
    assert shop.ids() == ["b"]
    assert "filters are not understood" in str(shop.runs(ids[1])[0]["metrics"]["statusSummary"]["errors"])
