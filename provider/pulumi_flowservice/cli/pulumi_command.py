"""Asks `pulumi` about stacks. Its JSON is read, not its exit code: that is 255 for every sort of failure."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import FlowServiceError

CONNECTION_TYPE = "pulumi-python:dynamic/flowservice:RedshiftConnection"
# The key by which the engine, in any of its formats, marks an encrypted value in an exported state.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "[secret]"  # noqa: S105 - What the engine shows instead of one.


class PulumiError(FlowServiceError):
    """`pulumi` could not be run, or it failed; the message is what it said."""


def pulumi(folder: Path, stack: str | None, *arguments: str) -> dict[str, Any]:
    """Run `pulumi` in a project's folder and return its JSON document.

    Raises:
        PulumiError: it is not there, it failed, or it said something else.
    """
    chosen = ["--stack", stack] if stack else []
    command = ["pulumi", *arguments, *chosen, "--non-interactive", "--color", "never"]
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except FileNotFoundError:
        raise PulumiError("`pulumi` is not on PATH", remedy="https://www.pulumi.com/docs/install/") from None
    document = _document(done.stdout)
    if done.returncode != 0 or document is None:
        raise PulumiError(_complaint(document, done.stderr) or f"`{' '.join(command[:3])}` gave no JSON")
    return document


def visible(value: object) -> Any:
    """A property of a state without what is encrypted in it."""
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return SECRET
        return {key: visible(inner) for key, inner in value.items()}
    return [visible(inner) for inner in value] if isinstance(value, list) else value


def resource_name(urn: str) -> str:
    """The name in the program; it may have `::` in it."""
    return urn.split("::", 3)[-1]


def _document(text: str) -> dict[str, Any] | None:
    """The JSON object in what was printed, or None; a command that fails early prints none."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _complaint(document: dict[str, Any] | None, stderr: str) -> str:
    """The errors among the diagnostics; without any, the last words on standard error."""
    messages = [entry["message"] for entry in (document or {}).get("diagnostics", []) if entry["severity"] == "error"]
    told = [message.removeprefix("error: ").removeprefix("Preview failed: ").strip() for message in messages]
    # "preview failed" comes behind the reasons and adds nothing to them.
    reasons = [text for text in told if text != "preview failed"] or told
    return "\n".join(reasons) or stderr.strip().removeprefix("error: ")
