"""`pulumi-flowservice doctor`: where each setting comes from, what works, and what to do next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import click

from .. import settings as configuration
from ..api.sandbox import Sandbox, open_sandbox
from ..errors import FlowServiceError, SettingsError
from ..redaction import Secrets, one_line, presentable
from ..resources.connection.kinds import DEFAULT
from ..settings import Settings
from .output import echo, print_json, print_table, say
from .pulumi_command import project_folder
from .stack_settings import StackConfig, choose, stack_option, warn

# Shorter than the deadline of `pulumi up`: a person waits for the answer.
TIME_LIMIT_SECONDS = 30.0
OK, WARNING, FAILED, SKIPPED = "ok", "warning", "failed", "skipped"


@dataclass(frozen=True)
class Setting:
    """One setting as it is shown, without the value of a secret."""

    name: str
    value: str | None
    origin: str


@dataclass(frozen=True)
class Check:
    """The result of one check: ok, warning, failed or skipped."""

    name: str
    outcome: str
    text: str


@click.command()
@stack_option
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(stack: str | None, as_json: bool) -> None:
    """Show where each setting comes from, and check the credentials, the sandbox and the permission to read.

    With a stack, the command also runs `pulumi config --show-secrets --json`; otherwise only environment variables are
    read. It never prints secrets, and it changes nothing: to check the permissions to read, it lists connections,
    datasets and schemas. The last two are needed for dataflows only, so a missing one is a warning. Whether there is a
    permission to write shows only when something is created or changed.

    Exit codes: 0 no check failed; 1 a check failed, and the last line says what to do; 2 wrong arguments.
    """
    chosen = choose(stack)
    settings, config = chosen.settings, chosen.config
    shown = _settings(settings, config)
    unknown = configuration.misspelt(config)
    checks = examine(settings)
    following = _next(checks)
    if as_json:
        print_json({"settings": shown, "without effect": unknown, "checks": checks, "next": following})
    else:
        _print(shown, unknown, checks, following)
    sys.exit(1 if any(check.outcome == FAILED for check in checks) else 0)


def examine(settings: Settings) -> list[Check]:
    """Run the checks in their order; those after a failure are skipped. Those for dataflows only warn."""
    checks: list[Check] = []
    for name, ask in (*_CHECKS, *_DATAFLOW_CHECKS):
        if any(check.outcome == FAILED for check in checks):
            checks.append(Check(name, SKIPPED, ""))
            continue
        try:
            checks.append(Check(name, OK, ask(settings)))
        except FlowServiceError as error:
            checks.append(Check(name, FAILED if (name, ask) in _CHECKS else WARNING, str(error)))
    return checks


def _next(checks: list[Check]) -> str:
    """Return what to do next: about the first failure, or else the first warning."""
    for check in sorted(checks, key=lambda check: check.outcome != FAILED):
        if check.outcome == FAILED:
            return check.text
        if check.outcome == WARNING:
            return f"Connections can be managed, dataflows cannot: {check.text}"
    return "No problem was found: `pulumi preview` shows what `pulumi up` would do."


def _open(settings: Settings) -> Sandbox:
    return open_sandbox(settings, settings.sandbox or "", warn=warn, seconds=TIME_LIMIT_SECONDS)


def _check_settings(settings: Settings) -> str:
    """Check that no setting is missing. All checks return a text for the table or raise a FlowServiceError."""
    _open(settings)
    if not settings.sandbox:
        raise SettingsError(
            "no default sandbox",
            remedy="Set flowservice:sandbox or FLOWSERVICE_SANDBOX. Connections with their own `sandbox` do not need "
            "it, but this command does. In the stack: `pulumi config set flowservice:sandbox NAME`.",
        )
    return "nothing is missing"


def _check_token(settings: Settings) -> str:
    """Check that the token service accepts the credentials."""
    opened = _open(settings)
    opened.client.sign_in(opened.deadline)
    if settings.access_token:
        return "an access token is configured; the next check shows whether it is still accepted"
    return "the token service accepts client id and secret"


def _check_reading(settings: Settings) -> str:
    """Check the organization, the sandbox and the permission to read, with connections of any kind."""
    next(_open(settings).connections.list(DEFAULT.spec_filter), None)
    return f"connections in the sandbox {settings.sandbox!r} can be listed"


def _check_datasets(settings: Settings) -> str:
    """Check the permission to read datasets, which a dataflow names."""
    next(_open(settings).datasets.list(), None)
    return "datasets can be listed, for dataflows"


def _check_schemas(settings: Settings) -> str:
    """Check the permission to read schemas, by which the mapping of a dataflow is checked."""
    next(_open(settings).schemas.list(), None)
    return "schemas can be listed, for dataflows"


_CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("settings", _check_settings),
    ("token", _check_token),
    ("sandbox and reading", _check_reading),
)
_DATAFLOW_CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("datasets", _check_datasets),
    ("schemas", _check_schemas),
)


def _settings(settings: Settings, config: StackConfig) -> list[Setting]:
    """Return all settings; a value that is a secret in the stack's configuration is hidden too."""
    rows = []
    for key, setting in configuration.SETTINGS.items():
        value, origin = getattr(settings, setting.name), settings.origins.get(setting.name)
        is_hidden = setting.is_secret or config.get(f"flowservice:{key}", {}).get("secret")
        # Such as a secret that was pasted into the wrong setting.
        is_hidden = is_hidden or Secrets().may_be_in(str(value))
        text = None if value is None else "set, and secret" if is_hidden else str(value)
        source = configuration.variable(key) if origin == "environment" else origin
        rows.append(Setting(f"flowservice:{key}", text, source or ("" if value is None else "default")))
    return rows


def _print(shown: list[Setting], unknown: list[str], checks: list[Check], following: str) -> None:
    settings = [(setting.name, setting.value or "-", setting.origin or "-") for setting in shown]
    print_table("Settings", ("setting", "value", "from"), settings, whole=("setting", "from"))
    if unknown:
        echo(f"Unknown settings, which are ignored: {one_line(', '.join(unknown))}")
    texts = {FAILED: "see below", WARNING: "see below"}
    results = [(each.name, each.outcome, texts.get(each.outcome, each.text)) for each in checks]
    print_table("Checks", ("check", "result", ""), results)
    say(f"Next: {presentable(following)}")
