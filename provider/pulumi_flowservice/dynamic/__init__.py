"""The adapter to Pulumi's dynamic providers: resource classes and functions for programs, providers for the engine.

The provider classes must stay in this module under these names, because the state of every user's stack refers to them.
"""

from __future__ import annotations

from ..kinds.redshift import REDSHIFT
from .provider import ConnectionProvider


class RedshiftConnectionProvider(ConnectionProvider):
    """The provider of Amazon Redshift connections."""

    kind = REDSHIFT
