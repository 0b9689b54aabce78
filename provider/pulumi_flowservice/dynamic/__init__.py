"""The dynamic door: resource classes and functions for Python programs, and the providers that the engine calls.

The provider classes are defined here, and stay here under these names: the state of every user's stack refers to them.
"""

from __future__ import annotations

from ..kinds.redshift import REDSHIFT
from .provider import ConnectionProvider


class RedshiftConnectionProvider(ConnectionProvider):
    """The provider of Amazon Redshift connections."""

    kind = REDSHIFT
