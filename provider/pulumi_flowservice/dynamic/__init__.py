"""The adapter to Pulumi's dynamic providers: a provider class for each type of resource, and functions for programs.

The provider classes must stay in this module under their names, because the state of every user's stack refers to them.
A program imports it too, and needs nothing of what the providers do.
"""

from ..resources.declared import DECLARED
from .provider import FlowServiceProvider

PROVIDERS: dict[str, type[FlowServiceProvider]] = {
    name: type(f"{name}Provider", (FlowServiceProvider,), {"__module__": __name__}) for name in DECLARED
}
"""The provider classes by the names of the resource classes."""
globals().update({provider.__name__: provider for provider in PROVIDERS.values()})
