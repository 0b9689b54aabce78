"""A Python program whose resources adopt what exists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ..errors import FlowServiceError
from ..kinds.kind import python_name
from ..lookups.adoptable import Candidate
from .adopted_entries import Placed

_HEAD = '''"""Redshift connections adopted from the sandbox {sandbox}. Written by `pulumi-flowservice adopt`.

`adopt` may go after the first `pulumi up`. With `retain_on_delete`, removing a resource here leaves its connection at
the server; take it away where `pulumi` shall delete.
"""

from __future__ import annotations

import pulumi
from pulumi_flowservice import RedshiftConnection
'''


class ProgramFile:
    """A program of its own; one that is there already is never touched."""

    def __init__(self, path: Path, *, must_be_new: bool) -> None:
        """Raises: FlowServiceError, when it must be new and is not."""
        if must_be_new and path.exists():
            raise FlowServiceError(f"{path} exists, and is not overwritten", remedy="Choose another --output.")
        self._sandbox = ""

    def place(self, candidates: Sequence[Candidate], sandbox: str) -> list[Placed]:
        """Each candidate; a new program has none of them yet."""
        self._sandbox = sandbox
        return [Placed(candidate) for candidate in candidates]

    def with_entries(self, candidates: Sequence[Candidate]) -> str:
        """The whole text of the program."""
        head = _HEAD.format(sandbox=_literal(self._sandbox).replace("\\", "\\\\"))
        return "\n".join([head, *(_resource(candidate) for candidate in candidates)])

    added = with_entries


def _resource(candidate: Candidate) -> str:
    arguments = "".join(f"    {python_name(name)}={_literal(value)},\n" for name, value in candidate.inputs.items())
    return (
        f"RedshiftConnection(\n    {_literal(candidate.resource_name)},\n{arguments}"
        "    opts=pulumi.ResourceOptions(retain_on_delete=True),\n)\n"
    )


def _literal(value: object) -> str:
    """A value as Python writes it: in double quotes where that needs no escapes that only JSON knows."""
    if isinstance(value, str) and value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
