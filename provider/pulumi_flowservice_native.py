"""The native provider's classes, under the name that code printed by `pulumi import` uses.

A package of this name that `pulumi package add` generated takes precedence, whichever of the two was installed last.
"""

from pulumi_flowservice.native import *  # noqa: F403
from pulumi_flowservice.native import __all__ as __all__
