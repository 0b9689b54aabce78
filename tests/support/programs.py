"""Program texts that the end-to-end tests run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEAD = """\
import pulumi
from pulumi_flowservice import RedshiftConnection
"""


def one_connection(inputs: Mapping[str, Any], head: str = HEAD, **changes: Any) -> str:
    """Return a program with one connection `warehouse` of these inputs that exports its id and name.

    Values are written as Python literals; `Expression` values as they are, and `None` leaves an input out.
    """
    values = {key: value for key, value in {**inputs, **changes}.items() if value is not None}
    arguments = "".join(f"    {key}={value!r},\n" for key, value in values.items())
    return (
        f"{head}\nwarehouse = RedshiftConnection(\n    'warehouse',\n{arguments})\n"
        "pulumi.export('id', warehouse.id)\npulumi.export('name', warehouse.name)\n"
    )


class Expression:
    """A piece of Python that goes into the program as it is."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __repr__(self) -> str:
        return self._code
