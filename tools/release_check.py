"""`make release-check`: what would be released can be built again, installed, and does what the README says.

If all is well, it is in `dist/release`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi_flowservice.version import PLUGIN_ADDRESS, REPOSITORY, __version__

from tests.support.emulator_process import running
from tests.support.pulumi_stack import Stack
from tools import plugin_archive, pulumi_cli, release_files

CHECKOUT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Return 0 if all is well, 1 after saying what is not."""
    changelog = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    problems = out_of_step(__version__, changelog, tags=tags(), tags_here=tags("--points-at", "HEAD"))
    with tempfile.TemporaryDirectory(prefix="flowservice-release-") as name:
        provider, emulator = Path(name) / "provider", Path(name) / "emulator"
        problems += _build_twice(CHECKOUT, provider) + _build_twice(CHECKOUT / "emulator", emulator)
        problems += differing(__version__, named(_wheel(provider)))
        if not problems:
            problems += _try_out(_wheel(provider), _wheel(emulator), Path(name))
            problems += try_archive(plugin_archive.pack(_wheel(provider)), Path(name) / "plugin")
        if not problems:
            wheels = (_wheel(provider), _wheel(emulator))
            release_files.collect(CHECKOUT / "dist" / "release", __version__, wheels)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def out_of_step(version: str, changelog: str, *, tags: Collection[str], tags_here: Collection[str]) -> list[str]:
    """Return how version, changelog and git tags contradict each other. Pure."""
    headings = re.findall(r"^## (\S+)(?: \((.*)\))?$", changelog, re.M)
    numbered = {number: remark for number, remark in headings if re.match(r"\d", number)}
    problems = []
    if next(iter(numbered), "") != version:
        problems.append(f"CHANGELOG.md: its newest version is not {version}, as version.py says")
    for tag in sorted(tags):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", numbered.get(tag.removeprefix("v"), "")):
            problems.append(f"CHANGELOG.md: {tag} is a tag, but there is no heading `## {tag[1:]} (year-month-day)`")
    if tags_here and set(tags_here) != {f"v{version}"}:
        problems.append(f"git: this commit is tagged {', '.join(sorted(tags_here))}, but version.py says {version}")
    if tags_here and "## Not released" in changelog:
        problems.append("CHANGELOG.md: this commit has a tag, but also changes that are not released")
    return problems


def named(wheel: Path) -> dict[str, tuple[str, str, str]]:
    """Return version, repository and address of plugins by each place in a wheel that says them."""
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        about = archive.read(metadata).decode()
        schema = json.loads(archive.read("pulumi_flowservice/plugin/schema.json"))
        module: dict[str, str] = {}
        exec(archive.read("pulumi_flowservice/version.py"), module)  # noqa: S102 - Our own module, from our own wheel.
    version = re.findall(r"^Version: (.*)$", about, re.M)[0]
    repository = re.findall(r"^Project-URL: Repository, (.*)$", about, re.M)[0]
    return {
        "the wheel's metadata": (version, repository, module["PLUGIN_ADDRESS"]),
        "version.py": (module["__version__"], module["REPOSITORY"], module["PLUGIN_ADDRESS"]),
        "schema.json": (schema["version"], schema.get("repository", ""), schema["pluginDownloadURL"]),
    }


def differing(version: str, said: Mapping[str, tuple[str, str, str]]) -> list[str]:
    """Return which places say something else than the others: a program would ask for a plugin that is not there."""
    expected = (version, REPOSITORY, PLUGIN_ADDRESS)
    return [
        f"{place}: says {' '.join(found)}, not {' '.join(expected)}: run `make generate`"
        for place, found in said.items()
        if found != expected
    ]


def different(first: Path, second: Path) -> list[str]:
    """Return the files of two folders that are not the same byte by byte."""
    names = sorted({path.name for folder in (first, second) for path in folder.iterdir()})
    return [f"{name}: the second build is different" for name in names if _bytes(first / name) != _bytes(second / name)]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def tags(*options: str) -> list[str]:
    """Return git's tags of versions."""
    return _output("git", "tag", "--list", "v*", *options).split()


def _build_twice(source: Path, folder: Path) -> list[str]:
    """Build a distribution from the checkout and then from its source distribution; return how the builds differ."""
    first = _build(source, folder / "first")
    # From the source distribution alone, so that nothing can be missing in it.
    with tarfile.open(next(first.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "source", filter="data")
    second = _build(next((folder / "source").iterdir()), folder / "second")
    problems = different(first, second)
    if not problems:
        print(f"Built twice, byte by byte the same: {', '.join(sorted(path.name for path in first.iterdir()))}")
    return problems


def _wheel(folder: Path) -> Path:
    """Return the wheel of the first build."""
    return next((folder / "first").glob("*.whl"))


def _build(source: Path, target: Path) -> Path:
    """Build the source distribution and the wheel into `target`, which is returned."""
    _output(sys.executable, "-m", "hatchling", "build", "--directory", str(target), folder=source)
    return target


def _install(wheel: Path, environment: Path) -> Path:
    """Install a wheel as a user does, with what it requires today, into a new environment, which is returned."""
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    _output(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    return environment


def _try_out(wheel: Path, emulator_wheel: Path, folder: Path) -> list[str]:
    """Run the README's program with the wheel against the emulator's, each in an environment without the other."""
    environment = _install(wheel, folder / "environment")
    program = re.findall(r"```python\n(.*?)```", (CHECKOUT / "README.md").read_text(encoding="utf-8"), re.S)[0]
    command = _install(emulator_wheel, folder / "emulator-environment") / "bin" / "flowservice-emulator"
    # The test of a connection to a host that does not exist would fail.
    with running(str(command), "--connection-test", "pass") as emulator:
        stack = Stack(pulumi_cli.get(), folder / "stack", emulator.environment, python=environment)
        stack.configure({"server": "redshift.example.com"}, secret={"password": "made-up-password"})
        stack.write(program)
        done = stack.up()
        made = [connection["id"] for connection in emulator.connections()]
        if done.exit_code != 0 or [stack.outputs().get("connection")] != made:
            return [f"The README's program failed with {wheel.name}:\n{done.text}"]
    print(f"The README's program made its connection with {wheel.name} at {emulator_wheel.name}, each by itself.")
    return []


def try_archive(archive: bytes, folder: Path) -> list[str]:
    """Install the archive of the plugin as a language host does, and start it; return what is wrong."""
    folder.mkdir()
    packed = folder.with_suffix(".tar.gz")
    packed.write_bytes(archive)
    with tarfile.open(packed) as members:
        members.extractall(folder, filter="data")
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # With hashes for some requirements, pip wants them for all.
    subprocess.run([*pip, "-r", "requirements.txt"], cwd=folder, check=True, stdout=sys.stderr)
    with subprocess.Popen([python, str(folder)], stdout=subprocess.PIPE, text=True) as plugin:
        port = plugin.stdout.readline().strip() if plugin.stdout else ""
        told = _version(port) if port else "nothing"
        plugin.kill()
    if told != __version__:
        return [f"The plugin from the archive says that its version is {told}."]
    print(f"The archive of the plugin, {len(archive) // 1024} KB, was installed and started.")
    return []


def _version(port: str) -> str:
    """Return what the plugin at a port says that its version is."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        return str(stub.GetPluginInfo(empty_pb2.Empty(), timeout=60).version)


def _output(*command: str, folder: Path = CHECKOUT) -> str:
    """Run a command; its standard error goes to the terminal. Raises: CalledProcessError."""
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
