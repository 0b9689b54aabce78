"""The rules of the emulator's source tree that no linter checks."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "provider" / "flowservice_emulator").glob("*.py"))


def imported(source: Path) -> set[str]:
    """The modules of this package that a module imports, anywhere in it."""
    nodes = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in nodes if node.level == 1]
    return {name for node in ours for name in ([node.module] if node.module else [alias.name for alias in node.names])}


def test_imports_go_one_way() -> None:
    """No module leads back to itself, not even for its types."""
    order = TopologicalSorter({source.stem: imported(source) for source in SOURCES}).static_order()

    assert {"json_values", "app"} <= set(order)


def test_json_objects_have_one_name() -> None:
    """`Json` is defined once, and every other module takes it from there."""
    definitions = [source.name for source in SOURCES if "dict[str, Any]" in source.read_text()]

    assert definitions == ["control_client.py", "json_values.py"]


def test_no_file_of_tests_is_longer_than_four_hundred_lines() -> None:
    """Whoever looks for a test finds it."""
    folders = [ROOT / "tests" / name for name in ("emulator", "contract")]
    lengths = {path.name: len(path.read_text().splitlines()) for folder in folders for path in folder.glob("*.py")}

    assert [name for name, length in lengths.items() if length > 400] == []
