"""The settings of a command: as `pulumi up` of a stack would see them, or those of the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from .. import settings as configuration
from ..lifecycle.call import Run
from ..redaction import PROCESS, one_line
from ..settings import Settings
from .output import say
from .pulumi_command import PulumiError, pulumi, selected_stack

StackConfig = Mapping[str, Mapping[str, Any]]

sandbox_option = click.option("--sandbox", help="Name of the sandbox. Default: that of the settings.")
stack_option = click.option(
    "--stack",
    help="Name of a stack; its configuration takes precedence over the environment, as in `pulumi up`. Default: the "
    "selected stack, if the folder belongs to a Pulumi project.",
)


@dataclass(frozen=True)
class Chosen:
    """The stack that a command is about, None for the environment alone; and its settings."""

    stack: str | None
    settings: Settings
    config: StackConfig = field(default_factory=dict, repr=False)

    @property
    def run(self) -> Run:
        """The run of a command that reads; its warnings go to standard error."""
        return Run(self.settings, warn=warn)


def choose(stack: str | None) -> Chosen:
    """Return a stack with its settings, by default the selected one. Raises: PulumiError, if the named one is not read.

    A pipeline may work in the folder of a project, and have the credentials only of the API: so a stack that nobody
    named is left out with a warning if it cannot be read.
    """
    name = stack or selected_stack()
    config: StackConfig = {}
    try:
        config = {} if name is None else pulumi(name, "config", "--show-secrets", "--json")
    except PulumiError as error:
        if stack is not None:
            raise
        warn(f"the settings come from the environment only, because the selected stack {name!r} was not read: {error}")
        name = None
    return Chosen(name, _load(config), config)


def _load(config: StackConfig) -> Settings:
    """Return the settings of this configuration and the environment; no text will show its secrets."""
    values = {key: entry.get("value") for key, entry in config.items()}
    settings = configuration.load(values.get)
    PROCESS.learn(settings.client_secret, settings.access_token, visible=(settings.client, settings.ims_org))
    return settings


def warn(message: str) -> None:
    """Show a warning on standard error."""
    say(f"warning: {one_line(message)}", err=True)
