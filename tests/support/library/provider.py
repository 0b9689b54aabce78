"""The dynamic provider of the made-up readers: a module that can be imported, as a state refers to its class."""

from __future__ import annotations

from pulumi import dynamic
from pulumi_flowservice.dynamic.provider import ConnectionProvider

from tests.support.library.reader import READER


class ReaderProvider(ConnectionProvider):
    """What the engine calls for a reader."""

    kind = READER


class ReaderResource(dynamic.Resource, module="flowservice", name=READER.resource):
    """A reader in a program."""
