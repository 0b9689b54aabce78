"""The settings of a command: with `--stack`, as `pulumi up` of that stack would see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from .. import settings as configuration
from ..lifecycle.call import Run
from ..redaction import PROCESS, one_line
from ..settings import Settings
from .pulumi_command import pulumi

StackConfig = Mapping[str, Mapping[str, Any]]

stack_option = click.option(
    "--stack", help="Name of a stack; its configuration takes precedence over the environment, as in `pulumi up`."
)


def stack_config(stack: str | None) -> StackConfig:
    """Return a stack's configuration, secrets included; empty without a stack. Raises: PulumiError."""
    return {} if stack is None else pulumi(stack, "config", "--show-secrets", "--json")


def load(config: StackConfig) -> Settings:
    """Return the settings of this configuration and the environment; no text will show its secrets."""
    values = {key: entry.get("value") for key, entry in config.items()}
    settings = configuration.load(values.get)
    PROCESS.learn(settings.client_secret, settings.access_token, visible=(settings.client, settings.ims_org))
    return settings


def run_with(settings: Settings) -> Run:
    """Return the run of a command that reads; its warnings go to standard error."""
    return Run(settings, warn=warn)


def warn(message: str) -> None:
    """Show a warning on standard error."""
    click.echo(f"warning: {one_line(message)}", err=True)
