"""Build the Pulumi CLI from source with Go.

`engine/`, `hosts/` and `yaml/` pin every module by checksum (go.mod, go.sum), so that what is built is the same
everywhere.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from tools.pulumi_cli.programs import VERSION, Unavailable
from tools.pulumi_cli.progress import Progress

GO = "1.25"
LAST_WORDS_BYTES = 1000

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
# Each script with its folder in the SDK.
SCRIPTS = {
    "pulumi-language-python-exec": "python/cmd",
    "pulumi-resource-pulumi-python": "python/dist",
    "pulumi-analyzer-policy-python": "python/dist",
}
LINKED_VERSION = {"pulumi": f" -X {SDK}/go/common/version.Version={VERSION}"}


def build(folder: Path, wanted: Collection[str]) -> None:
    """Build the wanted programs and put them into `folder`; about five minutes on two cores the first time.

    Raises:
        Unavailable: Go is missing or too old, or the build failed.
    """
    go = find_go()
    print(
        f"Pulumi CLI: building version {VERSION} with Go; takes some minutes the first time",
        file=sys.stderr,
        flush=True,
    )
    for name, (recipe, package) in PACKAGES.items():
        if name in wanted:
            compile_program(go, RECIPES / recipe, package, folder / name)
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


def compile_program(go: str, recipe: Path, package: str, target: Path) -> None:
    """Build a program that a recipe pins; `go build -v` names each package on standard error: count those lines.

    Raises:
        Unavailable: the build failed.
    """
    linker_flags = f"-s -w{LINKED_VERSION.get(target.name, '')}"
    command = [go, "build", "-v", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", linker_flags]
    with subprocess.Popen(
        [*command, "-o", str(target), package], cwd=recipe, env=_environment(), stderr=subprocess.PIPE
    ) as process:
        try:
            last_words = _watch(process, Progress(f"building {target.name}", "steps done"))
        except BaseException:
            # An interrupted build must not go on in the background.
            process.kill()
            raise
    if process.returncode != 0:
        raise Unavailable(f"`go build` of {target.name} failed: {last_words}")


def _watch(process: subprocess.Popen[bytes], progress: Progress) -> str:
    """Count the build's lines until it ends and return its last words.

    The linker says nothing for a minute, so the progress ticks without lines too.
    """
    output, tail = process.stderr, b""
    while output is not None:
        ready, _, _ = select.select([output], [], [], 1)
        if ready:
            chunk = os.read(output.fileno(), 65536)
            if not chunk:
                break
            tail = (tail + chunk)[-LAST_WORDS_BYTES:]
            progress.advance(chunk.count(b"\n"))
        progress.tick()
    return tail.decode(errors="replace").strip()
