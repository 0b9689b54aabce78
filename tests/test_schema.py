"""The schema of the native provider, which other languages read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.types import TYPES
from pulumi_flowservice.settings import SETTINGS, variable

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
    parts += [{"type": each, **each.get("properties", {})} for each in schema["types"].values() if "enum" in each]
    parts += [{value["name"]: value for value in each["enum"]} for each in schema["types"].values() if "enum" in each]
    parts += [each["properties"] for each in schema["types"].values() if "properties" in each]
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


def test_what_the_engine_and_the_registry_look_at() -> None:
    """Each resource says what replaces it, what `get` takes, its former type, and has its sections; a whole number is
    a string in typed languages; no setting has a default from the environment, which would put secrets into the state.
    """
    schema = json.loads(COMMITTED.read_text(encoding="utf-8"))

    for each in TYPES.values():
        resource = schema["resources"][each.native_type]
        properties = resource["inputProperties"]
        replaces = {name for name, form in properties.items() if "A change replaces" in form["description"]}
        assert {name for name, form in properties.items() if form.get("willReplaceOnChanges")} == replaces
        assert "sandbox" in replaces
        assert set(resource["stateInputs"]["properties"]) == {"sandbox"}
        assert resource["aliases"] == [{"type": each.dynamic_type}]
        assert properties.get("credentialsVersion", {"type": "string"})["type"] == "string"
        assert re.findall(r"^## (.*)$", resource["description"], re.M) == ["Example Usage", "Import"]
        languages = re.findall(r"^```(\w+)$", resource["description"], re.M)
        assert languages == ["typescript", "python", "go", "csharp", "java", "yaml", "sh"]
    for key, form in schema["config"]["variables"].items():
        assert variable(key) in form["description"] and "defaultInfo" not in form
    assert schema["homepage"] == schema["repository"] and schema["logoUrl"].startswith(schema["homepage"])
    assert (COMMITTED.parents[3] / schema["logoUrl"].partition("/raw/main/")[2]).exists()


def test_the_page_of_settings_is_in_step() -> None:
    """`docs/installation-configuration.md` has every setting with its variable and its description."""
    page = (COMMITTED.parents[3] / "docs" / "installation-configuration.md").read_text(encoding="utf-8")

    for key, setting in SETTINGS.items():
        secret = " Secret." if setting.is_secret else ""
        assert f"| `flowservice:{key}` | `{variable(key)}` | {setting.description}{secret} |" in page
