"""Runs of flows: they read the real database when the emulator's clock says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flowservice_emulator.server import Emulator
from psycopg import sql

from tests.contract.api import refused
from tests.emulator.shop import HOUR, Shop
from tools.local_database import LocalDatabase


@pytest.fixture
def shop(flowservice_emulator: Emulator, database: LocalDatabase) -> Iterator[Shop]:
    """A shop, whose table goes with it."""
    with Shop(flowservice_emulator, database) as made:
        yield made


def test_a_flow_begins_with_what_is_older(flowservice_emulator: Emulator, shop: Shop) -> None:
    """With backfill; then each run takes what changed in its window, and no row comes twice or is missing."""
    for order, changed in (("a", -86_400), ("b", -1), ("c", 0), ("d", HOUR - 1), ("e", HOUR)):
        shop.add(order, changed)
    flow_id = shop.flow()

    assert shop.runs(flow_id) == []
    assert "lastRunDetails" not in shop.flows.get(flow_id)
    flowservice_emulator.advance(HOUR)
    assert shop.ids() == ["a", "b"]
    flowservice_emulator.advance(HOUR)
    assert shop.ids() == ["a", "b", "c", "d"]
    flowservice_emulator.advance(HOUR)
    assert (shop.ids(), shop.counts(flow_id)) == (["a", "b", "c", "d", "e"], [(2, 2, 0), (2, 2, 0), (1, 1, 0)])


def test_a_flow_can_leave_out_what_is_older(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Without backfill its first run is one interval after the start."""
    shop.add("a", -1)
    shop.add("b", 1)
    flow_id = shop.flow(schedule={"backfill": False})

    flowservice_emulator.advance(HOUR)
    first = shop.runs(flow_id)
    flowservice_emulator.advance(HOUR)

    assert (first, shop.ids()) == ([], ["b"])


def test_a_one_time_flow_takes_all(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Once, whatever changed when."""
    shop.add("a", -86_400)
    shop.add("b", 86_400)
    shop.add("c", None)
    flow_id = shop.once()

    flowservice_emulator.advance(30 * HOUR)

    assert shop.ids() == ["a", "b", "c"]
    assert len(shop.runs(flow_id)) == 1
    assert shop.flows.get(flow_id)["state"] == "enabled"


def test_a_run_shows_what_it_did(flowservice_emulator: Emulator, shop: Shop) -> None:
    """When, which window, how much, from where to where; the flow shows the last one."""
    shop.add("a", -1, 2.5)
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)
    [run] = shop.runs(flow_id)
    flow = shop.flows.get(flow_id)

    metrics = run["metrics"]
    assert metrics["statusSummary"]["status"] == "success"
    assert metrics["durationSummary"] == {"startedAtUTC": shop.start * 1000, "completedAtUTC": shop.start * 1000}
    assert metrics["recordSummary"] == {"inputRecordCount": 1, "outputRecordCount": 1, "failedRecordCount": 0}
    assert metrics["sizeSummary"]["inputBytes"] > 0 < metrics["sizeSummary"]["outputBytes"]
    copy, promotion = run["activities"]
    assert copy["durationSummary"]["extensions"] == {"windowEnd": shop.start * 1000}
    assert copy["sourceInfo"][0]["id"] == flow["sourceConnectionIds"][0]
    assert promotion["targetInfo"][0]["id"] == flow["targetConnectionIds"][0]
    assert "state" not in run
    assert shop.api.send("GET", f"/runs/{run['id']}").item == run
    assert flow["lastRunDetails"] == {"id": run["id"], "state": "success", **metrics["durationSummary"]}
    changed = shop.rows()["rows"][0]["_example"].pop("changed")
    assert (shop.rows()["count"], changed[-1]) == (1, "Z")
    assert shop.api.list("/runs", "state==success", f"metrics.durationSummary.startedAtUTC>={shop.start}").item == run


def test_rows_are_mapped(flowservice_emulator: Emulator, shop: Shop) -> None:
    """By attributes, expressions and constants, into the types of the schema."""
    shop.add(" a ", -1, "12.50")
    mappings = (
        {"sourceType": "EXPRESSION", "source": 'concat(upper(trim(order_id)), "-", total)'},
        {"sourceType": "STATIC", "source": "7", "destination": "_example.total"},
        {"sourceType": "EXPRESSION", "source": "now()", "destination": "_example.changed"},
    )
    shop.flow(transformations=shop.transformations(*mappings))
    flowservice_emulator.advance(HOUR)

    [row] = shop.rows()["rows"]

    assert (row["_example"]["orderId"], row["_example"]["total"]) == ("A-12.50", 7)
    assert row["_example"]["changed"].startswith("20")


def test_a_success_can_have_failed_rows(flowservice_emulator: Emulator, shop: Shop) -> None:
    """A row without a required value fails; a value of another type is null."""
    shop.add(None, -1)
    shop.add("b", -1)
    shop.add("c", -1, "NaN")
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)

    [run] = shop.runs(flow_id)

    assert shop.counts(flow_id) == [(3, 2, 1)]
    summary = run["metrics"]["statusSummary"]
    assert (summary["status"], summary["errors"][0]["code"]) == ("success", "CONNECTOR-2001-500")
    row_errors = run["activities"][1]["statusSummary"]["extensions"]["errors"]
    assert [(each["code"], each["recordCount"]) for each in row_errors] == [
        ("INGEST-1212-400", 1),
        ("MAPPER-3700-400", 1),
    ]
    assert shop.flows.get(flow_id)["lastRunDetails"]["state"] == "success"
    assert "total" not in next(row["_example"] for row in shop.rows()["rows"] if row["_example"]["orderId"] == "c")


def test_too_many_failed_rows_fail_the_run(flowservice_emulator: Emulator, shop: Shop) -> None:
    """More than the options allow: then none is written."""
    shop.add(None, -1)
    shop.add("b", -1)
    flow_id = shop.flow(options={"partialIngestionPercent": "10"})
    flowservice_emulator.advance(HOUR)

    [run] = shop.runs(flow_id)

    assert run["metrics"]["statusSummary"]["status"] == "failed"
    assert run["metrics"]["recordSummary"] == {"inputRecordCount": 2, "outputRecordCount": 0, "failedRecordCount": 1}
    assert shop.rows()["count"] == 0


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda shop: shop.database.execute(sql.SQL("DROP TABLE {}").format(shop.table)), "No columns were found"),
        (lambda shop: shop.database.execute(sql.SQL("ALTER TABLE {} DROP changed").format(shop.table)), "is gone"),
        (
            lambda shop: shop.database.execute(
                sql.SQL("ALTER TABLE {} ALTER changed TYPE text USING 'secret'").format(shop.table)
            ),
            "SQLSTATE 22007",
        ),
        (
            lambda shop: shop.database.execute(sql.SQL("REVOKE SELECT ON {} FROM loader").format(shop.table)),
            "may not read",
        ),
        (
            lambda shop: shop.emulator.change_connection(shop.flows.connection_id, params={"password": "Canary-1"}),
            "refused the login",
        ),
        (lambda shop: shop.emulator.delete_connection(shop.flows.connection_id), "base connection is gone"),
        (lambda shop: shop.emulator.delete_dataset(shop.api.dataset_id), "target dataset is gone"),
        (lambda shop: shop.emulator.settings(connection_test="fail"), "refused the login"),
    ],
)
def test_a_run_can_fail(flowservice_emulator: Emulator, shop: Shop, harm: Callable[[Shop], object], words: str) -> None:
    """With an error that says why, and holds neither credentials nor values."""
    shop.add("a", -1)
    flow_id = shop.flow()
    harm(shop)
    flowservice_emulator.advance(HOUR)

    [run] = shop.runs(flow_id)

    summary = run["metrics"]["statusSummary"]
    assert (summary["status"], len(run["activities"])) == ("failed", 1)
    assert words in summary["errors"][0]["message"]
    assert "Canary" not in str(run) and "secret" not in str(run)
    assert shop.flows.get(flow_id)["lastRunDetails"]["state"] == "failed"


def test_a_flow_without_delta_column_fails(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Where a patch has overwritten `Copy`, or a mapping set is gone."""
    overwritten, unmapped = shop.flow(), shop.flow()
    [copy, mapping] = shop.flows.get(overwritten)["transformations"]
    shop.flows.patch(overwritten, {"op": "replace", "path": "/transformations/0", "value": mapping})
    flowservice_emulator.change_flow(unmapped, transformations=[copy])
    flowservice_emulator.advance(HOUR)

    errors = [shop.runs(each)[0]["metrics"]["statusSummary"]["errors"][0] for each in (overwritten, unmapped)]

    assert "no delta column" in errors[0]["message"]
    assert "mapping set is gone" in errors[1]["message"]


def test_many_windows_are_made_up_for(flowservice_emulator: Emulator, shop: Shop) -> None:
    """At most 24 runs at once: what was due before is in the first of them, so no row is missing."""
    statement = "INSERT INTO {} SELECT n::text, 1, to_timestamp({} + n * 3600) AT TIME ZONE 'UTC' FROM {} AS n"
    hours = sql.SQL("generate_series(0, 99)")
    shop.database.execute(sql.SQL(statement).format(shop.table, sql.Literal(shop.start), hours))
    flow_id = shop.flow()

    flowservice_emulator.advance(101 * HOUR)

    assert shop.rows()["count"] == 100
    assert [read for read, _, _ in shop.counts(flow_id)] == [77, *([1] * 23)]


def test_a_dataset_keeps_a_hundred_rows(flowservice_emulator: Emulator, shop: Shop) -> None:
    """And counts all."""
    statement = "INSERT INTO {} SELECT n::text, n, timestamp '2024-01-01' FROM generate_series(1, 2500) AS n"
    shop.database.execute(sql.SQL(statement).format(shop.table))
    shop.flow()

    flowservice_emulator.advance(HOUR)

    rows = shop.rows()
    assert (rows["count"], len(rows["rows"])) == (2_500, 100)


@pytest.mark.parametrize(("missed", "found"), [("caught up", ["a", "b", "c"]), ("skipped", ["a", "c"])])
def test_a_disabled_flow_does_not_run(
    flowservice_emulator: Emulator, shop: Shop, missed: str, found: list[str]
) -> None:
    """What becomes of the windows that it misses is a choice."""
    flowservice_emulator.settings(missed_windows=missed)
    for order, changed in (("a", -1), ("b", HOUR + 1), ("c", 3 * HOUR + 1)):
        shop.add(order, changed)
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)
    shop.flows.act(flow_id, "op=disable")
    flowservice_emulator.advance(3 * HOUR)
    meanwhile = shop.ids()
    shop.flows.act(flow_id, "op=enable")
    flowservice_emulator.advance(HOUR)

    assert meanwhile == ["a"]
    assert shop.ids() == found


def test_a_disabled_one_time_flow_waits(flowservice_emulator: Emulator, shop: Shop) -> None:
    """It runs when it is enabled."""
    shop.add("a", -1)
    flow_id = shop.once()
    shop.flows.act(flow_id, "op=disable")
    flowservice_emulator.advance(5 * HOUR)
    before = shop.runs(flow_id)
    shop.flows.act(flow_id, "op=enable")

    assert (before, len(shop.runs(flow_id)), shop.ids()) == ([], 1, ["a"])


def test_a_changed_schedule_counts_from_the_last_run(flowservice_emulator: Emulator, shop: Shop) -> None:
    """By a patch, or by somebody else."""
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)
    shop.flows.patch(flow_id, {"op": "replace", "path": "/scheduleParams/interval", "value": 3})
    flowservice_emulator.advance(2 * HOUR)
    after_two = len(shop.runs(flow_id))
    flowservice_emulator.advance(HOUR)
    after_three = len(shop.runs(flow_id))
    flowservice_emulator.change_flow(flow_id, scheduleParams={"interval": 1})
    flowservice_emulator.advance(HOUR)

    assert (after_two, after_three, len(shop.runs(flow_id))) == (1, 2, 3)


def test_a_flow_goes_on_with_its_source_as_it_was(flowservice_emulator: Emulator, shop: Shop) -> None:
    """A change of the source connection is not reflected; one that is deleted changes nothing either."""
    shop.add("a", -1)
    flow_id = shop.flow()
    source = shop.flows.get(flow_id)["sourceConnectionIds"][0]
    etag = shop.api.send("GET", f"/sourceConnections/{source}").item["etag"]
    operation = {"op": "replace", "path": "/params/tableName", "value": "public.nowhere"}
    shop.api.send("PATCH", f"/sourceConnections/{source}", [operation], if_match=etag)
    flowservice_emulator.delete_source_connection(source)

    flowservice_emulator.advance(HOUR)

    assert shop.ids() == ["a"]


def test_only_the_columns_of_the_source_are_read(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Others are null; no columns mean all."""
    shop.add("a", -1, 5)
    for columns in ([{"name": "order_id"}, {"name": "changed"}], []):
        source = shop.flows.source(params={"tableName": shop.flows.table, "columns": columns})
        shop.flow(sourceConnectionIds=[source])

    flowservice_emulator.advance(HOUR)

    assert [row["_example"].get("total") for row in shop.rows()["rows"]] in ([None, 5], [5, None])


def test_the_time_of_a_run_can_be_seen(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Where runs take their time, they are in progress first."""
    flowservice_emulator.settings(run_seconds=60)
    shop.add("a", -1)
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)
    [running] = shop.runs(flow_id)
    before = shop.rows()["count"], "lastRunDetails" in shop.flows.get(flow_id)
    flowservice_emulator.advance(60)
    [ended] = shop.runs(flow_id)

    assert (running["metrics"]["statusSummary"]["status"], before) == ("inProgress", (0, False))
    assert "completedAtUTC" not in running["metrics"]["durationSummary"]
    assert ended["metrics"]["durationSummary"]["completedAtUTC"] == (shop.start + 60) * 1000
    assert (ended["id"], ended["etag"] != running["etag"], shop.ids()) == (running["id"], True, ["a"])


def test_a_run_of_a_deleted_flow_does_not_end(flowservice_emulator: Emulator, shop: Shop) -> None:
    """Nor does one that a reset has removed."""
    flowservice_emulator.settings(run_seconds=60)
    shop.add("a", -1)
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)
    shop.flows.delete(flow_id)
    flowservice_emulator.advance(60)

    assert (shop.runs(flow_id), shop.rows()["count"]) == ([], 0)


def test_a_kind_without_login_brings_no_rows(flowservice_emulator: Emulator, shop: Shop) -> None:
    """The emulator cannot read such databases; runs succeed all the same."""
    flowservice_emulator.settings(connection_test="pass")
    flow_id = shop.flow()
    flowservice_emulator.advance(HOUR)

    assert shop.counts(flow_id) == [(0, 0, 0)]


@pytest.mark.parametrize("path", ["/runs/unknown", "/runs/unknown/action?op=re-trigger"])
def test_an_unknown_run_is_not_found(shop: Shop, path: str) -> None:
    """As any unknown resource."""
    assert refused(shop.api.send("POST" if "action" in path else "GET", path, content_type=None), 404)
