"""The SDKs that are generated from the schema, with the programs that it shows as examples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi_flowservice.plugin import SCHEMA
from pulumi_flowservice.plugin.examples import program
from pulumi_flowservice.plugin.languages import GO_PATH
from pulumi_flowservice.resources.types import TYPES
from pulumi_flowservice.version import __version__

from tools import node_packages
from tools.pulumi_cli import go_build

RECIPE = Path(__file__).parents[2] / "tools" / "sdk"
OURS = Path(__file__).parents[2] / "provider" / "pulumi_flowservice_native.py"
pytestmark = pytest.mark.long


def run(command: list[str], folder: Path, **variables: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    environment = {**os.environ, "GOWORK": "off", "CGO_ENABLED": "0", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def generate(language: str, folder: Path) -> Path:
    """Generate the SDK for a language into a folder, which is returned."""
    run([go_build.find_go(), "run", "-mod=readonly", "-trimpath", ".", language, str(SCHEMA), str(folder)], RECIPE)
    return folder


def test_typescript(tmp_path: Path) -> None:
    """The strict compiler accepts it, and each example; `get` takes the sandbox, an enum accepts its strings alone."""
    generate("nodejs", tmp_path / "sdk")
    (tmp_path / "node_modules").symlink_to(node_packages.get())
    for each in TYPES.values():
        (tmp_path / f"{each.resource}.ts").write_text(program(each, "typescript"))
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "target": "es2020",
        "module": "commonjs",
        "moduleResolution": "node",
        "baseUrl": ".",
        "paths": {"flowservice": ["./sdk"]},
        "types": ["node"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["*.ts"]}))
    (tmp_path / "more.ts").write_text(
        'import * as flowservice from "flowservice";\n'
        'flowservice.RedshiftConnection.get("there", "id", { sandbox: "dev" });\n'
        'const given = { server: "s", database: "d", username: "u" };\n'
        'new flowservice.RedshiftConnection("a", { ...given, connectionTest: "warn", credentialsVersion: "2" });\n'
        "// @ts-expect-error\n"
        'new flowservice.RedshiftConnection("b", { ...given, connectionTest: "sometimes" });\n'
    )

    run([str(node_packages.NODE), "node_modules/typescript/bin/tsc"], tmp_path)


def test_python(tmp_path: Path) -> None:
    """It is imported, although this distribution has a module of its name; each example is a program."""
    folder = generate("python", tmp_path)
    (folder / OURS.name).write_text(OURS.read_text())
    # What an installation of it would have, too: it reads its own version.
    about = folder / f"pulumi_flowservice_native-{__version__}.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text(f"Metadata-Version: 2.1\nName: pulumi_flowservice_native\nVersion: {__version__}\n")
    names = ", ".join(sorted(TYPES))
    more = (
        f"import inspect; from pulumi_flowservice_native import {names}, ConnectionTest, Provider, get_tables; "
        "print(inspect.getsourcefile(Provider), ConnectionTest.WARN.value, "
        "'sandbox' in inspect.signature(RedshiftConnection.get).parameters)"
    )

    told = run([sys.executable, "-W", "error", "-c", more], tmp_path, PYTHONPATH=str(folder)).split()

    assert told == [str(folder / "pulumi_flowservice_native" / "provider.py"), "warn", "True"]
    for each in TYPES.values():
        compile(program(each, "python"), each.resource, "exec")


def test_go(tmp_path: Path) -> None:
    """It is built together with a program for each example."""
    generate("go", tmp_path / "go")
    # The modules of the generator hold all that the SDK needs, so nothing more is fetched.
    recipe = (RECIPE / "go.mod").read_text()
    (tmp_path / "go" / "go.mod").write_text(recipe.replace("module sdk", f"module {GO_PATH.rpartition('/')[0]}"))
    (tmp_path / "go" / "go.sum").write_text((RECIPE / "go.sum").read_text())
    for each in TYPES.values():
        (tmp_path / "go" / "examples" / each.resource).mkdir(parents=True)
        (tmp_path / "go" / "examples" / each.resource / "main.go").write_text(program(each, "go"))

    run([go_build.find_go(), "build", "-mod=mod", "-trimpath", "-o", os.devnull, "./..."], tmp_path / "go")
