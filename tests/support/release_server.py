"""A stand-in for the server of Pulumi's releases: a folder with an archive and a list of checksums."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import io
import platform
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tools.pulumi_cli.programs import PROGRAMS, VERSION


class Releases:
    """A web server with a folder of releases, as the official one has."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self.url = url
        machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
        self.archive = folder / f"pulumi-v{VERSION}-{platform.system().lower()}-{machine}.tar.gz"

    def publish(self, members: tuple[str, ...] = PROGRAMS) -> None:
        """Put an archive of tiny programs and its checksum on the server."""
        with tarfile.open(self.archive, "w:gz") as archive:
            for name in (*members, "pulumi-language-go", "../../outside"):
                content = b"#!/bin/sh\necho v%s\n" % VERSION.encode()
                member = tarfile.TarInfo(f"pulumi/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        self.state_checksum(hashlib.sha256(self.archive.read_bytes()).hexdigest())

    def state_checksum(self, checksum: str) -> None:
        """Publish a list of checksums with this one for the archive."""
        lines = [f"{'0' * 64}  pulumi-v{VERSION}-windows-x64.zip", f"{checksum}  {self.archive.name}", ""]
        (self._folder / f"pulumi-{VERSION}-checksums.txt").write_text("\n".join(lines))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Releases]:
    """Serve an empty folder of releases for as long as the block lasts."""
    folder.mkdir()
    with serve_files(folder) as url:
        yield Releases(folder, url)


@contextlib.contextmanager
def serve_files(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine for as long as the block lasts, and yield its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
