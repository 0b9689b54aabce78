"""The native plugin as one archive, the same bytes for every system: the engine installs it with what it requires."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = CHECKOUT / "provider"
SYSTEMS = tuple(f"{system}-{machine}" for system in ("darwin", "linux", "windows") for machine in ("amd64", "arm64"))


def name(version: str, system: str) -> str:
    """Return the name under which the engine asks for it on a system, such as `linux-amd64`."""
    return f"pulumi-resource-flowservice-v{version}-{system}.tar.gz"


def pack(wheel: Path) -> bytes:
    """Return the archive with this wheel, whose hash is pinned like those of all that it requires."""
    content = wheel.read_bytes()
    own = f"./{wheel.name} \\\n    --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"
    files = {name: (FOLDER / name).read_bytes() for name in ("PulumiPlugin.yaml", "__main__.py")}
    files["requirements.txt"] = (FOLDER / "requirements.txt").read_bytes() + own.encode()
    files[wheel.name] = content
    packed = io.BytesIO()
    # Without the time of today, and without the name and the user of this machine.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for each, data in sorted(files.items()):
            entry = tarfile.TarInfo(each)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()
