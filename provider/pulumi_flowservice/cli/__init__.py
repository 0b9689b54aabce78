"""The command `pulumi-flowservice`: what a person or a pipeline asks beside `pulumi` itself."""

from __future__ import annotations
