"""The rules of the source tree that no linter checks."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROVIDER = Path(__file__).parent.parent / "provider"
# Each module imports from its own line and the lines above it, never from below.
LAYERS = (
    {"version", "clock", "errors", "envelopes", "redaction", "remedies", "wire", "lookup_results"},
    {"settings"},
    {"transport"},
    {"auth", "models", "refusals", "paging"},
    {"flow_service"},
    {"connection_type", "redshift"},
    {"versions", "changes", "ownership", "connection_test", "creation", "bulk_reads", "updates", "probation"},
    {"base_connection", "lookups", "adoption"},
    {"dynamic", "functions", "manifest"},
    {"__init__", "cli"},
)
# An exception that asks for the future: the package gives these names to programs, lazily.
ENGINE_MODULES = {"dynamic", "functions", "manifest", "__init__", "cli"}


def _modules() -> list[Path]:
    return sorted((PROVIDER / "pulumi_flowservice").glob("*.py"))


def _imported(source: Path) -> set[str]:
    """The modules of this package that a module imports, anywhere in it."""
    tree = ast.parse(source.read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1]
    named = {node.module.partition(".")[0] for node in nodes if node.module}
    return named | {alias.name for node in nodes if not node.module for alias in node.names}


def _layer(module: str) -> int:
    return next(depth for depth, names in enumerate(LAYERS) if module in names)


@pytest.mark.parametrize("source", _modules(), ids=lambda source: source.stem)
def test_imports_go_one_way(source: Path) -> None:
    """A module imports what lies beside or below it."""
    depth = _layer(source.stem)

    too_high = {module for module in _imported(source) if _layer(module) > depth}

    assert too_high == set()


@pytest.mark.parametrize("source", _modules(), ids=lambda source: source.stem)
def test_pulumi_stays_in_the_adapters(source: Path) -> None:
    """Below the adapters nothing knows Pulumi."""
    tree = ast.parse(source.read_text())

    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}

    uses_pulumi = any(name.partition(".")[0] == "pulumi" for name in names)
    assert not uses_pulumi or source.stem in ENGINE_MODULES


def test_provider_and_emulator_do_not_know_each_other() -> None:
    """The emulator is honest only if nothing of the provider is in it."""
    for package, other in (
        ("pulumi_flowservice", "flowservice_emulator"),
        ("flowservice_emulator", "pulumi_flowservice"),
    ):
        for source in (PROVIDER / package).rglob("*.py"):
            tree = ast.parse(source.read_text())
            names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
            names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            assert not any(name.partition(".")[0] == other for name in names), source


def test_importing_the_package_loads_neither_requests_nor_pydantic() -> None:
    """The provider process starts with every command; those two take as long to import as Pulumi itself."""
    program = "import sys, pulumi_flowservice; print(*({'requests', 'pydantic'} & set(sys.modules)))"

    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert output.split() == []


def test_no_file_is_longer_than_a_screenful_of_scrolling() -> None:
    """Small files: at most 250 lines each."""
    sources = [
        source
        for package in ("pulumi_flowservice", "flowservice_emulator")
        for source in (PROVIDER / package).rglob("*.py")
    ]

    too_long = {source.name: length for source in sources if (length := len(source.read_text().splitlines())) > 250}

    assert too_long == {}
