"""Changes in place: the smallest patch, under the etag, with nothing of anybody else's overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code, FlowServiceError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.lifecycle import Process, error_of, given, requests, stored

pytestmark = pytest.mark.usefixtures("passing")

ROTATED = {"password": "battery-staple"}


@pytest.fixture
def made(process: Process, flowservice_emulator: Emulator) -> tuple[str, Properties]:
    """The id and the state of a connection; the log begins after it."""
    found = process.create(description="Orders", schema="public")
    flowservice_emulator.clear_log()
    return found


@pytest.mark.reading(single_params=True, initializing_seconds=0)
@pytest.mark.parametrize(
    ("changes", "tests"),
    [
        ({"name": "renamed"}, 0),
        ({"description": "Other"}, 0),
        ({"description": None}, 0),
        ({"server": "other.example.com"}, 1),
        ({"port": 5440}, 1),
        ({"port": None}, 1),
        ({"database": "prod"}, 1),
        ({"username": "other"}, 1),
        ({"password": "battery-staple"}, 1),
        ({"schema": "marketing"}, 1),
        ({"schema": None}, 1),
        ({"credentialsVersion": 2}, 1),
        ({"server": "other.example.com", "name": "renamed", "password": "battery-staple"}, 1),
    ],
    ids=str,
)
def test_one_patch_in_place(
    flowservice_emulator: Emulator, process: Process, made: tuple[str, Properties], changes: Properties, tests: int
) -> None:
    """Every input but the sandbox changes by one PATCH of the same connection; the test follows credentials only."""
    connection_id, state = made
    news = given({"description": "Orders", "schema": "public", **changes})

    after = process.up(connection_id, state, news)

    connection = stored(flowservice_emulator, connection_id)
    assert requests(flowservice_emulator) == ["PATCH /connections/*", "GET /connections/*/test"][: 1 + tests]
    assert {"name": connection["name"], "description": connection.get("description")} == {
        "name": news["name"],
        "description": news.get("description"),
    }
    params = ("server", "port", "database", "username", "password", "schema")
    assert connection["auth"]["params"] == {name: str(news[name]) for name in params if name in news}
    assert after == {**news, "etag": connection["etag"], "imsOrg": "EMULATOR@AdobeOrg"}


def test_no_change_is_no_request(
    flowservice_emulator: Emulator, process: Process, made: tuple[str, Properties]
) -> None:
    """Equal inputs, and a changed test policy, need nothing at the server."""
    connection_id, state = made

    news = given({"description": "Orders", "schema": "public", "connectionTest": "off"})

    assert process.up(connection_id, state, news) == state
    assert flowservice_emulator.log() == []


def test_a_description_that_is_not_managed_is_left_alone(flowservice_emulator: Emulator, process: Process) -> None:
    """Somebody describes the connection in the UI; a rotation, also one that meets the new etag, keeps it."""
    connection_id, state = process.create()
    flowservice_emulator.change_connection(connection_id, description="by hand", params={"privateEndpointId": "x"})

    process.up(connection_id, state, given(ROTATED))

    connection = stored(flowservice_emulator, connection_id)
    assert connection["description"] == "by hand"
    assert connection["auth"]["params"]["privateEndpointId"] == "x"
    assert connection["auth"]["params"]["password"] == "battery-staple"


def test_a_description_that_becomes_managed(flowservice_emulator: Emulator, process: Process) -> None:
    """The program names what until now only the UI had: its word counts, and no refresh is asked for in vain."""
    connection_id, state = process.create()
    flowservice_emulator.change_connection(connection_id, description="by hand")

    after = process.up(connection_id, state, given({"description": "Orders"}))

    assert stored(flowservice_emulator, connection_id)["description"] == after["description"] == "Orders"


class TestConcurrentChange:
    """The etag has moved."""

    @pytest.mark.parametrize("fault", ["lost_answer", "reset"])
    @pytest.mark.parametrize("changes", [{"name": "renamed"}, {"server": "new.example.com"}, ROTATED], ids=str)
    def test_our_own_lost_answer_is_success(
        self, flowservice_emulator: Emulator, process: Process, fault: str, changes: Properties
    ) -> None:
        """Applied or not, the change is there in the end, tested where it must be, and the version is trusted."""
        connection_id, state = process.create()
        flowservice_emulator.clear_log()
        flowservice_emulator.fault("PATCH", "/connections/*", kind=fault)

        after = process.up(connection_id, state, given(changes))

        connection = stored(flowservice_emulator, connection_id)
        tests = flowservice_emulator.log("GET", "/connections/*/test")
        assert connection["auth"]["params"]["password"] == after["password"]
        assert connection["name"] == after["name"]
        assert connection["auth"]["params"]["server"] == after["server"]
        assert after["etag"] == connection["etag"]
        # Whose write moved the etag is not certain after a lost answer, so the password goes along and is tested.
        assert len(tests) == (0 if changes == {"name": "renamed"} and fault == "reset" else 1)

    def test_untouched_fields_are_retried(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Somebody changed something else: the change is made with the new etag, and theirs is kept."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, description="by hand")
        flowservice_emulator.clear_log()

        after = process.up(connection_id, state, given({"name": "renamed"}))

        connection = stored(flowservice_emulator, connection_id)
        assert (connection["name"], connection["description"]) == ("renamed", "by hand")
        assert requests(flowservice_emulator) == ["PATCH /connections/*", "GET /connections/*", "PATCH /connections/*"]
        assert (after["etag"], after["credentialsInDoubt"]) == (connection["etag"], "foreign")
        assert "somebody else changed the connection (last change by someone@example.com at 20" in process.warnings[0]

    @pytest.mark.reading(single_params=True)
    def test_a_doubtful_version_needs_no_second_try(self, flowservice_emulator: Emulator, process: Process) -> None:
        """After the conflict the new etag is known: one PATCH is enough. Sending the password ends the doubt."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, description="by hand")
        doubtful = process.up(connection_id, state, given({"name": "renamed"}))
        flowservice_emulator.clear_log()

        renamed = process.up(connection_id, doubtful, given({"name": "again"}))
        resent = process.up(connection_id, renamed, given({"name": "again", "credentialsVersion": 2}))

        assert requests(flowservice_emulator) == [*["PATCH /connections/*"] * 2, "GET /connections/*/test"]
        assert renamed["credentialsInDoubt"] == "foreign"
        assert "credentialsInDoubt" not in resent
        assert resent["etag"] == stored(flowservice_emulator, connection_id)["etag"]

    @pytest.mark.parametrize(
        ("theirs", "named"),
        [
            ({"name": "by hand"}, "`name` was"),
            ({"params": {"server": "by.hand"}}, "`server` was"),
            ({"params": {"port": "1", "database": "x"}}, "`port`, `database` were"),
            ({"params": {"port": None}}, "`port` was"),
        ],
        ids=str,
    )
    def test_a_managed_field_stops(
        self, flowservice_emulator: Emulator, process: Process, theirs: dict[str, Any], named: str
    ) -> None:
        """Field, person, time and the way on; nothing is overwritten."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, by="ann@example.com", **theirs)
        before = stored(flowservice_emulator, connection_id)

        error = error_of(lambda: process.up(connection_id, state, given({"username": "other"})))

        assert error.code == Code.CONCURRENT_CHANGE
        assert f"{named} changed by ann@example.com at 20" in str(error)
        assert "UTC; nothing was overwritten. Run `pulumi refresh`" in str(error)
        assert stored(flowservice_emulator, connection_id) == before

    def test_the_same_change_by_somebody_else_is_fine(self, flowservice_emulator: Emulator, process: Process) -> None:
        """What we want is there already: nothing is left to send."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, params={"server": "new.example.com"})

        process.up(connection_id, state, given({"server": "new.example.com"}))

        assert len(flowservice_emulator.log("PATCH", "/connections/*")) == 1

    def test_conflicts_without_end_stop(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A server that says 412 to its own etag is not asked again and again."""
        connection_id, state = process.create()
        flowservice_emulator.fault("PATCH", "/connections/*", times=None, kind="status", status=412)

        error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))

        assert isinstance(error, FlowServiceError)
        assert len(flowservice_emulator.log("PATCH", "/connections/*")) == 1

    def test_initializing_is_waited_for(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A connection without an etag yet is changed once it has one."""
        flowservice_emulator.settings(initializing_seconds=60)
        connection_id, state = process.create(connectionTest="off")
        assert "etag" not in state

        after = process.up(connection_id, state, given({"name": "renamed", "connectionTest": "off"}))

        assert after["etag"] == stored(flowservice_emulator, connection_id)["etag"]
        assert process.steps.passed() >= 60

    def test_initializing_without_end_is_an_error(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The wait ends with the operation's deadline."""
        flowservice_emulator.settings(initializing_seconds=10_000)
        connection_id, state = process.create(connectionTest="off")

        error = error_of(lambda: process.up(connection_id, state, given({"name": "x", "connectionTest": "off"})))

        assert "still initializing" in str(error)
        assert process.steps.slept <= 600

    def test_gone_is_told(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A connection that was deleted cannot be changed: the way on is named."""
        connection_id, state = process.create()
        flowservice_emulator.delete_connection(connection_id)

        error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))

        assert error.code == Code.NOT_FOUND
        assert "`pulumi refresh` removes it from the state" in str(error)
