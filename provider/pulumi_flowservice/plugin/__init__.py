"""The adapter to Pulumi's plugin protocol: the program `pulumi-resource-flowservice` that the engine starts."""

from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.json")
"""The schema of the package; `schema.py` makes it."""
