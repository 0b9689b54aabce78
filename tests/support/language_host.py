"""A language host that starts plugins in Python as Pulumi's own does, and can do nothing else.

The hosts that a module proxy for Go has are older than plugins from source. Like the newer ones, this one binds the
process that it starts to the engine's call, kills it with that, and waits for all who may write to its output.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

PROGRAM = """\
#!/bin/sh
exec '{python}' '{module}' "$@"
"""


def install(folder: Path) -> Path:
    """Put the host into `folder`, which is returned: as the first one of PATH, the engine finds it there."""
    folder.mkdir(parents=True)
    program = folder / "pulumi-language-python"
    program.write_text(PROGRAM.format(python=sys.executable, module=__file__))
    program.chmod(0o755)
    return folder


class _Host(language_pb2_grpc.LanguageRuntimeServicer):
    """The calls that an engine makes for a plugin."""

    def GetPluginInfo(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version="0.0.0")

    def InstallDependencies(self, request: Any, _context: grpc.ServicerContext) -> Iterator[Any]:
        """Make an environment in the plugin's folder. What is in its folder is installed; the rest comes from here."""
        folder = Path(request.info.program_directory)
        venv.create(folder / "venv", symlinks=True, system_site_packages=False)
        [packages] = folder.glob("venv/lib/python*/site-packages")
        lines = (folder / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
        own = [line.split()[0] for line in lines if line.startswith("./")]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(packages)]
        subprocess.run([*pip, *own], cwd=folder, check=True, stdout=sys.stderr)
        # After the environment's own packages, those of the tests: no network.
        (packages / "tests.pth").write_text(f"{Path(grpc.__file__).parents[1]}\n")
        yield language_pb2.InstallDependenciesResponse()

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        folder = Path(request.info.program_directory)
        own = folder / "venv" / "bin" / "python"
        command = [str(own if own.exists() else sys.executable), str(folder), *request.args]
        variables = dict(line.partition("=")[::2] for line in request.env)
        process = subprocess.Popen(command, cwd=request.pwd, env=variables or None, stdout=subprocess.PIPE)
        context.add_callback(process.kill)
        threading.Thread(target=process.wait, daemon=True).start()
        yield from (language_pb2.RunPluginResponse(stdout=line) for line in process.stdout or ())
        yield language_pb2.RunPluginResponse(exitcode=process.wait())


def main() -> None:
    """Serve until the engine ends this process."""
    # An interrupted engine interrupts it too: no traceback in the test's output.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = grpc.server(futures.ThreadPoolExecutor(16))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_Host(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - The engine reads it.
    server.wait_for_termination()


if __name__ == "__main__":
    main()
