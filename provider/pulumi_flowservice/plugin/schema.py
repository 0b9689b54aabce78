"""The schema of the package `flowservice`, from the kinds; `python -m pulumi_flowservice.plugin.schema` prints it.

Other languages and `pulumi package` read it. `schema.json` beside this module is its committed form.
"""

from __future__ import annotations

import json
import sys

from ..resources.connection.authentication import Param
from ..resources.connection.kind import Kind
from ..resources.connection.kinds import KINDS
from ..settings import OPTIONS, SECRET_KEYS
from ..version import __version__
from . import DOWNLOAD_ADDRESS
from .function_schema import Schema, functions, types

PACKAGE = "flowservice"

_STRING: Schema = {"type": "string"}
_VERSION: Schema = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
_CONNECTION_TEST = (
    "If the database refuses the login of the test: `fail` undoes the write, `warn` keeps it; `off`: no test."
)
_SETTINGS = {
    "endpoint": "Address of Adobe Experience Platform's API.",
    "imsEndpoint": "Address of Adobe's token service (IMS).",
    "clientId": "Client id of the OAuth server-to-server credential.",
    "clientSecret": "Client secret of the OAuth server-to-server credential.",
    "scopes": "Scopes of the access token, separated by commas.",
    "accessToken": "An access token, instead of the client secret; it also needs `apiKey` or `clientId`.",
    "apiKey": "Value of the header `x-api-key`. Default: the client id.",
    "imsOrg": "Id of the organization; it ends with @AdobeOrg.",
    "sandbox": "Default sandbox, for connections without the input `sandbox`.",
    "connectionTest": _CONNECTION_TEST,
    "requestTimeout": "Timeout of one request, in seconds.",
    "operationTimeout": "Seconds until an operation stops waiting and retrying; `customTimeouts` takes precedence.",
    "requestsPerSecond": "Maximum number of requests per second; no limit by default.",
    "bulkRefresh": "`true`: a refresh reads pages of 100 connections where this saves requests; "
    "`false`: each connection by itself.",
    "debug": "Whether tracebacks and a redacted log of the requests are shown.",
    "plainHttpHost": "A host, besides this machine, that may be reached by http without TLS.",
}
_SETTING_TYPES = {
    **dict.fromkeys(("requestTimeout", "operationTimeout", "requestsPerSecond"), "number"),
    **dict.fromkeys(("bulkRefresh", "debug"), "boolean"),
}
_COMMON: dict[str, Schema] = {
    "name": {
        **_STRING,
        "description": "Name shown in the UI. Default: the resource name, a hyphen and seven hex digits; with the "
        "native provider, `pulumi:autonaming` takes precedence.",
    },
    "description": {
        **_STRING,
        "description": "Description shown in the UI; not managed if it was never in the program.",
    },
    "sandbox": {
        **_STRING,
        "description": "Name of the sandbox. Default: the provider's setting `sandbox`. "
        "A change replaces the connection.",
    },
    "connectionTest": {**_STRING, "description": _CONNECTION_TEST},
    "credentialsVersion": {**_VERSION, "description": "Change this value to send the secrets again."},
    "adopt": {**_STRING, "description": "Id of an existing connection to take over instead of creating one."},
}
_COMPUTED: dict[str, Schema] = {
    "etag": {**_STRING, "description": "Etag of the connection; each change at the server gives it a new one."},
    "imsOrg": {**_STRING, "description": "Organization of the connection."},
    "state": {**_STRING, "description": "State as of the last read: enabled, disabled or a temporary one."},
    "credentialsInDoubt": {
        **_STRING,
        "description": "Set if the secrets at the server may differ from those of this stack: "
        "`interrupted` (changed with this stack's client id, but no run recorded it) or `foreign` (somebody else "
        "changed the connection, and no visible property differs).",
    },
    "testRefused": {
        "type": "boolean",
        "description": "True if the database refused the login of a new connection and the connection could "
        "not be removed.",
    },
}


def package() -> Schema:
    """Return the schema of the package, as Pulumi's schema reference describes it."""
    settings = {key: _setting(key) for key in OPTIONS}
    return {
        "name": PACKAGE,
        "displayName": "Adobe Experience Platform Flow Service",
        "version": __version__,
        "description": "Base connections of Adobe Experience Platform's Flow Service, such as Amazon Redshift.",
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
            "description": "The account of Flow Service. Settings that are not given are read from the environment "
            "(FLOWSERVICE_…).",
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
        "description": f"A base connection to {kind.title} in Flow Service; many dataflows can use it.",
        "inputProperties": inputs,
        "requiredInputs": list(kind.required_visible({})),
        "properties": {**inputs, **_COMPUTED},
        "required": ["imsOrg", "name", "sandbox"],
    }


def _param(param: Param) -> Schema:
    found: Schema = {"type": param.type.json_type, "description": param.description}
    return {**found, "secret": True} if param.is_secret else found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(package(), indent=1, ensure_ascii=False) + "\n")
