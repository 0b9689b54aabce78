"""Finds a sub-command in the module of its name, and ends every error of ours as one paragraph with exit code 1."""

from __future__ import annotations

import importlib
import sys

try:
    import click
    import rich  # noqa: F401  # Every table needs it: its absence is said here, once.
except ModuleNotFoundError:
    sys.exit("This command needs the extra `cli`: pip install 'pulumi-flowservice[cli]'")

from ..errors import FlowServiceError
from ..redaction import SECRETS, printable
from ..version import __version__

# One module each, with the command in its variable `command`; imported when it is asked for.
COMMANDS = ("doctor", "adopt", "validate", "compare", "drift", "usage")


class LazyGroup(click.Group):
    """A group whose commands are imported by name, so that one of them does not wait for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all commands, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"pulumi_flowservice.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours becomes a paragraph on standard error."""
        try:
            return super().invoke(ctx)
        except FlowServiceError as error:
            raise click.ClickException(printable(SECRETS.hide(str(error)))) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pulumi-flowservice")
def main() -> None:
    """Look after connections of Adobe Experience Platform that Pulumi manages, or shall manage.

    The settings come from the environment (FLOWSERVICE_CLIENT_ID and so on; README.md lists them).
    """


if __name__ == "__main__":
    main()
