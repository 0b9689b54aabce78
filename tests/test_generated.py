"""What programs import is generated from the kinds, their common properties and the settings."""

from __future__ import annotations

import inspect
from pathlib import Path

import pulumi_flowservice
import pytest
from pulumi_flowservice import native
from pulumi_flowservice.settings import SETTINGS

from tools.generate_sdk.__main__ import files

FILES = files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_generated_file_is_in_step(path: Path) -> None:
    """`make generate` writes it anew."""
    assert path.read_text(encoding="utf-8") == FILES[path]


def test_the_package_shows_what_it_exports() -> None:
    """And nothing else, so that an editor offers only that; each name leads to something described."""
    assert dir(pulumi_flowservice) == sorted(pulumi_flowservice.__all__)
    for name in set(pulumi_flowservice.__all__) - {"__version__"}:
        assert inspect.getdoc(getattr(pulumi_flowservice, name)), name
    with pytest.raises(AttributeError, match="has no attribute 'importlib_'"):
        pulumi_flowservice.importlib_  # noqa: B018


def test_an_explicit_provider_takes_every_setting() -> None:
    """By its name in Python, and with its description."""
    arguments = list(inspect.signature(native.Provider).parameters)

    assert arguments == ["resource_name", *(setting.name for setting in SETTINGS.values()), "opts"]
    assert all(f"    {name}: " in inspect.cleandoc(native.Provider.__doc__ or "") for name in arguments)
