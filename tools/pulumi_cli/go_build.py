"""Build the Pulumi CLI from source with Go.

`engine/`, `hosts/` and `yaml/` pin every module by checksum (go.mod, go.sum), so that what is built is the same
everywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path

from tools.output_lines import CommandError, output_lines
from tools.progress import Progress
from tools.pulumi_cli.programs import NEWEST, VERSION, Unavailable

GO = "1.25"
LAST_WORDS = 1000
# Go names each package that it compiles, while another one has failed, too.
PACKAGE = r"[\w./@+-]+"

# From this version on Go fetches the newer tool chain that a module asks for by itself.
OLDEST_GO = (1, 21)

RECIPES = Path(__file__).resolve().parent
SDK = "github.com/pulumi/pulumi/sdk/v3"
# Each program with the recipe that pins it, and its package.
PACKAGES = {
    "pulumi": ("engine", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
    "pulumi-language-python": ("hosts", f"{SDK}/python/cmd/pulumi-language-python"),
    "pulumi-language-nodejs": ("hosts", f"{SDK}/nodejs/cmd/pulumi-language-nodejs"),
    "pulumi-language-yaml": ("yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),
}
# How long the longest steps take.
FETCHING = "a minute at most"
MINUTES = {"pulumi": "2 to 4 min", "pulumi-language-yaml": "2 min"}
# Each script with its folder in the SDK.
SCRIPTS = {
    "pulumi-language-python-exec": "python/cmd",
    "pulumi-resource-pulumi-python": "python/dist",
    "pulumi-analyzer-policy-python": "python/dist",
}
# The version that an engine tells, by its recipe.
VERSIONS = {"engine": VERSION, "newest": NEWEST}


def build(folder: Path, wanted: Collection[str]) -> None:
    """Build the wanted programs and put them into `folder`; some minutes the first time.

    Raises:
        Unavailable: Go is missing or too old, or the build failed.
    """
    go = find_go()
    builds = [name for name in PACKAGES if name in wanted]
    for number, name in enumerate(builds, 1):
        recipe, package = PACKAGES[name]
        usually = f"{MINUTES[name]} on two processors, once" if name in MINUTES else ""
        compile_program(go, RECIPES / recipe, package, folder / name, f"{number} of {len(builds)}", usually)
    sources = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", SDK],
        cwd=RECIPES / "engine",
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    for name in wanted:
        if name in SCRIPTS:
            shutil.copyfile(Path(sources) / SCRIPTS[name] / name, folder / name)
            (folder / name).chmod(0o755)


def find_go() -> str:
    """Return the path of a Go that is new enough."""
    go = shutil.which("go")
    if go is None:
        raise Unavailable("no `go` on PATH.")
    answer = subprocess.run([go, "version"], capture_output=True, text=True).stdout
    match = re.search(r"go(\d+)\.(\d+)", answer)
    if not match or (int(match[1]), int(match[2])) < OLDEST_GO:
        raise Unavailable(f"Go {GO} or newer is needed, `go version` says: {answer.strip()}.")
    return go


def _environment() -> dict[str, str]:
    """Return our environment without what would change the result: a workspace, flags, C compilers."""
    kept = {name: value for name, value in os.environ.items() if name not in ("GOFLAGS", "GOOS", "GOARCH")}
    return {**kept, "GOWORK": "off", "CGO_ENABLED": "0"}


def compile_program(go: str, recipe: Path, package: str, target: Path, which: str = "", usually: str = "") -> None:
    """Build a program that a recipe pins; tell `which` of several it is, and how long it usually takes.

    Raises:
        Unavailable: the build failed.
    """
    name = f"{target.name} ({which})" if which else target.name
    version = VERSIONS.get(recipe.name)
    linker_flags = "-s -w" + (f" -X {SDK}/go/common/version.Version={version}" if version else "")
    options = ["-v", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", linker_flags]
    build = [*options, "-o", str(target), package]
    try:
        modules = len(re.findall(r"^\t.* v", (recipe / "go.mod").read_text(), re.M))
        with Progress(f"Fetching the modules of {name}", total=modules, usually=FETCHING, is_passing=True) as progress:
            packages = _plan([go, "build", "-n", *build], recipe, progress)
        with Progress(f"Building {name}", "packages", total=packages, usually=usually) as progress:
            # Then the linker says nothing for a while.
            for _ in output_lines([go, "build", *build], recipe, _environment(), routine=PACKAGE):
                progress.advance()
    except CommandError as failure:
        raise Unavailable(f"`go build` of {target.name} failed: {str(failure)[-LAST_WORDS:]}") from None


def _plan(command: Sequence[str], recipe: Path, progress: Progress) -> int:
    """Follow a build that only prints its commands; return how many packages it would compile."""
    packages = 0
    for line in output_lines(command, recipe, _environment()):
        if line.startswith("go: downloading "):
            progress.advance()
        # Before the commands of each package, a comment of three lines names it.
        packages += line == "#"
    return packages // 2
