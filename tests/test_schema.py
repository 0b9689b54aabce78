"""The schema of the native provider, which other languages read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.settings import variable

COMMITTED = Path(__file__).parents[1] / "provider" / "pulumi_flowservice" / "plugin" / "schema.json"


def test_the_committed_schema_is_in_step() -> None:
    """`python -m pulumi_flowservice.plugin.schema` prints the committed file."""
    command = [sys.executable, "-m", "pulumi_flowservice.plugin.schema"]

    printed = subprocess.run(command, capture_output=True, check=True, env={"PYTHONUTF8": "1"}).stdout

    assert printed.decode() == COMMITTED.read_text(encoding="utf-8")


def test_everything_is_described() -> None:
    """Each setting, resource, property, function, argument and type has a description."""
    schema = json.loads(COMMITTED.read_text(encoding="utf-8"))
    parts = [schema["config"]["variables"], schema["provider"]["inputProperties"]]
    parts += [each["properties"] for each in schema["types"].values()]
    for resource in schema["resources"].values():
        parts += [{"resource": resource}, resource["inputProperties"], resource["properties"]]
    for function in schema["functions"].values():
        parts += [{"function": function}, function["inputs"]["properties"], function["outputs"]["properties"]]

    assert [name for part in parts for name, form in part.items() if not form.get("description")] == []


def test_every_secret_is_marked() -> None:
    """The engine then encrypts it in the state of a program in any language."""
    resources = json.loads(COMMITTED.read_text(encoding="utf-8"))["resources"]

    for kind in KINDS.values():
        for part in ("inputProperties", "properties"):
            properties = resources[kind.native_type][part]
            assert {name for name, form in properties.items() if form.get("secret")} == set(kind.secrets)


def test_the_page_of_settings_is_in_step() -> None:
    """`docs/installation-configuration.md` has every setting with its variable and its description."""
    page = (COMMITTED.parents[3] / "docs" / "installation-configuration.md").read_text(encoding="utf-8")

    for key, form in json.loads(COMMITTED.read_text(encoding="utf-8"))["config"]["variables"].items():
        secret = " Secret." if form.get("secret") else ""
        assert f"| `flowservice:{key}` | `{variable(key)}` | {form['description']}{secret} |" in page
