"""A Python program whose resources adopt what exists."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..adoption import Candidate
from ..connection_type import python_name

_HEAD = '''"""Redshift connections adopted from the sandbox {sandbox}. Written by `pulumi-flowservice adopt`.

`adopt` may go after the first `pulumi up`. With `retain_on_delete`, removing a resource here leaves its connection at
the server; take it away where `pulumi` shall delete.
"""

from __future__ import annotations

import pulumi
from pulumi_flowservice import RedshiftConnection
'''


def program(candidates: Sequence[Candidate], sandbox: str) -> str:
    """The whole text of a program for these candidates."""
    head = _HEAD.format(sandbox=_literal(sandbox).replace("\\", "\\\\"))
    return "\n".join([head, *(_resource(candidate) for candidate in candidates)])


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
