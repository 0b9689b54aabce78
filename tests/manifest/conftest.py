"""The stacks of the end-to-end tests, for what only the engine can tell."""

from __future__ import annotations

from tests.e2e.conftest import cli, empty_stack, inputs, listed_environment, make_stack, stack

__all__ = ["cli", "empty_stack", "inputs", "listed_environment", "make_stack", "stack"]
