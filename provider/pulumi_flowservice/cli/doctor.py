"""`pulumi-flowservice doctor`: where each setting came from, what answers, and what to do next."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from .. import settings as configuration
from ..api.client import connect
from ..api.outcomes import NotApplied, Unknown
from ..clock import Clock, time_limit
from ..errors import AnswerError, FlowServiceError, SettingsError
from ..kinds import DEFAULT
from ..redaction import SECRETS, printable
from ..settings import Settings
from .pulumi_command import pulumi
from .tables import one_line, print_table

# A hiccup is waited out by `pulumi up`; who asks a doctor wants an answer.
PATIENCE_SECONDS = 30.0
OK, FAILED, SKIPPED = "ok", "failed", "skipped"
StackConfig = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Setting:
    """One setting as it may be shown: the value of a secret never is."""

    name: str
    value: str | None
    origin: str


@dataclass(frozen=True)
class Check:
    """One question, and how it was answered."""

    name: str
    outcome: str
    text: str


@click.command()
@click.option(
    "--stack", help="Name of a stack; its configuration takes precedence over the environment, as in `pulumi up`."
)
@click.option(
    "--cwd",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder of the Pulumi project; counts with --stack.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of tables.")
def command(stack: str | None, folder: Path, as_json: bool) -> None:
    """Tell where each setting comes from, and whether token service, sandbox and permissions answer.

    Without --stack only the environment counts. With it, `pulumi config --show-secrets --json` is read; secrets stay in
    memory and are never shown. Reading is tried by listing connections. Writing cannot be tried without writing: it is
    judged by a change of an id that no connection has, which changes nothing; the order in which Flow Service looks at
    permission and id is not documented, so only a refusal is certain.

    Exit codes: 0 all is well; 1 something is not, and the last line says what to do; 2 wrong arguments.
    """
    stack_config = _stack_config(folder, stack)
    values = {key: entry.get("value") for key, entry in stack_config.items()}
    settings = configuration.load(values.get)
    SECRETS.learn(settings.client_secret, settings.access_token)
    shown = _settings(settings, stack_config)
    unknown = configuration.misspelt(stack_config)
    with time_limit(Clock(), PATIENCE_SECONDS):
        checks = examine(settings)
    failed = next((check for check in checks if check.outcome == FAILED), None)
    following = failed.text if failed else "All is well: `pulumi preview` shows what `pulumi up` would do."
    if as_json:
        document = {"settings": [*map(asdict, shown)], "without effect": unknown, "checks": [*map(asdict, checks)]}
        click.echo(json.dumps({**document, "next": following}, ensure_ascii=False, indent=2))
    else:
        _print(shown, unknown, checks, following)
    sys.exit(1 if failed else 0)


def examine(settings: Settings) -> list[Check]:
    """Ask one question after another; what comes after a failure is skipped."""
    checks: list[Check] = []
    for name, ask in _QUESTIONS:
        if any(check.outcome == FAILED for check in checks):
            checks.append(Check(name, SKIPPED, ""))
            continue
        try:
            checks.append(Check(name, OK, ask(settings)))
        except FlowServiceError as error:
            checks.append(Check(name, FAILED, printable(SECRETS.hide(str(error)))))
    return checks


def _complete(settings: Settings) -> str:
    """Tell whether a request could be made at all. Raises, as all questions do: FlowServiceError."""
    connect(settings)
    if not settings.sandbox:
        raise SettingsError(
            "no default sandbox",
            remedy="Set flowservice:sandbox or FLOWSERVICE_SANDBOX; connections with a `sandbox` of their own do "
            "without, but this command does not.",
        )
    return "nothing is missing"


def _token(settings: Settings) -> str:
    """Tell whether the token service takes the credentials."""
    connect(settings).sign_in()
    if settings.access_token:
        return "a ready-made access token is configured; whether it is still accepted, the next line tells"
    return "the token service accepts client id and secret"


def _read(settings: Settings) -> str:
    """Tell whether organization, sandbox and permission to read are right; any kind's connections are good for that."""
    next(connect(settings).connections(settings.sandbox or "").list(DEFAULT.spec_filter), None)
    return f"connections in the sandbox {settings.sandbox!r} can be listed"


def _write(settings: Settings) -> str:
    """Tell whether writing is refused; nothing has this id, so nothing is written whatever the answer is."""
    nobody, rename = str(uuid.uuid4()), {"op": "replace", "path": "/name", "value": "doctor"}
    outcome = connect(settings).connections(settings.sandbox or "").patch(nobody, [rename], '"0"')
    if isinstance(outcome, (NotApplied, Unknown)):
        error = outcome.error
        if not isinstance(error, AnswerError) or error.is_about_permission:
            raise error
    return "not refused (judged by a change of an id that no connection has)"


_QUESTIONS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("settings", _complete),
    ("token", _token),
    ("sandbox and reading", _read),
    ("writing", _write),
)


def _stack_config(folder: Path, stack: str | None) -> StackConfig:
    """Return the stack's configuration, secrets decrypted. Raises: PulumiError."""
    if stack is None:
        return {}
    return pulumi(folder, stack, "config", "--show-secrets", "--json")


def _settings(settings: Settings, stack_config: StackConfig) -> list[Setting]:
    """Return every setting there is; what the stack keeps as a secret is hidden too, whatever it is."""
    shown = []
    for key, (name, _) in configuration.OPTIONS.items():
        value, origin = getattr(settings, name), settings.origins.get(name)
        is_hidden = key in configuration.SECRET_KEYS or stack_config.get(f"flowservice:{key}", {}).get("secret")
        text = None if value is None else "set, and secret" if is_hidden else printable(SECRETS.redact(str(value)))
        source = configuration.variable(key) if origin == "environment" else origin
        shown.append(Setting(f"flowservice:{key}", text, source or ("" if value is None else "default")))
    return shown


def _print(shown: list[Setting], unknown: list[str], checks: list[Check], following: str) -> None:
    settings = [(setting.name, setting.value or "-", setting.origin or "-") for setting in shown]
    print_table("Settings", ("setting", "value", "from"), settings)
    if unknown:
        click.echo(f"Without effect, because there is no such setting: {one_line(', '.join(unknown))}")
    answers = [(each.name, each.outcome, "see below" if each.outcome == FAILED else each.text) for each in checks]
    print_table("Answers", ("question", "answer", ""), answers)
    click.echo(f"Next: {one_line(following)}")
