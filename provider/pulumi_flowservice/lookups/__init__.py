"""Read-only questions about connections that exist. Knows no Pulumi."""

from __future__ import annotations
