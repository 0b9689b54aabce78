"""`make address`: one command for a home, a fork or a mirror."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest
from pulumi_flowservice.version import REPOSITORY

from tools.address import CHECKOUT, PROJECT, VERSION, write

HOME = "https://git.example.com/data/pulumi-flowservice"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the files that have the addresses."""
    for name in (VERSION, PROJECT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    return tmp_path


def addresses(checkout: Path) -> tuple[str, str, str]:
    """Return the repository by both files, and the address of plugins."""
    module = runpy.run_path(str(checkout / VERSION))
    [repository] = re.findall(r'^Repository = "(.*)"$', (checkout / PROJECT).read_text(encoding="utf-8"), re.M)
    return module["REPOSITORY"], repository, module["PLUGIN_ADDRESS"]


def test_a_home_and_a_mirror(checkout: Path) -> None:
    """Plugins come from the repository's tags, or from what is named. It can be set again."""
    write(checkout, HOME)
    assert addresses(checkout) == (HOME, HOME, "git://git.example.com/data/pulumi-flowservice/provider")
    write(checkout, HOME, "https://files.example.com/pulumi/v${VERSION}")
    assert addresses(checkout) == (HOME, HOME, "https://files.example.com/pulumi/v${VERSION}")


@pytest.mark.parametrize(
    ("repository", "plugins"),
    [
        ("", ""),
        ("http://git.example.com/data/flow", ""),
        ("https://git.example.com:8443/data/flow", ""),
        ("https://me:secret@git.example.com/data/flow", ""),
        ("https://git.example.com/data/flow.git", ""),
        ("https://git.example.com", ""),
        (HOME, "files.example.com"),
        (HOME, "https://me:secret@files.example.com"),
        (HOME, 'https://files.example.com/"'),
    ],
)
def test_what_is_refused(checkout: Path, repository: str, plugins: str) -> None:
    """Nothing is written, and no secret is echoed."""
    with pytest.raises(ValueError) as refused:
        write(checkout, repository, plugins)

    assert "secret" not in str(refused.value)
    assert addresses(checkout) == (REPOSITORY, REPOSITORY, runpy.run_path(str(CHECKOUT / VERSION))["PLUGIN_ADDRESS"])
