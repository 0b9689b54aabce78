"""The adapter to Pulumi's dynamic providers: a provider class for each kind, and functions for programs.

The provider classes must stay in this module under their names, because the state of every user's stack refers to them.
"""

from ..resources.connection.kinds import KINDS
from .provider import ConnectionProvider

PROVIDERS: dict[str, type[ConnectionProvider]] = {
    kind.name: type(f"{kind.resource}Provider", (ConnectionProvider,), {"kind": kind, "__module__": __name__})
    for kind in KINDS.values()
}
"""The provider classes by the names of the kinds."""
globals().update({provider.__name__: provider for provider in PROVIDERS.values()})
