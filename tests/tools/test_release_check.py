"""What a release must be: built the same twice, and called the same in code, changelog and git."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from flowservice_emulator.version import __version__ as emulator_version
from pulumi_flowservice.version import __version__

from tests.support import clean_environment
from tools import plugin_archive, release_files
from tools.release_check import CHECKOUT, different, differing, named, out_of_step, tags

UNRELEASED = "# Changelog\n\n## Not released\n\n- New.\n\n"
RELEASED = "## 1.2.0 (2026-11-26)\n\n- Now.\n\n## 1.1.0 (2026-10-01)\n\n- Then.\n"


def test_version_changelog_and_tag_are_in_step() -> None:
    """Of this commit; a repository without tags is in step too."""
    changelog = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert out_of_step(__version__, changelog, tags=tags(), tags_here=tags("--points-at", "HEAD")) == []


def test_both_distributions_have_one_version() -> None:
    """They are released together."""
    assert emulator_version == __version__


@pytest.mark.parametrize(
    ("version", "changelog", "tags", "here", "told"),
    [
        ("1.2.0", UNRELEASED + RELEASED, {"v1.1.0", "v1.2.0"}, (), ""),
        ("1.2.0", RELEASED, {"v1.1.0", "v1.2.0"}, {"v1.2.0"}, ""),
        ("1.3.0", UNRELEASED + RELEASED, (), (), "newest version is not 1.3.0"),
        ("1.2.0", RELEASED, {"v1.0.0"}, (), "v1.0.0 is a tag"),
        ("1.2.0", RELEASED.replace("2026-11-26", "not released"), {"v1.2.0"}, (), "v1.2.0 is a tag"),
        ("1.2.0", RELEASED, {"v1.1.0"}, {"v1.1.0"}, "this commit is tagged v1.1.0"),
        ("1.2.0", UNRELEASED + RELEASED, {"v1.2.0"}, {"v1.2.0"}, "not released"),
    ],
)
def test_what_is_out_of_step_is_told(version: str, changelog: str, tags: set[str], here: set[str], told: str) -> None:
    """One contradiction, one line."""
    problems = out_of_step(version, changelog, tags=tags, tags_here=here)

    assert len(problems) == bool(told)
    assert all(told in problem for problem in problems)


def test_builds_that_differ_are_named(tmp_path: Path) -> None:
    """A file of other bytes, and one that only one build has."""
    for folder, files in (("first", {"same": "1", "other": "1", "more": "1"}), ("second", {"same": "1", "other": "2"})):
        (tmp_path / folder).mkdir()
        for name, content in files.items():
            (tmp_path / folder / name).write_text(content)

    found = different(tmp_path / "first", tmp_path / "second")

    assert [line.partition(":")[0] for line in found] == ["more", "other"]


@pytest.mark.long
def test_a_wheel_says_the_same_everywhere(tmp_path: Path) -> None:
    """Version, repository and address of plugins; another version in one place is told with the place."""
    said = named(clean_environment.build(tmp_path))
    wrong = {**said, "schema.json": ("0.0.9", *said["schema.json"][1:])}

    assert differing(__version__, said) == []
    [told] = differing(__version__, wrong)
    assert told.startswith("schema.json: says 0.0.9 ")


def test_the_archive_is_the_same_each_time(tmp_path: Path) -> None:
    """The names, users and times of this machine are not in it; the wheel is pinned by its hash."""
    wheel = tmp_path / "pulumi_flowservice-1.2.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    first = plugin_archive.pack(wheel)
    wheel.touch()

    assert first == plugin_archive.pack(wheel)
    with tarfile.open(fileobj=io.BytesIO(first)) as archive:
        members = {member.name: member for member in archive}
        required = archive.extractfile("requirements.txt")
        assert required is not None
        assert (
            f"./{wheel.name} \\\n    --hash=sha256:ba59926159d2aa256eb8739b8da7e2b574b960e1202c6d624cbe981cef996c91"
            in required.read().decode()
        )
    assert set(members) == {"PulumiPlugin.yaml", "__main__.py", "requirements.txt", wheel.name}
    assert {(each.uid, each.uname, each.mtime, each.mode) for each in members.values()} == {(0, "", 0, 0o644)}


@pytest.mark.long
def test_the_files_of_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has its checksum; the bill of materials is valid, complete, and the same each time."""
    requirements = CHECKOUT / "provider" / "requirements.txt"
    wheel = clean_environment.build(tmp_path / "wheel")

    release_files.collect(tmp_path / "dist" / "release", __version__, (wheel,))

    folder = tmp_path / "dist" / "release"
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "SHA256SUMS"}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == sums
    assert {name for name in files if name.startswith("pulumi-resource")} == {
        f"pulumi-resource-flowservice-v{__version__}-{system}-{machine}.tar.gz"
        for system in ("darwin", "linux", "windows")
        for machine in ("amd64", "arm64")
    }
    bill = json.loads(files["sbom.cdx.json"])
    listed = {f"{each['name']}=={each['version']}" for each in bill["components"]}
    assert listed == {line.partition(" ")[0] for line in release_files.pinned(requirements)}
    assert files["sbom.cdx.json"].decode() == release_files.bill_of_materials(__version__, requirements)
    assert "dist/release" in capsys.readouterr().out


def test_the_notes_are_those_of_the_version() -> None:
    """Or, before a release, what is not released yet."""
    assert release_files.notes("1.1.0", UNRELEASED + RELEASED) == "- Then.\n"
    assert release_files.notes("1.3.0", UNRELEASED + RELEASED) == "- New.\n"
