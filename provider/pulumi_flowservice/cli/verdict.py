"""Commands that end with a verdict: 2 means "no", so that wrong arguments end with 1, as errors do."""

from __future__ import annotations

from typing import Any

import click

GOOD, FAILED, BAD = 0, 1, 2


class VerdictCommand(click.Command):
    """A command with the exit codes 0 and 2 for its verdict, and 1 for errors."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments; wrong ones end with 1."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            # `message` of click's error is empty for a missing argument; only `format_message` has the text.
            raise _WrongArgumentsError(error.format_message(), error.ctx) from None


class _WrongArgumentsError(click.UsageError):
    """Wrong arguments, for which click itself would exit with 2."""

    exit_code = FAILED
