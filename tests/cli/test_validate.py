"""`pulumi-flowservice validate`, as a process of its own; the emulator is there to see that nobody asks it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.validate import annotation
from pulumi_flowservice.manifest.problems import Problem
from pulumi_flowservice.manifest.schema import json_schema

from tests.support.command import run
from tests.support.wrong_dataflows import SCHEDULE, flows

GITOPS = Path(__file__).parents[2] / "examples" / "gitops"
GOOD = "connections: {orders: {server: a, database: d, username: u, password: {config: k}, sandboxes: [dev]}}"
BAD = "connections:\n  orders:\n    server: a\n    database: d\n    username: u\n    password: hunter2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "connections.yaml").write_text(GOOD)
    return tmp_path


def test_a_good_file_passes_without_a_request(folder: Path, flowservice_emulator: Emulator) -> None:
    """Exit code 0, one line, and not even a token is asked for."""
    done = run(flowservice_emulator, "validate", "connections.yaml", folder=folder)

    assert (done.exit_code, done.stdout, done.stderr) == (0, "1 connection in 1 file: no problem\n", "")
    assert flowservice_emulator.log() == []


def test_dataflows_are_checked_too(folder: Path, flowservice_emulator: Emulator) -> None:
    """They are counted; a start that has passed is none of a file's problems, and a wrong schedule is."""
    (folder / "connections.yaml").write_text(flows(schedule="{every: 1 day, start: 2020-01-31T06:00:00Z}"))
    good = run(flowservice_emulator, "validate", "connections.yaml", folder=folder)
    (folder / "connections.yaml").write_text(flows(schedule="{every: 5 minutes}"))
    bad = run(flowservice_emulator, "validate", "connections.yaml", "--json", folder=folder)

    assert (good.exit_code, good.stdout) == (0, "2 connections and 1 dataflow in 1 file: no problem\n")
    [problem] = json.loads(bad.stdout)["problems"]
    assert (bad.exit_code, problem["line"], problem["field"]) == (1, SCHEDULE, "dataflows.orders.schedule.every")
    assert flowservice_emulator.log() == []


def test_problems_are_printed_with_file_and_line(folder: Path, flowservice_emulator: Emulator) -> None:
    """Exit code 1; the secret in clear is refused and not repeated."""
    (folder / "connections.yaml").write_text(BAD)

    done = run(flowservice_emulator, "validate", "connections.yaml", folder=folder)

    assert done.exit_code == 1
    assert done.stderr.startswith(
        "connections.yaml:6: connections.orders.password: is written in plain text; write {config"
    )
    assert "hunter2" not in done.stdout + done.stderr


def test_github_shows_annotations_on_the_line(folder: Path, flowservice_emulator: Emulator) -> None:
    """In GitHub Actions no option is needed."""
    (folder / "connections.yaml").write_text(BAD)

    done = run(
        flowservice_emulator, "validate", "connections.yaml", folder=folder, variables={"GITHUB_ACTIONS": "true"}
    )

    assert done.exit_code == 1
    assert "::error file=connections.yaml,line=6::connections.orders.password: is written in plain text" in done.stdout


def test_an_annotation_cannot_be_broken_out_of() -> None:
    """A file name with a comma or a newline stays one property."""
    problem = Problem("a,b:c\nd%.yaml", 3, "", "is empty", "write 100 %\n::warning::x")

    shown = annotation(problem)

    assert shown == "::error file=a%2Cb%3Ac%0Ad%25.yaml,line=3::is empty; write 100 %25%0A::warning::x"


def test_json_is_for_machines(folder: Path, flowservice_emulator: Emulator) -> None:
    """Each problem has its parts; the exit code is the same."""
    (folder / "connections.yaml").write_text(BAD)

    done = run(flowservice_emulator, "validate", "--json", "connections.yaml", folder=folder)

    [problem] = json.loads(done.stdout)["problems"]
    assert (done.exit_code, problem["line"], problem["field"]) == (1, 6, "connections.orders.password")


def test_a_sandbox_that_no_stack_serves_is_found(folder: Path, flowservice_emulator: Emulator) -> None:
    """The stack files beside the manifest tell, or the option does."""
    (folder / "Pulumi.prod.yaml").write_text("config:\n  flowservice:sandbox: prod\n")

    by_files = run(flowservice_emulator, "validate", "connections.yaml", folder=folder)
    by_option = run(flowservice_emulator, "validate", "connections.yaml", "--sandbox", "dev", folder=folder)

    assert by_files.exit_code == 1
    assert "connections.orders.sandboxes.0: an unknown sandbox; use one of: prod" in by_files.stderr
    assert by_option.exit_code == 0


def test_stack_files_that_are_no_use_are_answered(folder: Path, flowservice_emulator: Emulator) -> None:
    """One nested deeper than any manifest still tells its sandbox; a link to nowhere is a problem of its own."""
    deep = "".join(f"{' ' * level}k:\n" for level in range(4, 16))
    (folder / "Pulumi.dev.yaml").write_text(f"config:\n  other:\n{deep}  flowservice:sandbox: dev\n")
    well = run(flowservice_emulator, "validate", "connections.yaml", folder=folder)
    (folder / "Pulumi.prod.yaml").symlink_to("nowhere")
    dangling = run(flowservice_emulator, "validate", "connections.yaml", folder=folder)

    assert (well.exit_code, well.stderr) == (0, "")
    assert dangling.exit_code == 1
    assert dangling.stderr.startswith("Pulumi.prod.yaml:1: no such file or directory; check the path")


@pytest.mark.parametrize("path", ["pipe.yaml", "/dev/zero"])
def test_only_a_regular_file_is_read(path: str, folder: Path, flowservice_emulator: Emulator) -> None:
    """A pipe would be waited for, and a device has no end."""
    os.mkfifo(folder / "pipe.yaml")

    done = run(flowservice_emulator, "validate", path, folder=folder)

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{path}:1: is not a regular file; save it as one")


def test_letters_that_the_log_does_not_have_are_escaped(folder: Path, flowservice_emulator: Emulator) -> None:
    """In Latin-1, a name in another script shows as its numbers; nothing ends with a traceback."""
    (folder / "漢🚀.yaml").write_text(BAD)
    latin = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}

    done = [
        subprocess.run(
            [sys.executable, "-m", "pulumi_flowservice.cli", "validate", "漢🚀.yaml", "--format", shape],
            cwd=folder,
            env={"PATH": os.defpath, **latin},
            capture_output=True,
        )
        for shape in ("text", "json")
    ]

    assert [each.returncode for each in done] == [1, 1]
    assert done[0].stderr.startswith(rb"\u6f22\U0001f680.yaml:6: ")
    assert json.loads(done[1].stdout)["problems"][0]["file"] == "漢🚀.yaml"


def test_the_schema_for_editors_is_written(folder: Path, flowservice_emulator: Emulator) -> None:
    """Beside the file, over an older one, where the first line of the example expects it."""
    (folder / "connections.schema.json").write_text("{}")

    done = run(flowservice_emulator, "validate", "--write-schema", "connections.yaml", folder=folder)

    assert done.exit_code == 0, done.stderr
    assert json.loads((folder / "connections.schema.json").read_text()) == json_schema()
    first = (GITOPS / "connections.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=connections.schema.json"


def test_help_states_the_exit_codes(flowservice_emulator: Emulator) -> None:
    """A pipeline's author learns them without reading code; wrong arguments have their own."""
    told = run(flowservice_emulator, "validate", "--help")
    wrong = run(flowservice_emulator, "validate")

    assert "0 no problems; 1 there are problems; 2 wrong arguments" in told.stdout
    assert wrong.exit_code == 2
