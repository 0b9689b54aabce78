"""One contract, two servers: the emulator, and with `--live` the real service.

    pytest tests/contract
    pytest tests/contract --live --sandbox my-development-sandbox

With `--live` the credentials are those of the environment variables FLOWSERVICE_CLIENT_ID, FLOWSERVICE_CLIENT_SECRET
and FLOWSERVICE_IMS_ORG (FLOWSERVICE_ENDPOINT and FLOWSERVICE_IMS_ENDPOINT where they are not the usual ones), and the
database is that of REDSHIFT_SERVER, REDSHIFT_PORT, REDSHIFT_DATABASE, REDSHIFT_USERNAME and REDSHIFT_PASSWORD. What a
case makes, it removes. This has not been run against the real service.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.api import Account, FlowServiceApi


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run against the real service."""
    parser.addoption("--live", action="store_true", help="run the contract suite against the real Flow Service")
    parser.addoption("--sandbox", default="", help="sandbox of the real Flow Service to work in")


def _is_live(request: pytest.FixtureRequest) -> bool:
    # In a run of all tests this file is read too late for its options to exist.
    return bool(request.config.getoption("--live", default=False))


def _variable(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)  # noqa: TID251  # Credentials of the real service, with --live alone.
    if value is None:
        raise pytest.UsageError(f"--live needs the environment variable {name}")
    return value


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Account:
    """Where the service under test is, and who we are there."""
    if not _is_live(request):
        url = request.getfixturevalue("flowservice_emulator").url
        return Account(url, url, "emulator", "emulator-secret", "EMULATOR@AdobeOrg", "dev")
    sandbox = str(request.config.getoption("--sandbox"))
    if not sandbox:
        raise pytest.UsageError("--live needs --sandbox: the suite writes to it")
    return Account(
        endpoint=_variable("FLOWSERVICE_ENDPOINT", "https://platform.adobe.io"),
        ims_endpoint=_variable("FLOWSERVICE_IMS_ENDPOINT", "https://ims-na1.adobelogin.com"),
        client_id=_variable("FLOWSERVICE_CLIENT_ID"),
        client_secret=_variable("FLOWSERVICE_CLIENT_SECRET"),
        ims_org=_variable("FLOWSERVICE_IMS_ORG"),
        sandbox=sandbox,
    )


@pytest.fixture
def api(account: Account) -> Iterator[FlowServiceApi]:
    """The service, which is left as it was found."""
    api = FlowServiceApi(account)
    yield api
    api.remove_all()


@pytest.fixture
def login(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The params of a database that lets us in."""
    if not _is_live(request):
        database = request.getfixturevalue("database")
        return {
            "server": database.host,
            "port": str(database.port),
            "database": database.database,
            "username": database.username,
            "password": database.password,
        }
    return {key: _variable(f"REDSHIFT_{key.upper()}") for key in ("server", "port", "database", "username", "password")}
