"""The schema of the package `flowservice`, from the kinds; `python -m pulumi_flowservice.plugin.schema` prints it.

Other languages and `pulumi package` read it. `schema.json` beside this module is its committed form.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from ..resources.connection.common import INPUTS, OUTPUTS, Property
from ..resources.connection.kind import Kind
from ..resources.connection.kinds import KINDS
from ..settings import SETTINGS, Setting
from ..version import PLUGIN_ADDRESS, REPOSITORY, __version__
from .function_schema import Schema, functions, types

PACKAGE = "flowservice"


def package() -> Schema:
    """Return the schema of the package, as Pulumi's schema reference describes it."""
    settings = {key: _setting(setting) for key, setting in SETTINGS.items()}
    return {
        "name": PACKAGE,
        "displayName": "Adobe Experience Platform Flow Service",
        "version": __version__,
        "description": "Base connections of Adobe Experience Platform's Flow Service, such as Amazon Redshift.",
        "keywords": ["pulumi", "adobe-experience-platform", "flow-service", "redshift", "category/infrastructure"],
        "license": "Apache-2.0",
        "publisher": "pulumi-flowservice",
        "homepage": REPOSITORY,
        "repository": REPOSITORY,
        "pluginDownloadURL": PLUGIN_ADDRESS,
        "language": {
            "python": {"packageName": "pulumi_flowservice_native"},
            "nodejs": {"packageName": "flowservice", "respectSchemaVersion": True},
        },
        "config": {"variables": settings},
        "provider": {
            "description": "The account of Flow Service. Settings that are not given are read from the environment "
            "(FLOWSERVICE_…).",
            "inputProperties": settings,
            "properties": {key: each for key, each in settings.items() if each["type"] == "string"},
        },
        "types": types(),
        "resources": {kind.native_type: _resource(kind) for kind in KINDS.values()},
        "functions": functions(),
    }


def text() -> str:
    """Return the schema as it is committed."""
    return json.dumps(package(), indent=1, ensure_ascii=False) + "\n"


def _setting(setting: Setting) -> Schema:
    return _form(setting.json_type, setting.description, is_secret=setting.is_secret)


def _resource(kind: Kind) -> Schema:
    params = {param.name: _form(param.type.json_type, param.description, param.is_secret) for param in kind.params}
    inputs = {**params, **_properties(INPUTS)}
    return {
        "description": f"{kind.summary} {kind.introduction}".strip(),
        "inputProperties": inputs,
        "requiredInputs": list(kind.required_visible({})),
        "properties": {**inputs, **_properties(OUTPUTS)},
        "required": sorted(each.name for each in (*INPUTS.values(), *OUTPUTS.values()) if each.is_always_set),
    }


def _properties(table: Mapping[str, Property]) -> dict[str, Schema]:
    return {name: _form(each.type.json_type, each.description) for name, each in table.items()}


def _form(json_type: str, description: str, is_secret: bool = False) -> Schema:
    types: list[Schema] = [{"type": name} for name in json_type.split(" or ")]
    found = {**(types[0] if len(types) == 1 else {"oneOf": types}), "description": description}
    return {**found, "secret": True} if is_secret else found


if __name__ == "__main__":
    sys.stdout.write(text())
