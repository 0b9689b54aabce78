"""The schema of the package `flowservice`, from the kinds; `python -m pulumi_flowservice.plugin.schema` prints it.

Other languages and `pulumi package` read it. `schema.json` beside this module is its committed form.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ..kinds import KINDS
from ..kinds.kind import Kind, Param
from ..settings import OPTIONS, SECRET_KEYS
from ..version import __version__
from . import DOWNLOAD_ADDRESS
from .function_schema import functions, types

Schema = dict[str, Any]

PACKAGE = "flowservice"

_STRING: Schema = {"type": "string"}
_VERSION: Schema = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
_SETTINGS = {
    "endpoint": "Address of Adobe Experience Platform's API.",
    "imsEndpoint": "Address of Adobe's token service (IMS).",
    "clientId": "Client id of the OAuth server-to-server credential.",
    "clientSecret": "Its client secret.",
    "scopes": "Scopes of the access token, separated by commas.",
    "accessToken": "An access token, instead of client id and client secret.",
    "apiKey": "Value of the header `x-api-key`; the client id when left out.",
    "imsOrg": "Id of the organization; it ends with @AdobeOrg.",
    "sandbox": "Sandbox of connections that name none.",
    "connectionTest": "What a refused connection test does: fail (undo the write), warn, or off (no test).",
    "requestTimeout": "Seconds until a request is given up.",
    "operationTimeout": "Seconds until an operation stops waiting and retrying; `customTimeouts` takes precedence.",
    "requestsPerSecond": "The most requests per second; no limit when left out.",
    "bulkRefresh": "Whether a refresh reads pages of the list instead of single connections.",
    "debug": "Whether tracebacks and a redacted log of the requests are shown.",
    "plainHttpHost": "A host that may be reached by http without TLS.",
}
_SETTING_TYPES = {
    **dict.fromkeys(("requestTimeout", "operationTimeout", "requestsPerSecond"), "number"),
    **dict.fromkeys(("bulkRefresh", "debug"), "boolean"),
}
_COMMON: dict[str, Schema] = {
    "name": {**_STRING, "description": "Name shown in the UI; else the resource name and seven hex digits."},
    "description": {**_STRING, "description": "Description shown in the UI; not managed when left out."},
    "sandbox": {**_STRING, "description": "Name of the sandbox; else that of the provider. Another one replaces."},
    "connectionTest": {**_STRING, "description": 'What a refused connection test does: "fail", "warn" or "off".'},
    "credentialsVersion": {**_VERSION, "description": "Any change of it sends the secrets again."},
    "adopt": {**_STRING, "description": "Id of an existing connection to take over instead of creating one."},
}
_COMPUTED: dict[str, Schema] = {
    "etag": {**_STRING, "description": "Version of the connection at the server."},
    "imsOrg": {**_STRING, "description": "Organization of the connection."},
    "state": {**_STRING, "description": "State as of the last read: enabled, disabled or a temporary one."},
    "credentialsInDoubt": {
        **_STRING,
        "description": "Why the secrets at the server may differ from this stack's: interrupted or foreign.",
    },
    "testRefused": {
        "type": "boolean",
        "description": "True after a refused connection test at creation, if the connection could not be removed.",
    },
}


def package() -> Schema:
    """Return the schema of the package, as Pulumi's schema reference describes it."""
    settings = {key: _setting(key) for key in OPTIONS}
    return {
        "name": PACKAGE,
        "displayName": "Adobe Experience Platform Flow Service",
        "version": __version__,
        "description": "Base connections of Adobe Experience Platform's Flow Service, Amazon Redshift first.",
        "keywords": ["pulumi", "adobe-experience-platform", "flow-service", "redshift", "category/infrastructure"],
        "license": "Apache-2.0",
        "publisher": "pulumi-flowservice",
        "pluginDownloadURL": DOWNLOAD_ADDRESS,
        "language": {
            "python": {"packageName": "pulumi_flowservice.native"},
            "nodejs": {"packageName": "flowservice", "respectSchemaVersion": True},
        },
        "config": {"variables": settings},
        "provider": {
            "description": "The account of Flow Service. What is left out comes from the environment (FLOWSERVICE_…).",
            "inputProperties": settings,
            "properties": {key: each for key, each in settings.items() if each["type"] == "string"},
        },
        "types": types(),
        "resources": {kind.native_type: _resource(kind) for kind in KINDS.values()},
        "functions": functions(),
    }


def _setting(key: str) -> Schema:
    found: Schema = {"type": _SETTING_TYPES.get(key, "string"), "description": _SETTINGS[key]}
    return {**found, "secret": True} if key in SECRET_KEYS else found


def _resource(kind: Kind) -> Schema:
    params = {param.name: _param(param) for param in kind.params}
    inputs = {**params, **_COMMON}
    return {
        "description": f"A base connection to {kind.title} in Flow Service; one serves many dataflows.",
        "inputProperties": inputs,
        "requiredInputs": list(kind.required_visible({})),
        "properties": {**inputs, **_COMPUTED},
        "required": ["imsOrg", "name", "sandbox"],
    }


def _param(param: Param) -> Schema:
    found: Schema = {"type": param.json_type, "description": param.description}
    return {**found, "secret": True} if param.is_secret else found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(package(), indent=1, ensure_ascii=False) + "\n")
