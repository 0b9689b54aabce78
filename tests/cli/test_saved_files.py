"""What `adopt --write` leaves behind when the disk is full, a link is laid out, or somebody else saves the file."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.adopted_entries import EntriesFile
from pulumi_flowservice.cli.saved_file import save
from pulumi_flowservice.errors import FlowServiceError

from tests.support.command import run
from tests.support.connections import make

OURS = "connections: {}\n"
LINE = ("adopt", "--all", "--write")


def test_a_link_in_the_way_of_a_temporary_file_is_not_followed(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Whoever may write into the folder cannot make the command write elsewhere."""
    (tmp_path / "connections.yaml").write_text(OURS)
    (tmp_path / "elsewhere").write_text("theirs")
    (tmp_path / ".connections.yaml.new").symlink_to("elsewhere")
    make(flowservice_emulator, "orders")

    done = run(flowservice_emulator, *LINE, folder=tmp_path)

    assert done.exit_code == 0
    assert (tmp_path / "elsewhere").read_text() == "theirs"
    assert "orders" in (tmp_path / "connections.yaml").read_text()


def test_the_file_stays_what_it_was(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Its mode stays, a link to it stays a link, and no other file is left in the folder."""
    (tmp_path / "shared").mkdir()
    file = tmp_path / "shared" / "ours.yaml"
    file.write_text(OURS)
    file.chmod(0o640)
    (tmp_path / "connections.yaml").symlink_to("shared/ours.yaml")
    make(flowservice_emulator, "orders")

    done = run(flowservice_emulator, *LINE, folder=tmp_path)

    assert done.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o640 and "orders" in file.read_text()
    assert (tmp_path / "connections.yaml").is_symlink()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["connections.yaml", "ours.yaml", "shared"]


@pytest.mark.long
@pytest.mark.parametrize("before", [None, OURS], ids=["new", "existing"])
@pytest.mark.parametrize("form", ["yaml", "import"])
def test_a_full_disk_loses_nothing(
    form: str, before: str | None, flowservice_emulator: Emulator, tmp_path: Path
) -> None:
    """The error says that nothing was written; no half of a file is left, neither in its place nor beside it."""
    name = {"yaml": "connections.yaml", "import": "import.json"}[form]
    content = None if before is None else before if form == "yaml" else '{"resources": []}\n'
    if content is not None:
        (tmp_path / name).write_text(content)
    make(flowservice_emulator, "orders")
    # No process below this shell can write a single byte into a file.
    command = [shutil.which("sh") or "", "-c", 'ulimit -f 0; exec "$@"', "sh"]

    done = subprocess.run(
        [*command, sys.executable, "-m", "pulumi_flowservice.cli", *LINE, "--format", form],
        cwd=tmp_path,
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", **flowservice_emulator.environment},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert f"{name} cannot be written: File too large; nothing was written" in done.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == ([(name, content)] if content else [])


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [(OURS, "# Ours, and a second thought\n" + OURS), (OURS, None), (None, OURS)],
    ids=["saved", "removed", "created"],
)
def test_what_others_saved_meanwhile_is_kept(tmp_path: Path, before: str | None, meanwhile: str | None) -> None:
    """The file is written only if it is as it was read; otherwise the error says that nothing was."""
    path = tmp_path / "connections.yaml"
    if before is not None:
        path.write_text(before)
    target = EntriesFile(path)
    path.unlink(missing_ok=True)
    if meanwhile is not None:
        path.write_text(meanwhile)

    with pytest.raises(FlowServiceError, match=r"was changed by somebody else .* nothing was written. Run the command"):
        save(path, b"connections: {a: {}}", target.before)

    assert [each.read_text() for each in tmp_path.iterdir()] == ([meanwhile] if meanwhile else [])


def test_of_two_that_create_the_file_one_wins(tmp_path: Path) -> None:
    """A file that has just been created is never replaced."""
    path = tmp_path / "connections.yaml"

    with ThreadPoolExecutor(8) as pool:
        tried = [pool.submit(save, path, str(number).encode(), None) for number in range(8)]
    failed = [each.exception() for each in tried]

    assert [each for each in failed if each is not None and not isinstance(each, FlowServiceError)] == []
    assert failed.count(None) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["connections.yaml"]
