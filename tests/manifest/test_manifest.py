"""Manifests: what is read, and every way in which a file can be wrong, with its line and without its values."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest
from pulumi_flowservice.manifest.content import Manifest, SecretReference
from pulumi_flowservice.manifest.problems import ManifestError, Problem
from pulumi_flowservice.manifest.reader import read, served_sandboxes
from pulumi_flowservice.manifest.schema import json_schema

from tests.support.wrong_manifests import ENTRY, WRONG

SECRET = "hunter2"
GOOD = """\
sandboxes:
  dev: {server: dev.example.com}
  prod: {server: prod.example.com, port: 5440}
defaults:
  database: analytics
  port: 5439
connections:
  orders:
    username: loader
    password: {config: ordersPassword}
  billing:
    username: loader
    password: {env: BILLING_PASSWORD}
    schema: public
    sandboxes: [prod]
    previously: invoices
    overrides:
      prod: {username: billing, connectionTest: off}
"""


def load(tmp_path: Path, text: str | bytes, **options: list[str]) -> Manifest:
    path = tmp_path / "connections.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, **options)[0]


def problems(tmp_path: Path, text: str | bytes, **options: list[str]) -> list[Problem]:
    with pytest.raises(ManifestError) as raised:
        load(tmp_path, text, **options)
    assert SECRET not in str(raised.value)
    assert SECRET not in repr(raised.value.problems)
    return list(raised.value.problems)


def test_own_values_come_before_the_sandboxes_and_these_before_the_defaults(tmp_path: Path) -> None:
    """An entry inherits what it does not say itself, and a sandbox of its own says the last word."""
    manifest = load(tmp_path, GOOD)

    orders = [manifest.settled("orders", name).inputs for name in ("dev", "prod")]
    billing = manifest.settled("billing", "prod").inputs

    assert [(each["server"], each["port"]) for each in orders] == [
        ("dev.example.com", 5439),
        ("prod.example.com", 5440),
    ]
    assert (billing["username"], billing["connectionTest"], billing["database"]) == ("billing", "off", "analytics")
    assert billing["password"] == SecretReference(env="BILLING_PASSWORD")


def test_an_entry_goes_to_the_sandboxes_it_names_or_to_all(tmp_path: Path) -> None:
    """Without `sandboxes` an entry belongs to every stack."""
    manifest = load(tmp_path, GOOD)

    goes = {
        name: [sandbox for sandbox in ("dev", "prod") if manifest.goes_to(name, sandbox)]
        for name in manifest.connections
    }

    assert goes == {"orders": ["dev", "prod"], "billing": ["prod"]}


def test_an_adopted_connection_needs_no_password(tmp_path: Path) -> None:
    """The entries that `pulumi-flowservice adopt` writes leave the password out."""
    text = "connections: {orders: {server: a, database: d, username: u, adopt: some-id, retainOnDelete: true}}"

    settled = load(tmp_path, text).settled("orders", "dev")

    assert (settled.inputs["adopt"], settled.options) == ("some-id", {"retainOnDelete": True})
    assert "password" not in settled.inputs


def test_existing_connections_of_one_name_can_be_adopted(tmp_path: Path) -> None:
    """Flow Service does not keep names unique, and adopting changes nothing; new ones get names of their own."""
    entries = [f"  c{i}: {{server: a, database: d, username: u, name: Orders, adopt: id-{i}}}\n" for i in range(2)]

    manifest = load(tmp_path, "connections:\n" + "".join(entries))

    assert [entry["name"] for entry in manifest.connections.values()] == ["Orders", "Orders"]


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_line_field_and_remedy(tmp_path: Path, case: str) -> None:
    """The problem is named on its line; no value of the file is in it."""
    text, line, field, said = WRONG[case]

    found = problems(tmp_path, text)

    matching = [each for each in found if each.line == line and f"{each.what}; {each.remedy}".find(said) >= 0]
    assert matching, [str(each) for each in found]
    assert field in {each.field for each in matching} or field == ""
    assert all(each.remedy for each in found)


def test_all_problems_come_at_once_and_in_the_order_of_lines(tmp_path: Path) -> None:
    """One run tells everything that is to be mended."""
    text = "connections:\n  a: {server: http://x, database: d, pasword: hunter2}\n  b: {port: 0}\n  c: 5\n"

    found = problems(tmp_path, text)

    assert [(each.line, each.field) for each in found] == [
        (2, "connections.a.pasword"),
        (2, "connections.a.server"),
        (3, "connections.b.port"),
        (4, "connections.c"),
    ]


def test_a_number_in_another_form_is_one_problem(tmp_path: Path) -> None:
    """Whatever key it has, and not also a missing value or a wrong port; a quoted one is a string."""
    lines = ("server: s", "database: '012'", "username: 0x1f", "port: 1:30:39", "password: {config: k}")

    found = problems(tmp_path, "connections:\n  a:\n    " + "\n    ".join(lines))

    assert [(each.line, each.field) for each in found] == [(5, "connections.a.username"), (6, "connections.a.port")]


def test_stacks_tell_which_sandboxes_are_served(tmp_path: Path) -> None:
    """A sandbox that no stack file beside the manifest sets is refused, declared or used."""
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  flowservice:sandbox: dev\n")
    (tmp_path / "Pulumi.live.yaml").write_text("config: {flowservice:sandbox: prod}\n")
    deep = "".join(f"{' ' * level}k{level}:\n" for level in range(2, 1500))
    (tmp_path / "Pulumi.deep.yaml").write_text(f"config:\n  other:deep:\n{deep}\n  flowservice:sandbox: dev\n")
    served = served_sandboxes(tmp_path)

    used = problems(tmp_path, f"connections: {{a: {{{ENTRY}, sandboxes: [stage]}}}}", served=served)
    declared = problems(tmp_path, "sandboxes: {dev: , stage: }\nconnections: {}", served=served)

    assert served == ["dev", "prod"]
    assert [each.field for each in used] == ["connections.a.sandboxes.0"]
    assert [each.field for each in declared] == ["sandboxes.stage"]


def test_a_stack_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """Which sandboxes are served is not known then, so nothing is said about the manifest's."""
    (tmp_path / "Pulumi.dangling.yaml").symlink_to("nowhere")
    with pytest.raises(ManifestError, match=r"Pulumi\.dangling\.yaml:1: no such file or directory; check the path"):
        served_sandboxes(tmp_path)
    (tmp_path / "Pulumi.dangling.yaml").unlink()

    (tmp_path / "Pulumi.broken.yaml").write_text("config:\n  a: b: c\n")
    with pytest.raises(ManifestError, match=r"Pulumi\.broken\.yaml:2: is not valid YAML"):
        served_sandboxes(tmp_path)


def test_a_missing_file_is_a_problem_too(tmp_path: Path) -> None:
    """A wrong path says so, without a traceback."""
    with pytest.raises(ManifestError, match=r"nowhere\.yaml:1: no such file"):
        read(tmp_path / "nowhere.yaml")


@pytest.mark.long
def test_the_time_grows_with_the_entries_and_not_with_their_square(tmp_path: Path) -> None:
    """Four times as many entries take about four times as long, not sixteen, with and without problems."""

    def seconds(count: int) -> float:
        good = "connections:\n" + "".join(f"  c{i}: {{{ENTRY}, name: N{i}, previously: p{i}}}\n" for i in range(count))
        bad = "connections:\n" + "".join(
            f"  c{i}: {{pasword: hunter2, name: same, adopt: same}}\n" for i in range(count)
        )
        started = time.process_time()
        assert len(load(tmp_path, good).connections) == count
        assert len(problems(tmp_path, bad)) >= count
        return time.process_time() - started

    seconds(10)

    assert seconds(2000) / seconds(500) < 10


def test_an_alias_is_never_multiplied(tmp_path: Path) -> None:
    """Nine levels of nine aliases would be hundreds of millions of values; they are refused one by one."""
    levels = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]

    started = time.process_time()
    found = problems(tmp_path, "\n".join(levels))

    assert time.process_time() - started < 2
    assert sum(each.what == "an alias (*)" for each in found) == 81


def test_the_shipped_schema_is_the_models(tmp_path: Path) -> None:
    """Editors read `connections.schema.json`; `python -m pulumi_flowservice.manifest.schema` writes it anew."""
    shipped = files("pulumi_flowservice.manifest").joinpath("connections.schema.json").read_text()

    assert json.loads(shipped) == json_schema()


def test_importing_the_package_reads_no_yaml() -> None:
    """PyYAML is paid for by those who use a manifest."""
    code = (
        "import sys, pulumi; before = set(sys.modules); import pulumi_flowservice, pulumi_flowservice.manifest;"
        "print(sorted({'yaml', 'pydantic'} & (set(sys.modules) - before)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
