"""Fixtures of the tests that send requests to servers of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_time import FakeTime


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The proxies, CA bundles and logins of whoever runs the tests stay out."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))


@pytest.fixture
def passing() -> FakeTime:
    """A clock that only sleeps move."""
    return FakeTime()
