"""What the schema says for each language that SDKs are generated in."""

from __future__ import annotations

from ..version import REPOSITORY

GO_PATH = f"{REPOSITORY.removeprefix('https://')}/sdk/go/flowservice"
NAMESPACE = "ExperiencePlatform"

# With the version in the schema, a generated SDK asks for the plugin that it was generated from.
LANGUAGES = {
    "python": {
        # A dotted name would give an empty SDK; `pulumi_flowservice_native.py` of this distribution hands on ours.
        "packageName": "pulumi_flowservice_native",
        "requires": {"pulumi": ">=3.0.0,<4.0.0"},
        "respectSchemaVersion": True,
        "pyproject": {"enabled": True},
    },
    "nodejs": {"packageName": "flowservice", "respectSchemaVersion": True},
    "go": {"importBasePath": GO_PATH, "respectSchemaVersion": True},
    "csharp": {
        "rootNamespace": NAMESPACE,
        "namespaces": {"flowservice": "FlowService"},
        "packageReferences": {"Pulumi": "3.*"},
        "respectSchemaVersion": True,
    },
    "java": {"basePackage": NAMESPACE.lower(), "buildFiles": "gradle"},
}
