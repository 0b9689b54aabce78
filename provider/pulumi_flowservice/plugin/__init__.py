"""The adapter to Pulumi's plugin protocol: the program `pulumi-resource-flowservice` that the engine starts."""

from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.json")
"""The schema of the package; `schema.py` makes it."""
DOWNLOAD_ADDRESS = "https://pulumi-flowservice.invalid/see-docs-native-md"
"""Where Pulumi would look for a plugin that it does not find. Nobody can publish there: it comes with the package."""
