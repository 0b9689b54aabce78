"""The command `pulumi-flowservice`: diagnosis, adoption, validation, comparison and drift, for people and pipelines."""

from __future__ import annotations
