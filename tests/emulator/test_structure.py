"""The rules of the emulator's source tree that no linter checks."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.source_tree import SourceTree

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "emulator" / "flowservice_emulator"
LAYERS = (
    ("version", "names", "json_values", "clock", "choices", "settings"),
    ("http",),
    ("store", "faults"),
    ("service",),
    ("resources",),
    ("app",),
    ("control_client",),
    ("server", "dataset_option"),
    ("pytest_plugin", "__main__", "__init__"),
)
TREE = SourceTree(PACKAGE, LAYERS)


def test_every_entry_of_the_package_has_a_layer() -> None:
    """A new module or folder gets a place before it is used."""
    entries = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert entries == {name for names in LAYERS for name in names}


@pytest.mark.parametrize("source", TREE.sources, ids=TREE.name)
def test_a_module_imports_what_is_beside_or_below_it(source: Path) -> None:
    """No layer knows those above it."""
    assert TREE.imports_from_above(source) == set()


def test_imports_go_one_way() -> None:
    """No module leads back to itself, not even for its types."""
    order = TopologicalSorter({TREE.name(source): TREE.imports(source) for source in TREE.sources}).static_order()

    assert {"json_values", "app.routes"} <= set(order)


def test_json_objects_have_one_name() -> None:
    """`Json` is defined once, and every other module takes it from there."""
    definitions = [source.name for source in TREE.sources if "dict[str, Any]" in source.read_text()]

    assert definitions == ["control_client.py", "json_values.py"]


def test_the_license_is_that_of_the_repository() -> None:
    """A distribution can only hold files below its own folder, so there is a copy."""
    assert (ROOT / "emulator" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_no_file_of_tests_is_longer_than_four_hundred_lines() -> None:
    """Whoever looks for a test finds it."""
    folders = [ROOT / "tests" / name for name in ("emulator", "contract")]
    lengths = {path.name: len(path.read_text().splitlines()) for folder in folders for path in folder.glob("*.py")}

    assert [name for name, length in lengths.items() if length > 400] == []
