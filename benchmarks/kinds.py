"""What nine kinds of connection cost, beside Redshift only; `python -m benchmarks.kinds`.

`adopt` of two sandboxes, one with connections of all kinds, and the start of a provider's process, beside that of a
copy of the package that has one kind. Both sides run in turns, and a ratio is of two runs that follow each other.
"""

from __future__ import annotations

import ast
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import pulumi_flowservice
from flowservice_emulator.control_client import EmulatorControl
from pulumi_flowservice import settings as configuration
from pulumi_flowservice.api.client import connect
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT

from benchmarks.api import emulator, requests_made
from benchmarks.measurements import Spread

COUNT = 200
REPETITIONS = 40
ONE_KIND = [REDSHIFT]
# Valid as a string, as a host name and as base64.
_VALUE = "YmVuY2htYXJr"
# A child tells its own peak: what the system tells its parent includes the parent's. The copies are on PYTHONPATH.
_PROVIDER = """
import time
from pulumi.dynamic import Config, ConfigureRequest
started = time.process_time()
from pulumi_flowservice.dynamic import RedshiftConnectionProvider
milliseconds = 1000 * (time.process_time() - started)
RedshiftConnectionProvider().configure(ConfigureRequest(Config({}, "benchmark")))
import pulumi_flowservice.api.client
with open("/proc/self/status") as status:
    [peak] = [int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")]
print(milliseconds, peak)
"""
Measure = Callable[[], Sequence[float]]


def main() -> None:
    """Print a table in Markdown."""
    print(f"| what | {len(KINDS)} kinds | Redshift only | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with emulator() as api:
            _fill(api, "dev", KINDS.values())
            _fill(api, "stage", ONE_KIND)
            for latency_ms in (0, 300):
                api.settings(latency_ms=latency_ms)
                sides = (lambda: _adopt(api, "dev", folder), lambda: _adopt(api, "stage", folder))
                what = f"adopt {COUNT}, answers after {latency_ms} ms"
                _compare((f"{what}: requests", f"{what}: seconds"), sides, REPETITIONS // 8)
        whole, cut = _copied(folder / "whole", KINDS.values()), _copied(folder / "cut", ONE_KIND)
        titles = ("import: milliseconds of processor time", "peak memory of the provider's process: MiB")
        _compare(titles, (lambda: _start(whole), lambda: _start(cut)), REPETITIONS)


def _compare(titles: Sequence[str], sides: tuple[Measure, Measure], repetitions: int) -> None:
    """Print a row for each value that both sides measure; the first turn fills caches and does not count."""
    turns = [(sides[0](), sides[1]()) for _ in range(repetitions + 1)][1:]
    for number, title in enumerate(titles):
        many, one = ([turn[side][number] for turn in turns] for side in (0, 1))
        spreads = (Spread.of(values) for values in (many, one, [a / b for a, b in zip(many, one, strict=True)]))
        cells = (f"{each.middle:.2f} ({each.least:.2f} to {each.most:.2f})" for each in spreads)
        print(f"| {title} | {' | '.join(cells)} |", flush=True)


def _fill(api: EmulatorControl, sandbox: str, kinds: Iterable[Kind]) -> None:
    """Make connections of these kinds, as many of each as of any other, in mixed order."""
    connections = connect(configuration.load(lambda key: None, api.environment)).connections(sandbox)

    def make(numbered: tuple[int, Kind]) -> object:
        number, kind = numbered
        way = kind.authentications[0]
        params = {param.name: _VALUE for param in way.params if param.is_required}
        auth = {"specName": way.spec_name, "params": params}
        spec = {"id": kind.spec_id, "version": kind.spec_version}
        return connections.create({"name": f"c-{number}", "auth": auth, "connectionSpec": spec})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(make, enumerate(islice(cycle(kinds), COUNT))))


def _adopt(api: EmulatorControl, sandbox: str, folder: Path) -> tuple[float, float]:
    """Write the entries of a whole sandbox; return requests, without those for a token, and seconds."""
    file = folder / "connections.yaml"
    file.unlink(missing_ok=True)
    api.clear_log()
    command = [sys.executable, "-m", "pulumi_flowservice.cli", "adopt", "--all", "--write", "--sandbox", sandbox]
    started = time.perf_counter()
    _run(command, folder, api.environment)
    seconds = time.perf_counter() - started
    if (written := file.read_text().count("adopt:")) != COUNT:
        raise RuntimeError(f"{written} of {COUNT} connections were written")
    return requests_made(api), seconds


def _start(copy: Path) -> list[float]:
    """Start a provider's process with a copy of the package until it can send a request."""
    return [float(word) for word in _run([sys.executable, "-c", _PROVIDER], copy, {"PYTHONPATH": str(copy)}).split()]


def _run(command: Sequence[str], folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _copied(folder: Path, kinds: Iterable[Kind]) -> Path:
    """Copy the package with these kinds; both copies go through the parser, so nothing else differs."""
    source = Path(pulumi_flowservice.__file__).parent
    package = folder / source.name
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    others = [kind for kind in KINDS.values() if kind not in kinds]
    cut = _Cut(
        name for kind in others for name in (kind.name, kind.name.upper(), kind.resource, f"{kind.resource}Provider")
    )
    for path in package.rglob("*.py"):
        if path.stem in cut.names:
            path.unlink()
        else:
            path.write_text(ast.unparse(cut.visit(ast.parse(path.read_text()))))
    # Where a variable forbids to write compiled files, each start would compile.
    compileall.compile_dir(package, quiet=1)
    return folder


class _Cut(ast.NodeTransformer):
    """Removes classes, imports and members of tuples and lists by their names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST | None:
        return None if node.name in self.names else self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if alias.name not in self.names]
        return node if node.names and node.module not in self.names else None

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        node.elts = [each for each in node.elts if not (isinstance(each, ast.Name) and each.id in self.names)]
        return self.generic_visit(node)


if __name__ == "__main__":
    main()
