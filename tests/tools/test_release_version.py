"""`make version`: one command names the next release everywhere."""

from __future__ import annotations

import datetime
import runpy
from pathlib import Path

import pytest

from tests.support.clean_environment import CHECKOUT
from tools.release_check import out_of_step
from tools.release_version import CHANGELOG, VERSIONS, write

DAY = datetime.date(2026, 12, 1)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the files that have the version."""
    for name in (*VERSIONS, CHANGELOG):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((CHECKOUT / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / CHANGELOG).write_text("# Changelog\n\n## Not released\n\n- New.\n", encoding="utf-8")
    return tmp_path


def files(checkout: Path) -> dict[str, str]:
    """Return what the files have now."""
    return {name: (checkout / name).read_text(encoding="utf-8") for name in (*VERSIONS, CHANGELOG)}


def test_a_version_is_named(checkout: Path) -> None:
    """Both distributions and the changelog have it, as the check of a release asks; a second one has no changes."""
    write(checkout, "1.0.0", DAY)

    written = files(checkout)
    assert [runpy.run_path(str(checkout / name))["__version__"] for name in VERSIONS] == ["1.0.0", "1.0.0"]
    assert written[CHANGELOG] == "# Changelog\n\n## 1.0.0 (2026-12-01)\n\n- New.\n"
    assert out_of_step("1.0.0", written[CHANGELOG], tags={"v1.0.0"}, tags_here={"v1.0.0"}) == []
    with pytest.raises(ValueError, match="nothing waits for a release"):
        write(checkout, "1.0.1", DAY)
    assert files(checkout) == written


@pytest.mark.parametrize("version", ["", "v1.0.0", "1.0", "1.0.0-rc.1", "01.0.0", '1.0.0"', "1.0.0\n"])
def test_what_is_no_version(checkout: Path, version: str) -> None:
    """Nothing is written."""
    before = files(checkout)

    with pytest.raises(ValueError, match="must be like"):
        write(checkout, version, DAY)
    assert files(checkout) == before
