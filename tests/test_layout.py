"""The rules of the source tree that no linter checks."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.source_tree import SourceTree, parsed

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "provider" / "pulumi_flowservice"
EMULATOR = ROOT / "emulator" / "flowservice_emulator"
LAYERS = (
    ("version", "errors", "redaction"),
    ("settings",),
    ("api",),
    ("lifecycle",),
    ("resources",),
    ("lookups",),
    ("engine",),
    ("dynamic", "plugin"),
    ("sdk",),
    ("native",),
    ("manifest",),
    ("cli", "__init__"),
)
TREE = SourceTree(PACKAGE, LAYERS)
ADAPTERS = ("sdk", "dynamic", "plugin", "native", "manifest", "cli", "__init__")


def test_every_entry_of_the_package_has_a_layer() -> None:
    """The first screen of the package is its architecture: at most 16 modules and folders, each on one floor."""
    entries = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}

    assert {entry.removesuffix(".py") for entry in entries} - {"py.typed", "pulumi-plugin.json"} == {
        name for layer in LAYERS for name in layer
    }
    assert len(entries - {"py.typed", "pulumi-plugin.json"}) <= 16


@pytest.mark.parametrize("source", TREE.sources, ids=TREE.name)
def test_imports_go_one_way(source: Path) -> None:
    """A module imports what lies beside or below it."""
    assert TREE.imports_from_above(source) == set()


@pytest.mark.parametrize("folder", ["lifecycle", "api"])
def test_the_lifecycle_knows_no_connection(folder: str) -> None:
    """What is managed hands itself to the lifecycle; neither that nor the API's client asks for it, even for types."""
    sources = [source for source in TREE.sources if TREE.name(source).partition(".")[0] == folder]
    imported = {module for source in sources for module in TREE.imports(source)}

    assert len(sources) > 10
    assert {module for module in imported if module.partition(".")[0] == "resources"} == set()
    assert folder == "api" or not imported & {"api.connections", "api.flows"}


def test_no_module_imports_itself_in_a_circle() -> None:
    """Within a folder, too, there is an order, and types are no exception."""
    TopologicalSorter({TREE.name(source): TREE.imports(source) for source in TREE.sources}).prepare()


@pytest.mark.parametrize("source", TREE.sources, ids=TREE.name)
def test_pulumi_stays_in_the_adapters(source: Path) -> None:
    """Below the adapters nothing knows Pulumi."""
    tree = parsed(source)

    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}

    uses_pulumi = any(name.partition(".")[0] == "pulumi" for name in names)
    assert not uses_pulumi or TREE.name(source).partition(".")[0] in ADAPTERS


def test_provider_and_emulator_do_not_know_each_other() -> None:
    """The emulator is honest only if nothing of the provider is in it."""
    for package, other in ((PACKAGE, EMULATOR.name), (EMULATOR, PACKAGE.name)):
        for source in package.rglob("*.py"):
            tree = parsed(source)
            names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
            names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            assert not any(name.partition(".")[0] == other for name in names), source


def test_campaigns_use_helpers_of_the_tests() -> None:
    """And no test: what they share stays in the helpers."""
    imported = {
        node.module or ""
        for source in (ROOT / "campaigns").rglob("*.py")
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.ImportFrom)
    }

    of_tests = {name for name in imported if name.partition(".")[0] == "tests"}
    assert of_tests == {"tests.emulator.hostile", *(name for name in of_tests if name.startswith("tests.support."))}


def test_importing_the_package_loads_neither_requests_nor_pydantic() -> None:
    """The provider process starts with every command; those two take as long to import as Pulumi itself."""
    program = "import sys, pulumi_flowservice; print(*({'requests', 'pydantic'} & set(sys.modules)))"

    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert output.split() == []


def test_what_sends_requests_loads_no_pydantic() -> None:
    """A run that only deletes reads no object, so it needs no models."""
    modules = "pulumi_flowservice.api.sandbox, pulumi_flowservice.lifecycle.delete, pulumi_flowservice.resources.types"
    program = f"import sys, {modules}; print(*({{'requests', 'pydantic'}} & set(sys.modules)))"

    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert output.split() == ["requests"]


@pytest.mark.parametrize("folder, most", [("provider", 250), ("emulator", 250), ("tests", 400), ("campaigns", 400)])
def test_no_file_is_longer_than_a_screenful_of_scrolling(folder: str, most: int) -> None:
    """Small files: at most 250 lines each; 400 in tests and campaigns. Nobody scrolls through a generated one."""
    texts = {str(source.relative_to(ROOT)): source.read_text() for source in (ROOT / folder).rglob("*.py")}
    lengths = {name: len(text.splitlines()) for name, text in texts.items() if not text.startswith("# Generated by ")}

    assert {name: length for name, length in lengths.items() if length > most} == {}
