"""The schema of the package `flowservice`, from the kinds; `python -m pulumi_flowservice.plugin.schema` prints it.

Other languages and `pulumi package` read it. `schema.json` beside this module is its committed form.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from ..resources.connection.common import INPUTS, OUTPUTS
from ..resources.connection.kind import Kind
from ..resources.properties import Property
from ..resources.types import TYPES, Declared
from ..settings import SETTINGS, Setting
from ..version import PLUGIN_ADDRESS, REPOSITORY, __version__
from .function_schema import Schema, functions, types

PACKAGE = "flowservice"
_ANY: Schema = {"$ref": "pulumi.json#/Any"}
_FORMS: Mapping[str, Schema] = {
    "any": _ANY,
    "mapping": {"type": "object", "additionalProperties": _ANY},
    "list of strings": {"type": "array", "items": {"type": "string"}},
    "schedule": {"$ref": "#/types/flowservice:index:Schedule"},
    "options": {"$ref": "#/types/flowservice:index:DataflowOptions"},
}
_STRUCTURES: Mapping[str, Schema] = {
    "flowservice:index:Schedule": {
        "type": "object",
        "description": "When a dataflow runs.",
        "required": ["frequency"],
        "properties": {
            "frequency": {"type": "string", "description": "`once`, `minute`, `hour`, `day` or `week`."},
            "interval": {
                "type": "integer",
                "description": "Every so many of them; for `minute` at least 15 and required, else 1 by default.",
            },
            "startTime": {
                "type": "string",
                "description": "When the first run is: ISO 8601 with a zone. Default: a few minutes after the "
                "creation. It cannot be changed after it.",
            },
            "backfill": {
                "type": "boolean",
                "description": "Whether the first run reads all rows, and not only those that change from then on. "
                "Default: true. It cannot be changed after the start.",
            },
        },
    },
    "flowservice:index:DataflowOptions": {
        "type": "object",
        "description": "How runs treat rows that cannot be ingested.",
        "properties": {
            "errorDiagnostics": {"type": "boolean", "description": "Whether runs keep details of such rows."},
            "partialIngestionPercent": {
                "type": "number",
                "description": "The share of such rows, above 0 and at most 100, up to which a run succeeds.",
            },
        },
    },
}


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
        "types": {**types(), **_STRUCTURES},
        "resources": {each.native_type: _resource(each) for each in TYPES.values()},
        "functions": functions(),
    }


def text() -> str:
    """Return the schema as it is committed."""
    return json.dumps(package(), indent=1, ensure_ascii=False) + "\n"


def _setting(setting: Setting) -> Schema:
    return _form(setting.json_type, setting.description, is_secret=setting.is_secret)


def _resource(resource: Declared) -> Schema:
    inputs = _properties(resource, resource.inputs)
    always = (each.name for each in (*resource.inputs.values(), *resource.outputs.values()) if each.is_always_set)
    # A connection that was adopted may lack its params.
    kept = INPUTS | OUTPUTS if isinstance(resource, Kind) else resource.inputs | resource.outputs
    return {
        "description": f"{resource.summary} {resource.introduction}".strip(),
        "inputProperties": inputs,
        "requiredInputs": list(resource.required_inputs),
        "properties": {**inputs, **_properties(resource, resource.outputs)},
        "required": sorted(name for name in always if name in kept),
    }


def _properties(resource: Declared, table: Mapping[str, Property]) -> dict[str, Schema]:
    secrets = resource.secrets
    return {name: _form(each.type.json_type, each.description, name in secrets) for name, each in table.items()}


def _form(json_type: str, description: str, is_secret: bool = False) -> Schema:
    types: list[Schema] = [_FORMS.get(name, {"type": name}) for name in json_type.split(" or ")]
    found = {**(types[0] if len(types) == 1 else {"oneOf": types}), "description": description}
    return {**found, "secret": True} if is_secret else found


if __name__ == "__main__":
    sys.stdout.write(text())
