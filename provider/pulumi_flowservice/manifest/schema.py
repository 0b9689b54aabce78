"""Prints the JSON Schema that editors read: `python -m pulumi_flowservice.manifest.schema`."""

from __future__ import annotations

import json
import sys

from .model import json_schema

if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
