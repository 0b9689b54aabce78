"""The official release archive, verified against the checksums published beside it."""

from __future__ import annotations

import hashlib
import http.client
import platform
import shutil
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import IO

from tools.progress import Progress
from tools.pulumi_cli.programs import VERSION, Unavailable

RELEASES = f"https://github.com/pulumi/pulumi/releases/download/v{VERSION}"

# Of one connection or one read, not of the whole: a closed network is noticed soon, a slow one is waited for.
TIMEOUT_SECONDS = 10
BLOCK_BYTES = 1 << 20


def download(folder: Path, wanted: Collection[str], releases: str) -> None:
    """Put the wanted programs of the release into `folder`.

    Raises:
        Unavailable: no release for this machine, no answer, or not what the checksums promise.
    """
    archive_name = f"pulumi-v{VERSION}-{_platform()}.tar.gz"
    print(f"Pulumi CLI: downloading {releases}/{archive_name}", file=sys.stderr, flush=True)
    try:
        expected = _published_checksum(releases, archive_name)
        with tempfile.TemporaryFile(dir=folder) as archive:
            actual = _fetch(f"{releases}/{archive_name}", archive)
            if actual != expected:
                raise Unavailable(f"the archive's sha256 is {actual}, published is {expected}; nothing was installed.")
            archive.seek(0)
            _unpack(archive, folder, wanted)
    except (OSError, http.client.HTTPException, tarfile.TarError, EOFError) as error:
        raise Unavailable(f"no download from {releases} ({_reason(error)}).") from None


def _platform() -> str:
    """Return the release's name for this machine, such as `linux-x64`."""
    systems = {"Linux": "linux", "Darwin": "darwin"}
    machines = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
    try:
        return f"{systems[platform.system()]}-{machines[platform.machine()]}"
    except KeyError:
        raise Unavailable(f"no release for {platform.system()} on {platform.machine()}.") from None


def _published_checksum(releases: str, archive_name: str) -> str:
    """Return the sha256 that the release's list gives for the archive; its lines are `<sha256>  <file name>`."""
    with urllib.request.urlopen(f"{releases}/pulumi-{VERSION}-checksums.txt", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - The address is ours or given on the command line.
        lines = [line.split() for line in answer.read().decode(errors="replace").splitlines()]
    for line in lines:
        if line[1:] == [archive_name]:
            return str(line[0]).lower()
    raise Unavailable(f"{releases} publishes no checksum for {archive_name}.")


def _fetch(url: str, archive: IO[bytes]) -> str:
    """Copy the body of `url` to `archive` and return its sha256."""
    digest = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - As above.
        total = int(answer.headers.get("content-length") or 0) // BLOCK_BYTES
        with Progress("Downloading the Pulumi CLI", "MB", total=total) as progress:
            while block := answer.read(BLOCK_BYTES):
                digest.update(block)
                archive.write(block)
                progress.advance()
    return digest.hexdigest()


def _unpack(archive: IO[bytes], folder: Path, wanted: Collection[str]) -> None:
    """Write the wanted programs, and nothing else, whatever paths the archive names."""
    with tarfile.open(fileobj=archive, mode="r:gz") as members:
        for member in members:
            name = PurePosixPath(member.name).name
            content = members.extractfile(member) if name in wanted and member.isfile() else None
            if content is not None:
                target = folder / name
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)
                target.chmod(0o755)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP status {error.code}"
    return str(getattr(error, "reason", error)) or type(error).__name__
