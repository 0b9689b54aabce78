"""Run `pulumi` and read its JSON. Its exit code does not help: it is 255 for drift and for every failure."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from ..engine.names import SIGNATURE, Urn
from ..errors import Code, FlowServiceError
from ..resources.connection.kinds import KINDS
from ..resources.dataflow.dataflow import DATAFLOW
from ..resources.types import Declared


def _change_folder(_context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        os.chdir(folder)


# As `pulumi --cwd` does it: first of all, so that whatever is read or written later is relative to this folder.
project_folder = click.option(
    "--cwd",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    callback=_change_folder,
    expose_value=False,
    is_eager=True,
    help="Run the command in this folder, that of the Pulumi project. Paths in other arguments are relative to it.",
)
_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
SECRET = "[secret]"  # noqa: S105 - The engine's placeholder for a secret.


class PulumiError(FlowServiceError):
    """`pulumi` could not be run, or it failed; the message is its own."""

    code = Code.PULUMI_FAILED


def pulumi(stack: str | None, *arguments: str) -> dict[str, Any]:
    """Run `pulumi` in the current folder and return its JSON document. Raises: PulumiError."""
    done = _run(stack, arguments)
    try:
        document = json.loads(done.stdout)
    except ValueError:
        document = None
    if done.returncode != 0 or not isinstance(document, dict):
        raise _failed(arguments, [], done.stderr)
    return document


def selected_stack() -> str | None:
    """Return the selected stack of the project that the current folder belongs to.

    None outside a project, without a selected stack, and without `pulumi`.
    """
    here = Path.cwd()
    if not any((folder / name).is_file() for folder in (here, *here.parents) for name in _PROJECT_FILES):
        return None
    try:
        done = _run(None, ("stack", "--show-name"))
    except PulumiError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def refresh_events(stack: str | None) -> list[dict[str, Any]]:
    """Run `pulumi refresh --preview-only --json` and return the engine's events, in their order. Raises: PulumiError.

    Not the usual JSON document: for resources that the engine calls `same`, it shows the old values instead of those
    that were read.
    """
    arguments = ("refresh", "--preview-only", "--json")
    # The variable makes the engine print its events, one per line, as they come.
    done = _run(stack, arguments, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")
    events = [event for event in map(_event, done.stdout.splitlines()) if event]
    if done.returncode != 0 or not events:
        raise _failed(arguments, messages(events, "error"), done.stderr)
    return events


def resources_in_state(stack: str | None) -> Iterator[tuple[Declared, dict[str, Any]]]:
    """Yield our resources in a stack's state with their types, without decrypting secrets. Raises: PulumiError."""
    deployment = pulumi(stack, "stack", "export").get("deployment") or {}
    for resource in deployment.get("resources") or []:
        declared = declared_of(resource["type"])
        # `delete` marks the old resource of a replacement that has not been finished.
        if declared and not resource.get("delete"):
            yield declared, resource


def managed_ids(stack: str) -> dict[str, str]:
    """Return the names of the resources that manage objects in a stack, by the ids of the objects. Raises: PulumiError.

    The engine marks what a program only reads, with `RedshiftConnection.get`, as external.
    """
    resources = [each for _, each in resources_in_state(stack) if each.get("id") and not each.get("external")]
    return {each["id"]: Urn.parse(each["urn"]).name for each in resources}


def messages(events: list[dict[str, Any]], severity: str) -> list[str]:
    """Return the messages of a severity, such as `warning`."""
    reports = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    # In the engine's own messages the severity is a separate prefix; in those of a provider it is part of the text.
    texts = [f"{report.get('prefix') or ''}{report['message']}".strip() for report in reports]
    return [text.removeprefix(f"{severity}: ") for text in texts if text.startswith(f"{severity}: ")]


def declared_of(resource_type: str) -> Declared | None:
    """Return what the engine calls by this type: a kind of connection, or the dataflow; None for other packages."""
    ours: tuple[Declared, ...] = (*KINDS.values(), DATAFLOW)
    return next((each for each in ours if resource_type in (each.dynamic_type, each.native_type)), None)


def visible(value: object) -> Any:
    """Return a value of a state with encrypted parts replaced by a placeholder."""
    if isinstance(value, Mapping):
        if SIGNATURE in value:
            return SECRET
        return {key: visible(inner) for key, inner in value.items()}
    return [visible(inner) for inner in value] if isinstance(value, list) else value


def _run(stack: str | None, arguments: tuple[str, ...], **variables: str) -> subprocess.CompletedProcess[str]:
    stack_option = ["--stack", stack] if stack else []
    command = ["pulumi", *arguments, *stack_option, "--non-interactive", "--color", "never"]
    environment = {**os.environ, **variables}
    try:
        # Pulumi writes UTF-8, whatever the locale is.
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace"
        )
    except FileNotFoundError:
        raise PulumiError("`pulumi` is not on PATH", remedy="https://www.pulumi.com/docs/install/") from None


def _event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _failed(arguments: tuple[str, ...], errors: list[str], stderr: str) -> PulumiError:
    """Return an error with the reported messages, or else with the content of standard error."""
    # The engine reports "preview failed" after the real reasons.
    texts = [text.removeprefix("Preview failed: ") for text in errors]
    reasons = [text for text in texts if text != "preview failed"] or texts
    message = "\n".join(reasons) or stderr.strip().removeprefix("error: ")
    return PulumiError(message or f"`pulumi {' '.join(arguments[:2])}` printed no JSON")
