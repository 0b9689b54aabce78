"""One contract, two servers: the emulator, and with `--live` the real service.

    make contract                                    the emulator
    make contract TARGET=adobe SANDBOX=development   Adobe; the sandbox must not be `prod`

At Adobe the credentials are those of the environment variables FLOWSERVICE_CLIENT_ID, FLOWSERVICE_CLIENT_SECRET and
FLOWSERVICE_IMS_ORG (FLOWSERVICE_ENDPOINT and FLOWSERVICE_IMS_ENDPOINT where they are not the usual ones). The database
is that of REDSHIFT_SERVER, REDSHIFT_PORT, REDSHIFT_DATABASE, REDSHIFT_USERNAME and REDSHIFT_PASSWORD, the dataset that
of CONTRACT_DATASET, an id (and CONTRACT_SCHEMA, if the Catalog does not tell it); what needs one is not tried without
it. Cases that only read come first. What a case makes begins with `contract-` and is removed by it; a guard stops every
request that would touch anything else. This has not been run against the real service.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.api import Account, FlowServiceApi, NotTriedError
from tests.contract.dataflows import Dataflows, of_database
from tests.contract.datasets import orders
from tests.contract.guard import Guard, harm
from tests.contract.logins import login_of
from tests.contract.redaction import redacted
from tests.contract.report import Observed, Report

REPORT = pytest.StashKey[Report]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run that ends in a report."""
    parser.addoption("--live", action="store_true", help="run the contract suite against the real Flow Service")
    parser.addoption("--sandbox", default="", help="sandbox to work in; with --live it must not be prod")
    parser.addoption("--report", default="", metavar="FILE", help="write what was found to a Markdown file")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a live run that could do harm, before anything is sent."""
    credentials = ("FLOWSERVICE_CLIENT_ID", "FLOWSERVICE_CLIENT_SECRET", "FLOWSERVICE_IMS_ORG")
    if _is_live(config) and (
        reason := harm(str(config.getoption("--sandbox")), {name: _variable(name) for name in credentials})
    ):
        raise pytest.UsageError(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the cases that only read come first."""
    ours = [item for item in items if _is_ours(item)]
    if len(ours) == len(items):
        items.sort(key=lambda item: item.get_closest_marker("reads") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Note what became of a case."""
    result = yield
    report = item.config.stash.get(REPORT, None)
    if report is not None and _is_ours(item) and isinstance(item, pytest.Function) and call.when in ("setup", "call"):
        _note(report, item, call)
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report."""
    report = session.config.stash.get(REPORT, None)
    path = str(session.config.getoption("--report", default=""))
    if report is not None and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(report.text(), encoding="utf-8")


def _note(report: Report, item: pytest.Function, call: pytest.CallInfo[None]) -> None:
    name = item.originalname
    outcome = report.outcome(name)
    api = item.funcargs.get("api")
    if call.excinfo is None:
        outcome.passed = outcome.passed or call.when == "call"
        return
    if call.excinfo.errisinstance(NotTriedError):
        reason = " ".join(str(call.excinfo.value).partition(": {")[0].split())
        outcome.not_tried = reason
        if choice := item.funcargs.get("name"):
            report.outcome(f"choice {choice}").not_tried = reason
        return
    outcome.failed = True
    if isinstance(api, FlowServiceApi) and api.answers:
        outcome.answer = redacted(api.answers[-1], report.private)


def _is_ours(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent


def _is_live(config: pytest.Config) -> bool:
    # In a run of all tests this file is read too late for its options to exist.
    return bool(config.getoption("--live", default=False))


def _variable(name: str, default: str | None = None) -> str | None:
    return os.environ.get(name, default)  # noqa: TID251  # Credentials of the real service, with --live alone.


@pytest.fixture(scope="session")
def guard() -> Guard:
    """What keeps the whole run to what it has made."""
    return Guard()


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, guard: Guard) -> Report:
    """What the whole run finds."""
    target = "Adobe" if _is_live(request.config) else "the emulator"
    return request.config.stash.setdefault(REPORT, Report(target, prefix=guard.prefix))


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Account:
    """Where the service under test is, and who we are there."""
    if not _is_live(request.config):
        url = request.getfixturevalue("flowservice_emulator").url
        return Account(url, url, "emulator", "emulator-secret", "EMULATOR@AdobeOrg", "dev")
    return Account(
        endpoint=_variable("FLOWSERVICE_ENDPOINT") or "https://platform.adobe.io",
        ims_endpoint=_variable("FLOWSERVICE_IMS_ENDPOINT") or "https://ims-na1.adobelogin.com",
        client_id=_variable("FLOWSERVICE_CLIENT_ID") or "",
        client_secret=_variable("FLOWSERVICE_CLIENT_SECRET") or "",
        ims_org=_variable("FLOWSERVICE_IMS_ORG") or "",
        sandbox=str(request.config.getoption("--sandbox")),
    )


@pytest.fixture
def api(request: pytest.FixtureRequest, account: Account, guard: Guard, report: Report) -> Iterator[FlowServiceApi]:
    """The service, which is left as it was found."""
    report.private |= {account.client_id, account.client_secret, account.ims_org, account.sandbox}
    guard.is_reading = request.node.get_closest_marker("reads") is not None
    pause: Callable[[], object] = lambda: time.sleep(2)  # noqa: E731  # One line beside its alternative.
    if not _is_live(request.config):
        emulator = request.getfixturevalue("flowservice_emulator")
        pause = lambda: emulator.advance(2)  # noqa: E731
    api = FlowServiceApi(account, guard=guard, pause=pause)
    if _is_live(request.config):
        api.dataset_id, api.schema_id = _variable("CONTRACT_DATASET") or "", _variable("CONTRACT_SCHEMA") or ""
    else:
        emulator = request.getfixturevalue("flowservice_emulator")
        api.dataset_id, api.schema_id = orders(emulator).values()
        api.wait = emulator.advance
    yield api
    guard.is_reading = False
    report.left_behind += len(api.remove_all())


@pytest.fixture
def observed(report: Report) -> Callable[[Observed], None]:
    """Notes which option of a choice was seen."""
    return lambda seen: report.observations.__setitem__(seen.choice, seen)


@pytest.fixture
def full_sandbox(request: pytest.FixtureRequest, account: Account) -> None:
    """More than a page of connections; the real sandbox has what it has."""
    if not _is_live(request.config):
        emulator = FlowServiceApi(account)
        for number in range(101):
            emulator.send("POST", "/connections", emulator.body(f" {number}"))


@pytest.fixture
def login(request: pytest.FixtureRequest, report: Report) -> dict[str, Any]:
    """The params of a database that lets us in."""
    if not _is_live(request.config):
        return login_of(request.getfixturevalue("database"))
    found = {
        key: _variable(f"REDSHIFT_{key.upper()}") for key in ("server", "port", "database", "username", "password")
    }
    if missing := [f"REDSHIFT_{key.upper()}" for key, value in found.items() if value is None]:
        raise NotTriedError(f"the environment has no {', '.join(missing)}")
    report.private |= {value for value in found.values() if value}
    return found


@pytest.fixture
def dataflows(api: FlowServiceApi, login: dict[str, Any]) -> Dataflows:
    """What makes dataflows of a real table; the dataset is there before."""
    return of_database(api, login)
