"""The engine and the inputs of the end-to-end tests, for other versions of the dependencies."""

from __future__ import annotations

from tests.e2e.conftest import cli, inputs

__all__ = ["cli", "inputs"]
