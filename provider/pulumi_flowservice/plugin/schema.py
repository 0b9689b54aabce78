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
from ..settings import SETTINGS, Setting, variable
from ..version import PLUGIN_ADDRESS, REPOSITORY, __version__
from .choices import choice, choice_types
from .examples import imports, usage
from .function_schema import Schema, functions, types
from .languages import LANGUAGES
from .listing import list_inputs

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
    settings = {key: _setting(key, setting) for key, setting in SETTINGS.items()}
    return {
        "name": PACKAGE,
        "displayName": "Adobe Experience Platform Flow Service",
        "version": __version__,
        "description": "Connections to Amazon Redshift and nine other databases, and dataflows from their tables, in "
        "Adobe Experience Platform's Flow Service.",
        "keywords": ["pulumi", "adobe-experience-platform", "flow-service", "redshift", "category/infrastructure"],
        "license": "Apache-2.0",
        "publisher": "pulumi-flowservice",
        "homepage": REPOSITORY,
        "repository": REPOSITORY,
        "logoUrl": f"{REPOSITORY}/raw/main/docs/logo.svg",
        "pluginDownloadURL": PLUGIN_ADDRESS,
        "language": LANGUAGES,
        "config": {"variables": settings},
        "provider": {
            "description": "The account of Flow Service. Settings that are not given are read from the environment "
            "(FLOWSERVICE_…).",
            "inputProperties": settings,
            "properties": {key: each for key, each in settings.items() if each["type"] == "string"},
        },
        "types": {**types(), **choice_types(), **_STRUCTURES},
        "resources": {each.native_type: _resource(each) for each in TYPES.values()},
        "functions": functions(),
    }


def text() -> str:
    """Return the schema as it is committed."""
    return json.dumps(package(), indent=1, ensure_ascii=False) + "\n"


def _setting(key: str, setting: Setting) -> Schema:
    # Named, not declared as a default: the generated SDKs would put what they read, secrets too, into the state.
    description = f"{setting.description} Read from `{variable(key)}` if it is not set."
    return _form(setting.json_type, description, is_secret=setting.is_secret)


def _resource(resource: Declared) -> Schema:
    inputs = _properties(resource, resource.inputs)
    always = (each.name for each in (*resource.inputs.values(), *resource.outputs.values()) if each.is_always_set)
    # A connection that was adopted may lack its params.
    kept = INPUTS | OUTPUTS if isinstance(resource, Kind) else resource.inputs | resource.outputs
    return {
        "description": "\n\n".join(
            (f"{resource.summary} {resource.introduction}".strip(), usage(resource), imports(resource))
        ),
        "inputProperties": inputs,
        "requiredInputs": list(resource.required_inputs),
        "properties": {**inputs, **_properties(resource, resource.outputs)},
        "required": sorted(name for name in always if name in kept),
        # What `get` of other languages takes beside the id.
        "stateInputs": {"type": "object", "properties": {"sandbox": inputs["sandbox"]}},
        "listInputs": {
            "type": "object",
            "properties": {name: _form("string", text) for name, text in list_inputs(resource).items()},
        },
        "aliases": [{"type": resource.dynamic_type}],
    }


def _properties(resource: Declared, table: Mapping[str, Property]) -> dict[str, Schema]:
    return {name: _property(each, name in resource.secrets) for name, each in table.items()}


def _property(each: Property, is_secret: bool) -> Schema:
    if each.choices:
        return choice(each.choices, each.description)
    found = _form(each.type.json_type, each.description, is_secret)
    return {**found, "willReplaceOnChanges": True} if each.replaces else found


def _form(json_type: str, description: str, is_secret: bool = False) -> Schema:
    # Typed languages get the first of several types only. YAML converts a number to a string.
    name = json_type.partition(" or ")[0]
    found = {**_FORMS.get(name, {"type": name}), "description": description}
    return {**found, "secret": True} if is_secret else found


if __name__ == "__main__":
    sys.stdout.write(text())
