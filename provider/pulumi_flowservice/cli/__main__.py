"""Run the sub-command in the module of the same name; print our errors as one paragraph, with exit code 1."""

from __future__ import annotations

import importlib
import io
import sys

try:
    import click
    import rich  # noqa: F401  # Imported for the error below: every table needs it.
except ModuleNotFoundError:
    sys.exit("This command needs the extra `cli`. In a checkout of pulumi-flowservice: pip install '.[cli]'")

from ..errors import FlowServiceError
from ..redaction import presentable
from ..version import __version__
from .output import harmless, wrapped

# Each is a module with the variable `command`, and is imported only when it is used.
COMMANDS = ("doctor", "list", "adopt", "validate", "compare", "drift", "test", "usage", "runs", "headline", "explain")


class LazyGroup(click.Group):
    """A group that imports only the command that is used, because some commands need slow imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all commands, in the order of their first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"pulumi_flowservice.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; print a FlowServiceError as a paragraph on standard error."""
        try:
            return super().invoke(ctx)
        except FlowServiceError as error:
            text = harmless(presentable(str(error)))
            raise click.ClickException(wrapped(text, err=True, prefix="Error: ")) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pulumi-flowservice")
def main() -> None:
    """Inspect and adopt connections of Adobe Experience Platform that are, or will be, managed by Pulumi.

    The settings come from environment variables such as FLOWSERVICE_CLIENT_ID; `doctor` shows all of them. In the
    folder of a Pulumi project, the configuration of the selected stack, or of --stack, takes precedence.
    """
    for stream in (sys.stdout, sys.stderr):
        # Names have any letters, and a terminal or a log may have few of them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
