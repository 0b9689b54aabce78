"""The three ways to a Pulumi CLI, tried against stand-ins: no network, no compiler."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.release_server import Releases, serve
from tools import pulumi_cli
from tools.pulumi_cli import go_build, newest_engine
from tools.pulumi_cli.programs import FOR_PYTHON, LANGUAGE_HOSTS, NEWEST, PROGRAMS, VERSION

CLOSED = "http://127.0.0.1:1"


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    """A stand-in for the release server."""
    with serve(tmp_path / "releases") as server:
        yield server


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """Where the CLI would be installed."""
    return tmp_path / "checkout" / ".tools" / "pulumi"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it: an empty folder is all of PATH, and the home folder is empty."""
    folder = tmp_path / "machine"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    return folder


def put_program(path: Path, script: str) -> None:
    """Make an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def put_cli(folder: Path, script: str, hosts: tuple[str, ...] = LANGUAGE_HOSTS) -> None:
    """Make a `pulumi` of this script, with these language hosts."""
    put_program(folder / "pulumi", script)
    for host in hosts:
        put_program(folder / host, "")


def left_in(installation: Path) -> list[str]:
    """List what a run left beside the installation, apart from the lock."""
    return sorted(path.name for path in installation.parent.iterdir() if path.name != "lock")


def test_a_cli_on_path_with_its_language_hosts_is_taken(machine: Path, installation: Path) -> None:
    """The first way needs no network and installs nothing."""
    put_cli(machine, "echo v3.180.0")

    found = pulumi_cli.get(installation, CLOSED)

    assert (found.executable, found.version) == (machine / "pulumi", "3.180.0")
    assert not installation.exists()


def test_a_cli_in_pulumis_own_folder_is_taken(
    tmp_path: Path, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulumi's installer puts it there, and not every shell has that folder on PATH."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi-home"))
    put_cli(tmp_path / "pulumi-home" / "bin", "echo v3.180.0")

    found = pulumi_cli.get(installation, CLOSED)

    assert found.executable == tmp_path / "pulumi-home" / "bin" / "pulumi"
    assert found.search_path.startswith(str(tmp_path / "pulumi-home" / "bin"))


@pytest.mark.parametrize(
    ("script", "hosts"),
    [
        ("echo v3.180.0", LANGUAGE_HOSTS[:-1]),
        ("echo v2.25.0", LANGUAGE_HOSTS),
        ("exit 1", LANGUAGE_HOSTS),
        ("echo hello", LANGUAGE_HOSTS),
    ],
    ids=["a language host is missing", "too old", "broken", "something else"],
)
def test_an_unusable_cli_on_path_is_passed_over(
    machine: Path, installation: Path, releases: Releases, script: str, hosts: tuple[str, ...]
) -> None:
    """What cannot run the programs of our languages is as good as absent."""
    put_cli(machine, script, hosts)
    releases.publish()

    assert pulumi_cli.get(installation, releases.url).way == "official release"


def test_the_release_is_installed_once(installation: Path, releases: Releases) -> None:
    """The second run finds it without asking the server."""
    releases.publish()

    first = pulumi_cli.get(installation, releases.url)
    second = pulumi_cli.get(installation, CLOSED)

    assert first.executable == second.executable == installation / "bin" / "pulumi"
    assert (first.version, second.version) == (VERSION, VERSION)
    assert sorted(path.name for path in (installation / "bin").iterdir()) == sorted(PROGRAMS)


def test_an_installation_of_another_version_is_replaced(installation: Path, releases: Releases) -> None:
    """After the pinned version was raised, the next run takes the new one."""
    releases.publish()
    pulumi_cli.get(installation, releases.url)
    (installation / "version").write_text("3.1.0")

    assert pulumi_cli.get(installation, releases.url).way == "official release"


def test_an_installation_is_completed_in_place(installation: Path, releases: Releases) -> None:
    """A program that an earlier version of these tools did not install is added; the others stay untouched."""
    releases.publish()
    pulumi_cli.get(installation, releases.url)
    engine = (installation / "bin" / "pulumi").stat()
    (installation / "bin" / "pulumi-language-yaml").unlink()

    completed = pulumi_cli.get(installation, releases.url)

    assert completed.way == "official release"
    assert sorted(path.name for path in (installation / "bin").iterdir()) == sorted(PROGRAMS)
    assert (installation / "bin" / "pulumi").stat() == engine
    assert left_in(installation) == ["pulumi"]
    assert pulumi_cli.get(installation, CLOSED).way == "installed earlier"


def test_a_program_in_python_needs_the_host_of_python_only(machine: Path, installation: Path) -> None:
    """A CLI of the machine without the other hosts is enough for it."""
    put_cli(machine, "echo v3.180.0", LANGUAGE_HOSTS[:1])

    found = pulumi_cli.get(installation, CLOSED, FOR_PYTHON)

    assert found.way == "found on this machine"


def test_a_wrong_checksum_installs_nothing(installation: Path, releases: Releases) -> None:
    """An archive that is not the published one is thrown away, and the text says so."""
    releases.publish()
    releases.state_checksum("f" * 64)

    with pytest.raises(pulumi_cli.Unavailable, match="published is ffff"):
        pulumi_cli.get(installation, releases.url)

    assert left_in(installation) == []


def test_a_truncated_archive_installs_nothing(installation: Path, releases: Releases) -> None:
    """A download that broke off has another checksum."""
    releases.publish()
    releases.archive.write_bytes(releases.archive.read_bytes()[:100])

    with pytest.raises(pulumi_cli.Unavailable, match="sha256"):
        pulumi_cli.get(installation, releases.url)

    assert left_in(installation) == []


def test_an_archive_without_the_language_host_installs_nothing(installation: Path, releases: Releases) -> None:
    """What is in the archive is looked at before it counts as installed."""
    releases.publish(("pulumi",))

    with pytest.raises(pulumi_cli.Unavailable, match="pulumi-language-python"):
        pulumi_cli.get(installation, releases.url)

    assert left_in(installation) == []


def test_leftovers_of_a_killed_run_are_removed(installation: Path, releases: Releases) -> None:
    """A run that was killed half way leaves a folder that nobody takes for an installation."""
    (installation.parent / "unfinished-killed").mkdir(parents=True)
    releases.publish()

    pulumi_cli.get(installation, releases.url)

    assert left_in(installation) == ["pulumi"]


def test_a_machine_that_can_do_nothing_gets_one_paragraph(installation: Path, releases: Releases) -> None:
    """No CLI, no release (404), no Go: the text names each and what to install."""
    with pytest.raises(pulumi_cli.Unavailable) as raised:
        pulumi_cli.get(installation, releases.url)

    text = str(raised.value)
    assert "\n" not in text
    for part in ("HTTP status 404", "no `go` on PATH", "https://www.pulumi.com/docs/install/", "PULUMI_RELEASES="):
        assert part in text


def test_go_builds_where_the_release_is_out_of_reach(machine: Path, tmp_path: Path, installation: Path) -> None:
    """The third way: engine and hosts are compiled, the scripts come from the SDK's sources."""
    for name, folder in go_build.SCRIPTS.items():
        put_program(tmp_path / "sdk" / folder / name, "")
    put_program(machine / "go", STAND_IN_FOR_GO.format(sdk=tmp_path / "sdk", version=VERSION))

    found = pulumi_cli.get(installation, CLOSED)

    assert (found.way, found.version) == ("built with Go", VERSION)
    assert sorted(path.name for path in (installation / "bin").iterdir()) == sorted(PROGRAMS)


def test_a_failed_build_says_what_the_compiler_said(machine: Path, installation: Path) -> None:
    """Its words are in the text, though packages that it compiled meanwhile are named after them; nothing is left."""
    packages = " ".join(f"example.com/package/{number}" for number in range(30))
    put_program(
        machine / "go",
        f'[ "$1" = version ] && echo go1.25.0 && exit; [ "$2" = -n ] && exit\n'
        f'echo "dial tcp: refused" >&2; for each in {packages}; do echo "$each" >&2; done; exit 1',
    )

    with pytest.raises(pulumi_cli.Unavailable, match="dial tcp: refused"):
        pulumi_cli.get(installation, CLOSED)

    assert left_in(installation) == []


def test_an_old_go_is_named(machine: Path, installation: Path) -> None:
    """The text tells the version found and the one needed."""
    put_program(machine / "go", "echo go version go1.19.8 linux/amd64")

    with pytest.raises(pulumi_cli.Unavailable, match=r"Go 1\.25 or newer is needed.*go1\.19\.8"):
        pulumi_cli.get(installation, CLOSED)


STAND_IN_FOR_GO = """
case "$1" in
version) echo go version go1.25.1 linux/amd64 ;;
list) echo {sdk} ;;
build)
  [ "$2" = -n ] && echo '# example.com/compiled' && exit
  while [ "$1" != -o ]; do shift; done
  echo compiling >&2
  printf '#!/bin/sh\\necho v{version}\\n' > "$2"
  PATH=/bin:/usr/bin chmod 755 "$2"
  ;;
esac
"""


def test_the_newest_engine_is_built_once(installation: Path) -> None:
    """What an earlier run has built is taken; there is no Go on this machine."""
    put_cli(installation / "bin", f"echo v{NEWEST}")

    assert newest_engine.install(installation) == installation / "bin"
