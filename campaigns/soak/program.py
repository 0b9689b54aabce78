"""What the program of a stack declares, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pulumi_flowservice.resources.connection.kinds import KINDS

from campaigns.soak.dataflows import Dataflow

CLASSES = {name: KINDS[name].resource for name in ("redshift", "postgresql", "mysql")}
# The emulator logs in for these; it takes MySQL's word.
TESTED = ("redshift", "postgresql")
SANDBOXES = ("dev", "stage")
PASSWORD, WRONG = "SOAK_PASSWORD", "SOAK_WRONG"


@dataclass
class Connection:
    """One resource: `key` is its name in the program, `alias` its former one; None leaves an input out."""

    key: str
    kind: str
    name: str
    sandbox: str
    server: str = "127.0.0.1"
    description: str | None = None
    schema: str | None = None
    credentials_version: int = 1
    is_wrong: bool = False
    adopt: str | None = None
    alias: str | None = None
    dataflow: Dataflow | None = None

    def text(self, database_port: int, role: str) -> str:
        """Return the statements of the program."""
        inputs: dict[str, Any] = {
            "name": self.name,
            "sandbox": self.sandbox,
            "server": self.server,
            "port": database_port,
            "database": "dev",
            "username": role,
            "description": self.description,
            "credentials_version": self.credentials_version,
            "adopt": self.adopt,
        }
        if self.kind == "redshift":
            inputs["schema"] = self.schema
        given = "".join(f", {name}={value!r}" for name, value in inputs.items() if value is not None)
        secret = f"password=os.environ[{(WRONG if self.is_wrong else PASSWORD)!r}]"
        options = f", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name={self.alias!r})])" if self.alias else ""
        flow = self.dataflow.text("made", self.sandbox) if self.dataflow else ""
        return f"made = {CLASSES[self.kind]}({self.key!r}{given}, {secret}{options})\n{flow}"


@dataclass
class Program:
    """All connections of a stack, of the dynamic or the native provider; their names begin with `prefix`."""

    prefix: str
    database_port: int
    role: str
    is_native: bool = False
    connections: list[Connection] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def next_number(self) -> int:
        """Return a number that no name has yet."""
        return next(self._numbers)

    def text(self) -> str:
        """Return the program."""
        module = "pulumi_flowservice.native" if self.is_native else "pulumi_flowservice"
        head = (
            f"import os\n\nimport pulumi\nfrom {module} import {', '.join(['Dataflow', *sorted(CLASSES.values())])}\n\n"
        )
        return head + "".join(each.text(self.database_port, self.role) for each in self.connections)

    @property
    def dataflows(self) -> list[Dataflow]:
        """All dataflows."""
        return [each.dataflow for each in self.connections if each.dataflow]

    def named(self, name: str) -> list[Connection]:
        """Return the connections of this name at Flow Service."""
        return [each for each in self.connections if each.name == name]
