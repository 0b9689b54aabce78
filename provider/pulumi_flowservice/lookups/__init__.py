"""Look-ups of existing connections: they only read. Independent of Pulumi."""

from __future__ import annotations
